//! Settings for which a layer is refused.

use std::fmt;

use crate::cookie::CookieError;

/// Settings that cannot work. They are always the programmer's or operator's, never a stranger's.
///
/// `Debug` shows the same text as `Display`: it is what `main() -> Result<…>` prints.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum BuildError {
    /// The audience is empty.
    NoAudience,
    /// The audience, a tag or a name is longer than 65,535 bytes.
    PartTooLong,
    /// Cookie attributes that no browser would accept.
    Cookie(CookieError),
    /// The name is another session's, or one of the layer's own: `id`, `seen`, `flash`.
    NameTaken(String),
    /// The type is registered twice.
    TypeTwice(&'static str),
    /// The tag is empty or another type's.
    TagTaken {
        /// The type.
        type_name: &'static str,
        /// Its tag.
        tag: &'static str,
    },
    /// `write_version` or `give_up_newer` names a type that no `session` before it did.
    NotRegistered(&'static str),
    /// `lasting`, `place` or `former_name` stands before every session.
    NoSession,
    /// A session would last for no time, or for longer than the ring's longest session; in seconds.
    BadLifetime {
        /// The session's name.
        name: String,
        /// The seconds that `lasting` gives it.
        seconds: u64,
        /// The ring's.
        longest: u64,
    },
    /// [`SessionData::downgrade`](crate::SessionData::downgrade) does not write this version.
    NotWritten {
        /// The type.
        type_name: &'static str,
        /// The version that `write_version` wants.
        version: u16,
    },
    /// The idle timeout is zero, or activity would not be written down before it has passed; both in seconds.
    BadIdleTimeout {
        /// The idle timeout.
        idle: u64,
        /// The policy's `renew_after`.
        renew_after: u64,
    },
    /// The session is to be kept in a store, and the layer has none.
    NoStore {
        /// The session's name.
        name: String,
    },
    /// The limit of a record is zero, or more than 1,048,576 bytes.
    BadRecordLimit(usize),
    /// The policy has a `remember_idle` and no `remember_for`.
    RemembersNobody,
    /// The encoding cannot carry the type of a session; see [`SessionData`](crate::SessionData).
    NotCarried {
        /// The path from the type's name to the field, as in `shop::Cart.lines[].note`.
        field: String,
        /// The fault, and a remedy.
        reason: String,
    },
    /// The policy's absolute timeout or `remember_for` is zero or beyond the ring's `longest_session`, in seconds.
    BadPolicy {
        /// The longer of the policy's two.
        absolute: u64,
        /// The ring's.
        longest: u64,
    },
    /// The budget is more than 4,096 octets, or less than the smallest token and the longest name take.
    BadBudget {
        /// The budget's.
        octets: usize,
        /// The octets that the smallest token and the longest name take.
        needed: usize,
    },
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAudience => f.write_str(
                "the audience is empty: name the application and its environment, as in \"shop production\"",
            ),
            Self::PartTooLong => f.write_str("the audience, a tag or a name is longer than 65535 bytes"),
            Self::Cookie(error) => error.fmt(f),
            Self::NameTaken(name) => {
                write!(f, "the cookie name {name:?} is taken; id, seen and flash are the layer's own")
            }
            Self::TypeTwice(name) => write!(f, "the type {name} is registered twice; wrap it in a newtype"),
            Self::TagTaken { type_name, tag } => {
                write!(f, "the tag {tag:?} of {type_name} is empty or another type's")
            }
            Self::NotRegistered(name) => {
                write!(f, "no `.session::<{name}>(…)` stands before what is said of {name}")
            }
            Self::NoSession => f.write_str(NO_SESSION),
            Self::BadLifetime { name, seconds, longest } => write!(
                f,
                "the session {name:?} lasts {seconds} s and must last between 1 s and the ring's longest session of {longest} s"
            ),
            Self::NoStore { name } => {
                write!(
                    f,
                    "the session {name:?} is placed in a store, and the layer has none: add `.store(…)`"
                )
            }
            Self::BadRecordLimit(bytes) => {
                write!(f, "the record limit is {bytes} bytes and must be between 1 and 1048576")
            }
            Self::RemembersNobody => {
                f.write_str("the policy remembers nobody: its remember_idle needs a `.remember_for(seconds)`")
            }
            Self::NotWritten { type_name, version } => {
                write!(f, "write_version({version}): {type_name}::downgrade does not write that version")
            }
            Self::BadIdleTimeout { idle, renew_after } => {
                write!(
                    f,
                    "the idle timeout of {idle} s must be longer than renew_after, which is {renew_after} s"
                )
            }
            Self::NotCarried { field, reason } => write!(f, "{field}: {reason}"),
            Self::BadPolicy { absolute, longest } => {
                write!(
                    f,
                    "the policy's absolute timeout of {absolute} s must be between 1 s and the ring's longest session of {longest} s"
                )
            }
            Self::BadBudget { octets, needed } => {
                write!(f, "the budget is {octets} octets and must be between {needed} and 4096")
            }
        }
    }
}

impl core::error::Error for BuildError {}

const NO_SESSION: &str = "`lasting`, `place` and `former_name` are of the session named last, and no `.session::<T>(…)` stands before it";
