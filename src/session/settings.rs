//! Settings that all requests of one layer share.

use core::any::TypeId;
use std::sync::Arc;

use super::{Place, Policy, SessionError};
use crate::cookie::{Budget, Cookie};
use crate::keyring::LiveKeyring;
use crate::sign_ins::{Register, SignInKey, Verdict};
use crate::store::{Op, Store, StoreError};
use crate::token::{Aad, IdentityClaims, Kind, Padding, PersonId, SealError, SessionId};
use crate::{Clock, Entropy, Refusal, Timestamp};

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
    /// A sign-in was ended on this node, and the store did not take that: it is tried again.
    StillElsewhere {
        /// The sign-in's key.
        key: String,
        /// False if too many are waiting: this one is not tried again.
        is_retried: bool,
    },
    /// The person signed in proved again who they are.
    Reauthenticated,
    /// An activity cookie was written by a clock that is ahead; it counted as now and is written again.
    ActivityFromFuture,
    /// Activity could not be written down: the session may end early.
    ActivityNotSent {
        /// The error's text.
        error: String,
    },
    /// A response carried an identity that is neither the request's nor of a sign-in in this request. It was not sent.
    ForeignIdentity,
    /// A change was dropped, because the request signed in, signed out, or signed in somebody else.
    ChangeDropped {
        /// The cookie's full name.
        cookie: String,
        /// The error's text.
        error: String,
    },
    /// A guest's data was removed: a person has data of their own there, or it may be somebody else's.
    GuestRemoved {
        /// The cookie's full name.
        cookie: String,
    },
    /// Data that does not fit its cookie went to the store, and is there.
    Spilled {
        /// The cookie's full name.
        cookie: String,
    },
    /// A change by a request that must change nothing was dropped: another request was faster.
    GaveWay {
        /// The cookie's full name.
        cookie: String,
    },
    /// The store did not carry out an operation.
    StoreFailed {
        /// The error's text.
        error: String,
        /// What to do about it, if that is known.
        hint: Option<String>,
    },
    /// The ends are known again: the store answers.
    EndsKnown,
    /// Messages had no room: the oldest were dropped, and the last remaining one was cut.
    MessagesDropped {
        /// The cookie's full name.
        cookie: String,
        /// The number of messages.
        dropped: usize,
        /// True if one was cut.
        cut: bool,
    },
    /// A session was first changed when the response's head was already sent: the change is lost.
    ChangedTooLate {
        /// The cookie's full name.
        cookie: String,
    },
    /// The `Set-Cookie` fields of one response have more bytes than `response_budget`; a proxy with default buffers may answer
    /// 502.
    LargeResponse {
        /// Bytes of all the fields' values.
        bytes: usize,
    },
    /// The program uses the layer in a way that cannot work; the response is an error.
    Misused {
        /// The error's text.
        error: String,
    },
    /// A response was turned into an error because its session could not be sent.
    CommitFailed {
        /// The error's text.
        error: String,
    },
}

pub(crate) struct Settings {
    pub(crate) keyring: LiveKeyring,
    /// The store for data that is not in a cookie.
    pub(crate) store: Option<Arc<dyn Store>>,
    /// The ends that this node knows of, if there is a store.
    pub(crate) register: Option<Arc<Register>>,
    /// Seconds for which known ends count while the store is not reached.
    pub(crate) grace: u64,
    /// The most bytes of a record's data.
    pub(crate) record_limit: usize,
    pub(crate) audience: String,
    /// The layer's name among those of one program or host; empty unless set.
    pub(crate) name: String,
    pub(crate) policy: Policy,
    pub(crate) padding: Padding,
    pub(crate) budget: Budget,
    /// The most octets that all cookies of the layer may have together in a request.
    pub(crate) request_octets: usize,
    /// The most octets of `Set-Cookie` in a response without an event.
    pub(crate) response_octets: usize,
    pub(crate) identity: Arc<CookieUse>,
    pub(crate) activity: Arc<CookieUse>,
    pub(crate) flash: Arc<CookieUse>,
    pub(crate) data: Vec<DataUse>,
    /// True if a cookie has a former name.
    pub(crate) was_renamed: bool,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) entropy: Box<dyn Entropy>,
    /// The receiver of events.
    pub(crate) observer: Box<dyn Fn(&Event) + Send + Sync>,
}

/// A cookie and its tokens' associated data.
pub(crate) struct CookieUse {
    pub(crate) cookie: Cookie,
    pub(crate) aad: Aad,
    /// The same cookie under its former name.
    pub(crate) former: Option<Box<Former>>,
}

/// A cookie under its former name.
pub(crate) struct Former {
    pub(crate) to: Arc<CookieUse>,
    /// The time from which it is no longer read.
    pub(crate) until: Timestamp,
}

/// The cookies of one type of session.
#[derive(Clone)]
pub(crate) struct DataUse {
    pub(crate) type_id: TypeId,
    pub(crate) tag: &'static str,
    pub(crate) place: Place,
    /// A guest's data, or the browser's.
    pub(crate) guest: Arc<CookieUse>,
    /// A person's data; none in a session of the browser, which nobody owns.
    pub(crate) own: Option<Arc<CookieUse>>,
    /// Seconds to the end: of a guest's data from its start, of the browser's from its last write.
    pub(crate) lifetime: Option<u64>,
    /// The version that data is sealed in.
    pub(crate) version: u16,
    /// True if data of a newer version is dead.
    pub(crate) gives_up_newer: bool,
    /// The print of the type's shape.
    pub(crate) print: [u8; 2],
    /// True if data that is read and not changed encodes to the same bytes.
    pub(crate) keeps_order: bool,
    /// True if it is known that the type can read everything that it writes.
    pub(crate) is_certain: bool,
    /// Calls `SessionData::merge` for a person's data and a guest's, each with its version.
    pub(crate) merge: Merge,
}

