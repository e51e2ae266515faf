//! The one place of the ring, and its faults.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use gingersnap::NoEntropy;
use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Answer, Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, Version};

use super::facts::Facts;

/// A ring as it was written once, and the reference's facts of it.
pub(super) struct Written {
    pub(super) keyring: Keyring,
    bytes: OnceCell<Vec<u8>>,
    pub(super) facts: Facts,
    pub(super) origin: Origin,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// The operator's command.
    Command,
    /// A copy of what a command had made, put into the place later.
    Backup,
    /// A copy that was changed apart.
    Fork,
}

impl Written {
    pub(super) fn new(keyring: Keyring, facts: Facts, origin: Origin) -> Rc<Self> {
        Rc::new(Self { keyring, bytes: OnceCell::new(), facts, origin })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get_or_init(|| self.keyring.to_bytes().to_vec())
    }

    /// Returns the age of a node's view of the newest ring if it sees this one; none if it is no such view.
    pub(super) fn sees(&self, lag: u64) -> Option<u64> {
        (self.origin == Origin::Command).then_some(lag)
    }
}

/// The contents of the place, each since a true time.
pub(super) struct Place {
    contents: Vec<(u64, Content)>,
    pub(super) unreachable_until: u64,
}

#[derive(Clone)]
pub(super) enum Content {
    Ring(Rc<Written>),
    /// The rest of a ring, which is no ring.
    Damaged,
}

impl Place {
    pub(super) fn new(ring: &Rc<Written>, time: u64) -> Self {
        // It has been there for longer than any node may lag.
        Self { contents: vec![(time - 86_400, Content::Ring(Rc::clone(ring)))], unreachable_until: 0 }
    }

    pub(super) fn put(&mut self, time: u64, content: Content) {
        self.contents.push((time, content));
    }

    pub(super) fn cut_off(&mut self, until: u64) {
        self.unreachable_until = self.unreachable_until.max(until);
    }

    pub(super) fn is_reachable(&self, time: u64) -> bool {
        time >= self.unreachable_until
    }

    /// Returns the content of the place at that time.
    pub(super) fn at(&self, time: u64) -> &Content {
        let then = self.contents.iter().rfind(|(since, _)| *since <= time);
        &then.unwrap_or(&self.contents[0]).1
    }

    /// True if only the present content can be seen.
    pub(super) fn is_settled(&self, time: u64, lag: u64) -> bool {
        self.contents[self.contents.len() - 1].0 + lag <= time
    }

    pub(super) fn holds(&self, ring: &Rc<Written>) -> bool {
        matches!(&self.contents[self.contents.len() - 1].1, Content::Ring(held) if Rc::ptr_eq(held, ring))
    }
}

/// The place as a starting node sees it: a keystore, so that it starts as nodes do.
pub(super) struct Shown {
    pub(super) bytes: Vec<u8>,
    pub(super) nodes: Vec<Node>,
}

impl Keystore for Shown {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async { Ok(Loaded::new(self.bytes.clone().into())) })
    }

    fn store<'a>(&'a self, _: &'a [u8], _: Version) -> Answer<'a, ()> {
        Box::pin(async { Err(KeystoreError::new(KeystoreErrorKind::ReadOnly, "a node never writes a ring")) })
    }

    fn create<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { Err(KeystoreError::new(KeystoreErrorKind::ReadOnly, "a node never makes a ring")) })
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(async { Ok(self.nodes.iter().cloned().map(Ok).collect()) })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the place")
    }
}

/// SplitMix64: the same for every run of a story, and eight bytes at a time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to `most`.
    pub(super) fn up_to(&mut self, most: u64) -> u64 {
        self.roll() % (most + 1)
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.roll().to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
