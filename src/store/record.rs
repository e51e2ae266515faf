//! The record that a store keeps of a session.

/// A session's record: sealed, so that it is of no use to whoever reads the store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// The version grows by one with each write; the same number is inside the seal.
    pub version: u32,
    /// The sealed bytes, at most 1 MiB and some hundred bytes.
    pub bytes: Vec<u8>,
}