/// Takes the print, a person's data and a guest's, and the version of the result; `None` if they do not merge.
pub(crate) type Merge = fn([u8; 2], [(u16, &[u8]); 2], u16) -> Result<Option<Vec<u8>>, Unread>;

/// The data that prevents a merge.
pub(crate) enum Unread {
    Hers(Refusal),
    Guests(Refusal),
}

impl Unread {
    /// The same data, with its refusal judged.
    pub(crate) fn map(self, judge: impl FnOnce(Refusal) -> Refusal) -> Self {
        match self {
            Self::Hers(refusal) => Self::Hers(judge(refusal)),
            Self::Guests(refusal) => Self::Guests(judge(refusal)),
        }
    }
}

impl DataUse {
    /// The refusal of data that its type does not read, after the layer's settings are taken into account.
    pub(crate) fn judge(&self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::NewerVersion if self.gives_up_newer => Refusal::GivenUpVersion,
            refusal => refusal,
        }
    }

    /// The cookie for an owner's data.
    pub(crate) fn of(&self, owner: Option<PersonId>) -> &Arc<CookieUse> {
        self.own.as_ref().filter(|_| owner.is_some()).unwrap_or(&self.guest)
    }
}

impl CookieUse {
    pub(crate) fn name(&self) -> &str {
        self.cookie.name()
    }
}

impl Settings {
    pub(crate) fn event(&self, event: &Event) {
        (self.observer)(event);
    }

    pub(crate) fn store_failed(&self, error: &StoreError) {
        let hint = error.hint().map(str::to_owned);
        self.event(&Event::StoreFailed { error: error.to_string(), hint });
    }

    pub(crate) fn unavailable(&self, error: StoreError) -> SessionError {
        self.store_failed(&error);
        SessionError::StoreUnavailable(error)
    }

    pub(crate) fn spilled(&self, from: &CookieUse) {
        self.event(&Event::Spilled { cookie: from.name().into() });
    }

    pub(crate) fn refused(&self, to: &CookieUse, refusal: Refusal) {
        self.event(&Event::Refused { cookie: to.name().into(), refusal });
    }

    /// Queues ends that the store did not take, to be tried again, and sends an event for each.
    pub(crate) fn end_later(&self, operations: Vec<Op>) {
        let Some(register) = &self.register else { return };
        for operation in operations {
            let key = match operation {
                Op::End { id, person, .. } => Some(SignInKey { person, first: id }.to_string()),
                _ => None,
            };
            let is_retried = register.try_later(operation);
            key.into_iter().for_each(|key| self.event(&Event::StillElsewhere { key, is_retried }));
        }
    }

    /// Refuses an identity that has ended, or of which nobody can say whether it has.
    pub(crate) fn check_ends(
        &self,
        id: SessionId,
        person: PersonId,
        sealed_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Some(register) = &self.register else { return Ok(()) };
        match register.verdict(id, person, sealed_at, now, self.grace) {
            Verdict::Lives => Ok(()),
            Verdict::Ended => Err(Refusal::Ended),
            Verdict::CutOff => Err(Refusal::CutOff),
            Verdict::Unknown => Err(Refusal::EndsUnknown),
        }
    }

    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], SessionError> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes).map_err(|_| SessionError::NoEntropy)?;
        Ok(bytes)
    }

    /// The associated data of something at rest in a store: its context is an id, as hexadecimal digits.
    ///
    /// # Errors
    /// [`SealError::DoesNotFit`] if the audience is longer than any token could state.
    pub(crate) fn aad_at_rest(&self, kind: Kind, tag: &str, id: [u8; 16]) -> Result<Aad, SealError> {
        let digits = id.into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut id = String::with_capacity(32);
        id.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
        let too_long = SealError::DoesNotFit { chars: usize::MAX, limit: usize::MAX };
        Aad::new(kind, tag, "", &self.audience, &id).ok_or(too_long)
    }

    /// The person of a subject, as claims name them.
    ///
    /// # Errors
    /// [`SessionError::BadSubject`] if it is empty or too long.
    pub(crate) fn person(&self, subject: &str) -> Result<PersonId, SessionError> {
        let is_sound = !subject.is_empty() && subject.len() <= IdentityClaims::MAX_SUBJECT;
        let person =
            is_sound.then(|| self.keyring.with(|ring| ring.person(&self.audience, &self.name, subject)));
        person.flatten().ok_or(SessionError::BadSubject)
    }

    /// The name of a cookie that another layer has too.
    pub(crate) fn shares(&self, other: &Self) -> Option<&str> {
        let is_others = |name: &&str| other.cookies().any(|it| it.name() == *name);
        self.cookies().map(|it| it.name()).find(is_others)
    }

    /// All cookies of the layer.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &Arc<CookieUse>> {
        let data =
            self.data.iter().flat_map(|data| [Some(&data.guest), data.own.as_ref()].into_iter().flatten());
        [&self.identity, &self.activity, &self.flash].into_iter().chain(data)
    }
}
