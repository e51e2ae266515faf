//! Nodes' rings, compared with the one in place.

use gingersnap::Timestamp;
use gingersnap::keyring::Keyring;
use gingersnap::keystore::Node;

/// Nodes that have not stopped, and have an older ring or another. Nobody waits for one that is not believed.
pub(super) fn missing<'a>(nodes: &'a [Node], wanted: &Keyring) -> Vec<&'a Node> {
    let waited_for = |node: &&Node| !node.is_stopped() && is_believed(node, wanted);
    nodes.iter().filter(waited_for).filter(|node| !has(node, wanted)).collect()
}

pub(super) fn has(node: &Node, wanted: &Keyring) -> bool {
    let same = node.ring_id() == wanted.ring_id() && is_believed(node, wanted);
    same && (node.generation() > wanted.generation() || node.holds(wanted))
}

/// False for a node that says it has had a generation of this ring that there cannot be yet.
pub(super) fn is_believed(node: &Node, ring: &Keyring) -> bool {
    node.ring_id() != ring.ring_id() || ring.believes(node.generation())
}

/// A node's ring, compared with the one in place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Current,
    Behind,
    /// The ring in place is older than one that a node has loaded.
    Ahead,
    /// It says that it has had a generation that there cannot be yet.
    NotBelieved,
    OtherRing,
    /// Another ring of the same generation: two copies were changed apart.
    Diverged,
    Silent,
    Stopped,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Behind => "behind",
            Self::Ahead => "ahead",
            Self::NotBelieved => "not believed",
            Self::OtherRing => "other ring",
            Self::Diverged => "diverged",
            Self::Silent => "silent",
            Self::Stopped => "stopped",
        }
    }
}

/// An alarming state takes precedence over silence.
pub(super) fn state(node: &Node, ring: &Keyring, now: Timestamp) -> State {
    if !is_believed(node, ring) {
        State::NotBelieved
    } else if node.ring_id() == ring.ring_id() && node.generation() > ring.generation() {
        State::Ahead // Stopped or not: it would no longer start.
    } else if node.is_stopped() {
        State::Stopped
    } else if node.ring_id() != ring.ring_id() {
        State::OtherRing
    } else if node.generation() == ring.generation() && !node.holds(ring) {
        State::Diverged
    } else if node.seen_at().age_at(now) > SILENT_AFTER {
        State::Silent
    } else if node.generation() < ring.generation() {
        State::Behind
    } else {
        State::Current
    }
}

/// Seconds; a running node registers every ten.
const SILENT_AFTER: u64 = 60;
