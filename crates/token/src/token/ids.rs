//! Names of sign-ins, persons and records: names, not secrets. Only a sealed token opens anything.

use core::fmt;

/// The 128 random bits that name one sign-in.
///
/// `Debug` shows none of them: whoever logs sessions should not log what names them.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct SessionId([u8; ID_LEN]);

impl SessionId {
    /// The id of these bytes; they must come from the operating system's random source.
    pub const fn from_bytes(bytes: [u8; ID_LEN]) -> Self {
        Self(bytes)
    }

    /// The id's bytes.
    pub const fn to_bytes(self) -> [u8; ID_LEN] {
        self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// The name of a person under one audience and one layer: [`Keyring::person`](crate::keyring::Keyring::person).
///
/// `Debug` shows none of it, as with [`SessionId`].
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct PersonId([u8; ID_LEN]);

impl PersonId {
    /// The id of these bytes, which a ring made.
    pub const fn from_bytes(bytes: [u8; ID_LEN]) -> Self {
        Self(bytes)
    }

    /// The id's bytes.
    pub const fn to_bytes(self) -> [u8; ID_LEN] {
        self.0
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonId(..)")
    }
}

/// The 128 random bits that name one session's record in a store, for as long as it is there.
///
/// `Debug` shows none of them, as with [`SessionId`].
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct RecordId([u8; ID_LEN]);

impl RecordId {
    /// The id of these bytes; they must come from the operating system's random source.
    pub const fn from_bytes(bytes: [u8; ID_LEN]) -> Self {
        Self(bytes)
    }

    /// The id's bytes.
    pub const fn to_bytes(self) -> [u8; ID_LEN] {
        self.0
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordId(..)")
    }
}

const ID_LEN: usize = 16;
