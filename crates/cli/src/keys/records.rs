//! The nodes' records of the rings that they hold.

use std::io::Write;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{KeystoreError, Node, NodeName};

use crate::error::Error;

/// The records that can be read, and an error for each other.
///
/// Nodes write them, which are less trusted than the operator: none of it may keep a verb from its work, and a generation
/// counts only as far as it is believed.
pub(crate) struct Records {
    pub(crate) nodes: Vec<Node>,
    pub(crate) unread: Vec<KeystoreError>,
}

impl Records {
    pub(crate) fn new(records: Vec<Result<Node, KeystoreError>>) -> Self {
        let (nodes, unread): (Vec<_>, Vec<_>) = records.into_iter().partition(Result::is_ok);
        Self {
            nodes: nodes.into_iter().flatten().collect(),
            unread: unread.into_iter().filter_map(Result::err).collect(),
        }
    }

    /// The highest generation of this ring, of which `newest` is the newest that is known, that any node is believed to have had; 0 if none has.
    pub(crate) fn seen(&self, newest: &Keyring) -> u64 {
        let of_this = self.nodes.iter().filter(|node| node.ring_id() == newest.ring_id());
        of_this.map(Node::generation).filter(|&seen| newest.believes(seen)).max().unwrap_or_default()
    }

    /// The name by which a record is kept that an operator calls so: as it is, or as it is shown.
    pub(crate) fn name_of<'a>(&'a self, called: &'a [u8]) -> &'a [u8] {
        let mut unread = self.unread.iter().filter_map(KeystoreError::record);
        unread.find(|name| NodeName::shown(name).as_bytes() == called).unwrap_or(called)
    }

    /// Warns of what is passed over.
    pub(crate) fn warn(&self, newest: &Keyring, out: &mut impl Write) -> Result<(), Error> {
        for error in &self.unread {
            writeln!(out, "warning: passed over: {}", error.to_string().replace(char::is_control, "?"))?;
        }
        let incredible = |node: &&Node| !newest.believes(node.generation());
        let of_this = self.nodes.iter().filter(|node| node.ring_id() == newest.ring_id());
        for node in of_this.filter(incredible) {
            let (name, generation) = (node.name(), node.generation());
            write!(out, "warning: node {name} says that it has had generation {generation}: not believed; ")?;
            writeln!(out, "--forget {name} removes that")?;
        }
        if let Some(hint) = self.unread.iter().find_map(KeystoreError::hint) {
            writeln!(out, "warning: {hint}")?;
        }
        Ok(())
    }
}
