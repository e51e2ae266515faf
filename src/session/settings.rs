//! Settings that all requests of one layer share.

use core::any::TypeId;

use crate::cookie::{Budget, Cookie};
use crate::keyring::LiveKeyring;
use crate::token::{Aad, Padding, Sealing};
use crate::{Clock, Entropy, Refusal};

use super::Policy;

/// An event that an operator may want to know of. It names no person and holds no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub(crate) enum Event {
    /// A cookie was refused.
    Refused {
        /// The cookie's full name.
        cookie: String,
        /// The reason.
        refusal: Refusal,
    },
    /// Someone signed in.
    SignedIn,
    /// Someone signed out.
    SignedOut,
    /// The person signed in proved again who they are.
    Reauthenticated,
    /// An activity cookie was written by a clock that is ahead; it counted as now and is written anew.
    ActivityFromFuture,
    /// Activity could not be written down: the session may end early.
    ActivityNotSent {
        /// The error's text.
        error: String,
    },
    /// A response bore an identity that is neither the request's nor of a sign-in in this request. It was not sent.
    ForeignIdentity,
    /// A session was first changed when the response's head was already sent: the change is lost.
    ChangedTooLate {
        /// The cookie's full name.
        cookie: String,
    },
    /// The `Set-Cookie` fields of one response have more than 3,072 bytes; a proxy with default buffers may answer 502.
    LargeResponse {
        /// Bytes of all the fields' values.
        bytes: usize,
    },
    /// A response was turned into an error because its session could not be sent.
    CommitFailed {
        /// The error's text.
        error: String,
    },
}

/// The receiver of events.
pub(crate) trait Observer: Send + Sync + 'static {
    fn event(&self, event: &Event);
}

pub(crate) struct Settings {
    pub(crate) keyring: LiveKeyring,
    pub(crate) policy: Policy,
    pub(crate) padding: Padding,
    pub(crate) budget: Budget,
    pub(crate) identity: CookieUse,
    pub(crate) activity: CookieUse,
    pub(crate) flash: CookieUse,
    pub(crate) data: Vec<DataUse>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) entropy: Box<dyn Entropy>,
    pub(crate) observer: Box<dyn Observer>,
}

/// A cookie and its tokens' associated data.
pub(crate) struct CookieUse {
    pub(crate) cookie: Cookie,
    pub(crate) aad: Aad,
}

/// The cookie of one type of session.
pub(crate) struct DataUse {
    pub(crate) type_id: TypeId,
    pub(crate) sealed: CookieUse,
    /// The version in which data is sealed, where that is not the type's own.
    pub(crate) write_version: Option<u16>,
}

impl Settings {
    pub(crate) fn refused(&self, cookie: &Cookie, refusal: Refusal) {
        self.observer.event(&Event::Refused { cookie: cookie.name().into(), refusal });
    }

    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], super::SessionError> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes).map_err(|_| super::SessionError::NoEntropy)?;
        Ok(bytes)
    }
}

pub(crate) const RANDOM_BATCH: usize = 4 * Sealing::RANDOM_LEN;
