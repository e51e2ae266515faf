//! The purpose of a token: the AEAD binds it, and it is never sent.

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
    /// A session's record at rest in a store: bytes, not text.
    StoreRecord,
    /// A token that the service issued (reserved).
    ServiceToken,
    /// The name of a sign-in in lists, at rest in a store.
    Label,
}

impl Kind {
    /// Every kind, in the order of the numbers.
    pub const ALL: [Self; 7] = [
        Self::Data,
        Self::Identity,
        Self::Activity,
        Self::Flash,
        Self::StoreRecord,
        Self::ServiceToken,
        Self::Label,
    ];

    /// The kind's number in the `aad`.
    pub const fn number(self) -> u8 {
        match self {
            Self::Data => 1,
            Self::Identity => 2,
            Self::Activity => 3,
            Self::Flash => 4,
            Self::StoreRecord => 5,
            Self::ServiceToken => 7,
            Self::Label => 8,
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
            Self::ServiceToken => "service-token",
            Self::Label => "label",
        }
    }

    /// The kind with this name.
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
        write_parts([tag, cookie_name, audience, context], |part| bytes.extend_from_slice(part))?;
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

/// Writes each text with its length before it: u16, high byte first. `None` if a text is too long for that.
pub(crate) fn write_parts<const N: usize>(texts: [&str; N], mut write: impl FnMut(&[u8])) -> Option<()> {
    texts.into_iter().try_for_each(|text| {
        write(&u16::try_from(text.len()).ok()?.to_be_bytes());
        write(text.as_bytes());
        Some(())
    })
}

const LABEL: &[u8] = b"gingersnap/1";
