//! The key by which a sign-in is listed and ended.

use core::fmt;
use core::str::FromStr;

use crate::token::{PersonId, SessionId};

/// The name of a sign-in in lists: the person's id, and the id of the first sign-in that it goes on from. No renewal changes it.
///
/// It is no secret: it opens nothing, and ends nothing but this sign-in. Its text is 65 characters: hexadecimal digits with one
/// hyphen between them.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct SignInKey {
    pub(crate) person: PersonId,
    pub(crate) first: SessionId,
}

impl SignInKey {
    /// The key of a person's sign-in and its renewals; `first` is the session id of the first one.
    pub const fn new(person: PersonId, first: SessionId) -> Self {
        Self { person, first }
    }

    /// Whose sign-in it is.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The session id of the first sign-in, which the others renewed.
    pub const fn first(&self) -> SessionId {
        self.first
    }
}

impl fmt::Display for SignInKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = |f: &mut fmt::Formatter<'_>, id: [u8; 16]| write!(f, "{:032x}", u128::from_be_bytes(id));
        write(f, self.person.to_bytes())?;
        f.write_str("-")?;
        write(f, self.first.to_bytes())
    }
}

impl fmt::Debug for SignInKey {
    /// Shows no ids: whoever logs sessions should not log what names them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInKey(..)")
    }
}

impl FromStr for SignInKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let id = |digits: &str| {
            let is_hex = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let id = is_hex.then(|| u128::from_str_radix(digits, 16));
            id.and_then(Result::ok).map(u128::to_be_bytes).ok_or(BadKey)
        };
        let (person, first) = text.split_once('-').ok_or(BadKey)?;
        Ok(Self { person: PersonId::from_bytes(id(person)?), first: SessionId::from_bytes(id(first)?) })
    }
}

/// The text is not the key of a sign-in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no key of a sign-in: that is two times 32 hexadecimal digits with a hyphen between")
    }
}

impl core::error::Error for BadKey {}
