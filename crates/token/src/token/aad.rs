//! The purpose of a token: bound by the AEAD, never sent.

use core::fmt;

/// The kind of a token; the first thing in the `aad`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// A session's data.
    Data,
    /// The person who is signed in.
    Identity,
    /// Activity of the person who is signed in.
    Activity,
    /// Messages for the next page.
    Flash,
    /// A session's record at rest in a store (reserved).
    StoreRecord,
    /// A pointer to a record in a store (reserved).
    StorePointer,
    /// A token that the service issued (reserved).
    ServiceToken,
}

impl Kind {
    /// Every kind, in the order of the numbers.
    pub const ALL: [Self; 7] = [
        Self::Data,
        Self::Identity,
        Self::Activity,
        Self::Flash,
        Self::StoreRecord,
        Self::StorePointer,
        Self::ServiceToken,
    ];

    /// The kind's number in the `aad`.
    pub const fn number(self) -> u8 {
        match self {
            Self::Data => 1,
            Self::Identity => 2,
            Self::Activity => 3,
            Self::Flash => 4,
            Self::StoreRecord => 5,
            Self::StorePointer => 6,
            Self::ServiceToken => 7,
        }
    }

    /// The kind's name on the command line and in the test vectors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Identity => "identity",
            Self::Activity => "activity",
            Self::Flash => "flash",
            Self::StoreRecord => "store-record",
            Self::StorePointer => "store-pointer",
            Self::ServiceToken => "service-token",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The associated data (RFC 5116 `A`) of a token: its kind, tag, cookie name, audience and context.
///
/// Each part has its length before it, so no two different tuples have the same bytes.
#[derive(Clone, Eq, PartialEq)]
pub struct Aad(Box<[u8]>);

impl Aad {
    /// `"gingersnap/1" ‖ kind ‖ len(tag) ‖ tag ‖ len(name) ‖ name ‖ len(audience) ‖ audience ‖ len(context) ‖ context`.
    ///
    /// `None` if a part is longer than 65,535 bytes.
    pub fn new(kind: Kind, tag: &str, cookie_name: &str, audience: &str, context: &str) -> Option<Self> {
        let mut bytes = LABEL.to_vec();
        bytes.push(kind.number());
        for part in [tag, cookie_name, audience, context] {
            bytes.extend_from_slice(&u16::try_from(part.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Some(Self(bytes.into()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Aad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aad(\"{}\")", self.0.escape_ascii())
    }
}

const LABEL: &[u8] = b"gingersnap/1";
