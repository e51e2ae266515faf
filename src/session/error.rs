//! Errors between a handler and its session.

use core::fmt;

use crate::Refusal;
use crate::store::StoreError;
use crate::token::{IdentityClaims, SealError};

/// An error getting, changing or sending a session.
///
/// Rejections and failed commits put it into the response's extensions, so that one `map_response` can shape all of them [in one
/// place](crate#errors-in-one-place). A stranger's bad cookie never causes one: it is a [`Refusal`], and the session is a fresh
/// one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SessionError {
    /// No [`SessionLayer`](crate::SessionLayer) is around this handler or middleware.
    NoLayer,
    /// The layer was built without `.session::<T>(name)` for this type.
    NotRegistered(&'static str),
    /// The request has already lent this session out: drop it, use a `View`, or `park` it first.
    AlreadyTaken(&'static str),
    /// The response's head was sent; nothing can be stored any more.
    HeadSent,
    /// A changed session was still held when the response's head was ready.
    HeldPastHead(String),
    /// The session's owner was signed out, or replaced by another subject, while a handle was alive.
    Ended,
    /// The session does not fit its cookie.
    DoesNotFit(Box<DoesNotFit>),
    /// The browser's cookie may be accepted later or elsewhere, so it must not be replaced now.
    Unsettled(Refusal),
    /// The subject is empty or longer than 1,024 bytes.
    BadSubject,
    /// Nobody is signed in, and the handler needs somebody who is.
    NotSignedIn,
    /// The last time that the person signed in proved who they are is longer ago than the handler allows.
    AuthenticationTooOld,
    /// The layer's policy has no [`remember_for`](crate::Policy::remember_for).
    NotRemembered,
    /// The response carried an identity that is neither the request's nor of a sign-in in this request. It may be another
    /// person's response, and nothing of it was sent.
    ForeignIdentity,
    /// Two layers, one inside the other, have a cookie of this name.
    SharedCookie(String),
    /// Another request wrote the session at the same time, and the two changes do not merge. Nothing was stored, and the request
    /// may be sent again.
    Conflict,
    /// The layer has no store, and only a store can list sign-ins and end them elsewhere.
    NoStore,
    /// This browser is signed out, and this node treats copies of its cookies as ended. The store was not told, and until it is,
    /// other nodes accept such copies. The store is told again and again as long as this program runs.
    StillElsewhere,
    /// The session is in a store that did not carry out an operation. A write may have been done.
    StoreUnavailable(StoreError),
    /// The data cannot be encoded. The text is the reason, and after a colon words that may quote the data: the place in a `Map`,
    /// or those of a `Serialize`.
    NotEncodable(String),
    /// Sealing failed.
    Seal(SealError),
    /// The operating system gave no random bytes.
    NoEntropy,
}

impl SessionError {
    /// The status of a response that nobody shapes: 401 if somebody must sign in, 503 for a temporary fault, 409 for a conflict,
    /// 500 for others.
    pub const fn status(&self) -> http::StatusCode {
        match self {
            Self::Unsettled(_)
            | Self::StoreUnavailable(_)
            | Self::StillElsewhere
            | Self::NoEntropy
            | Self::Seal(SealError::NoActiveKey | SealError::ClockBehind) => {
                http::StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Conflict => http::StatusCode::CONFLICT,
            Self::NotSignedIn | Self::AuthenticationTooOld => http::StatusCode::UNAUTHORIZED,
            _ => http::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl SessionError {
    /// True if the program itself is at fault, whatever a request brings.
    #[cfg(feature = "axum")]
    pub(crate) const fn is_misuse(&self) -> bool {
        matches!(
            self,
            Self::NoLayer
                | Self::NotRegistered(_)
                | Self::AlreadyTaken(_)
                | Self::SharedCookie(_)
                | Self::NotRemembered
                | Self::NoStore
                | Self::BadSubject
        )
    }

    /// The error of data that its own `Serialize` refuses for this reason. For a type of the application the reason may quote
    /// data.
    pub(crate) fn refused_by_its_type(reason: &str) -> Self {
        let is_maps = MAP_BOUNDS.iter().any(|bound| reason.starts_with(bound));
        Self::NotEncodable(if is_maps {
            reason.into()
        } else {
            format!("its Serialize refuses it: {reason}")
        })
    }

    /// The error of a value that JSON cannot carry, for this reason, which may quote data.
    pub(crate) fn not_as_json<T>(reason: &str) -> Self {
        Self::NotEncodable(format!("{} does not go through JSON: {reason}", short_name::<T>()))
    }

    /// The text for an event, without names of fields: the keys of a map are data.
    pub(crate) fn event_text(&self) -> String {
        match self {
            Self::DoesNotFit(error) => error.without_fields(),
            Self::NotEncodable(reason) => {
                Self::NotEncodable(reason.split(": ").take(1).collect()).to_string()
            }
            error => error.to_string(),
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer => f.write_str(NO_LAYER),
            Self::NotRegistered(name) => {
                write!(
                    f,
                    "the SessionLayer has no session of type {name}: add `.session::<{name}>(\"…\")` to its builder"
                )
            }
            Self::AlreadyTaken(name) => {
                write!(
                    f,
                    "this request already holds Session<{name}>: drop it, use View<{name}>, or park() it before calling on"
                )
            }
            Self::HeadSent => f.write_str("the response's head was sent before the session was changed"),
            Self::HeldPastHead(cookie) => {
                write!(f, "the changed session {cookie} was still held when the response's head was ready")
            }
            Self::Ended => f.write_str(ENDED),
            Self::DoesNotFit(error) => error.fmt(f),
            Self::Unsettled(refusal) => {
                write!(f, "the session may be accepted later and is left alone: {refusal}")
            }
            Self::BadSubject => write!(f, "a subject has between 1 and {} bytes", IdentityClaims::MAX_SUBJECT),
            Self::NotSignedIn => f.write_str("nobody is signed in"),
            Self::AuthenticationTooOld => {
                f.write_str("who is signed in must prove again who they are: it is too long ago")
            }
            Self::NotRemembered => f.write_str(
                "the policy remembers nobody: give the SessionLayer's policy a `.remember_for(seconds)`",
            ),
            Self::ForeignIdentity => f.write_str(
                "the response bore an identity that is neither the request's nor of a sign-in in this request: a cache or a mix-up, or the same layer once more around a part of the routes",
            ),
            Self::SharedCookie(cookie) => write!(
                f,
                "two SessionLayers, one inside the other, both have the cookie {cookie}: give one of them a name, as in `.named(\"admin\")`"
            ),
            Self::Conflict => f.write_str(CONFLICT),
            Self::NoStore => f.write_str(
                "the SessionLayer has no store, which alone can list sign-ins and end them elsewhere: give its builder a `.store(…)`",
            ),
            Self::StillElsewhere => f.write_str(
                "signed out here; copies of the cookies may work on other nodes until the store is reached",
            ),
            Self::StoreUnavailable(error) => write!(f, "the session's store failed: {error}"),
            Self::NotEncodable(reason) => write!(f, "the session's data cannot be encoded: {reason}"),
            Self::Seal(error) => error.fmt(f),
            Self::NoEntropy => f.write_str("the operating system gave no random bytes"),
        }
    }
}

/// The bounds of a `Map`: levels, values.
pub(crate) const MAP_BOUNDS: [&str; 2] = ["values nested more than 32 levels deep", "more than 4,096 values"];

impl core::error::Error for SessionError {}

impl From<SealError> for SessionError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

/// A cookie over its budget: its octets, its limit, and the fields that make up its size.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DoesNotFit {
    /// The cookie's full name.
    pub cookie: String,
    /// Octets of name and value together.
    pub octets: usize,
    /// Octets of the layer's other cookies, if all together have too many; otherwise 0.
    pub beside: usize,
    /// The most octets for this cookie, or for all together.
    pub limit: usize,
    /// Each field of the data with its bytes before sealing, the largest first.
    pub fields: Vec<(String, usize)>,
}

impl DoesNotFit {
    /// A cookie that is too large by itself.
    pub(crate) fn new(cookie: &str, octets: usize, limit: usize, mut fields: Vec<(String, usize)>) -> Self {
        fields.sort_by(|(_, a), (_, b)| b.cmp(a));
        Self { cookie: cookie.into(), octets, beside: 0, limit, fields }
    }

    /// A cookie that is too large beside the others of a request; with it, all cookies have `all` octets.
    pub(crate) fn beside(cookie: &str, octets: usize, all: usize, limit: usize) -> Self {
        Self { beside: all - octets, ..Self::new(cookie, octets, limit, Vec::new()) }
    }

    fn without_fields(&self) -> String {
        let Self { cookie, octets, beside, limit, .. } = self;
        match beside {
            0 => format!("the cookie {cookie} needs {octets} octets and may have {limit}"),
            _ => format!(
                "the cookie {cookie} needs {octets} octets beside {beside} of the layer's other cookies, and all may have {limit}"
            ),
        }
    }
}

impl From<DoesNotFit> for SessionError {
    fn from(error: DoesNotFit) -> Self {
        Self::DoesNotFit(Box::new(error))
    }
}

impl fmt::Display for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.without_fields())?;
        for (index, (name, bytes)) in self.fields.iter().enumerate() {
            write!(f, "{}{name} {bytes}", if index == 0 { "; bytes by field: " } else { ", " })?;
        }
        Ok(())
    }
}

impl core::error::Error for DoesNotFit {}

/// The error of a [`Session::try_change`](super::Session::try_change) that left the data as it was.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChangeError<E> {
    /// The closure's error.
    Rejected(E),
    /// The change could not be stored.
    Session(SessionError),
}

impl<E> From<SessionError> for ChangeError<E> {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl<E: fmt::Display> fmt::Display for ChangeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(error) => error.fmt(f),
            Self::Session(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for ChangeError<E> {}

/// The type's name without its path.
pub(crate) fn short_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    let own = name.split_once('<').map_or(name, |(own, _)| own);
    name.get(own.rfind("::").map_or(0, |at| at + 2)..).unwrap_or(name)
}

const CONFLICT: &str =
    "another request changed the session at the same time, and the two changes do not merge";
const NO_LAYER: &str = "no SessionLayer around this: add `.layer(sessions)` after the route or middleware that asks for a session";
const ENDED: &str =
    "the session's owner was signed out or replaced by this request: drop the handle and take it again";
