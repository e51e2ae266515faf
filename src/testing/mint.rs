//! Makes a layer's cookies without a request.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::{TestCookie, fail, must};
use crate::layer::{OsEntropy, SessionLayer};
use crate::session::{CookieUse, SessionData, SessionError, Settings};
use crate::token::{
    ActivityClaims, DataClaims, IdentityClaims, PersonId, Plaintext, Sealing, SessionId, Unopened,
};
use crate::{Entropy as _, Level, Message, Timestamp};

/// Makes the cookies of one layer: under its names, sealed with its ring, with the time of its clock.
///
/// Each is the cookie that the layer would have sent. So a test can begin with a visitor who is signed in already, and has been
/// for an hour. Only the randomness always comes from the operating system.
#[derive(Clone)]
pub struct Mint {
    settings: Arc<Settings>,
    age: u64,
}

impl Mint {
    /// The mint of a layer.
    pub fn of(sessions: &SessionLayer) -> Self {
        Self { settings: Arc::clone(&sessions.settings), age: 0 }
    }

    /// Makes cookies that were sealed, and whose sessions began, `seconds` ago.
    #[must_use]
    pub fn aged(&self, seconds: u64) -> Self {
        Self { age: seconds, ..self.clone() }
    }

    /// The identity of `subject`, who signed in at that time.
    #[track_caller]
    pub fn identity(&self, subject: &str) -> TestCookie {
        self.identity_until(subject, None)
    }

    /// The identity of `subject`, who signed in at that time and asked to be remembered for `seconds`.
    #[track_caller]
    pub fn remembered(&self, subject: &str, seconds: u64) -> TestCookie {
        self.identity_until(subject, Some(seconds))
    }

    /// Activity, at that time, of the identity in this cookie.
    #[track_caller]
    pub fn activity(&self, identity: &TestCookie) -> TestCookie {
        let mut plain = Plaintext::with_capacity(64);
        self.facts(identity, |facts| ActivityClaims { session_id: facts.session_id }.write(&mut plain));
        self.seal(&self.settings.activity, plain, None)
    }

    #[track_caller]
    fn identity_until(&self, subject: &str, remember: Option<u64>) -> TestCookie {
        let at = self.at();
        let ends_at = at.plus(remember.unwrap_or(self.settings.policy.absolute())).min(Timestamp::LATEST);
        let claims = IdentityClaims {
            session_id: SessionId::from_bytes(random()),
            person: must(self.settings.person(subject), "the subject cannot be signed in"),
            subject,
            started_at: at,
            authenticated_at: at,
            remembered: remember.is_some(),
            ends_at,
        };
        let mut plain = Plaintext::with_capacity(64);
        claims.write(at, &mut plain);
        self.seal(&self.settings.identity, plain, remember.map(|_| ends_at))
    }

    /// A session of a visitor who has not signed in.
    #[track_caller]
    pub fn data<T: SessionData>(&self, data: &T) -> TestCookie {
        self.data_of(None, data)
    }

    /// A session of the person whose identity is in this cookie.
    #[track_caller]
    pub fn owned<T: SessionData>(&self, identity: &TestCookie, data: &T) -> TestCookie {
        let person = self.facts(identity, |facts| facts.person);
        self.data_of(Some(person), data)
    }

    /// A message that was not shown yet.
    #[track_caller]
    pub fn flash(&self, level: Level, text: &str) -> TestCookie {
        let mut plain = Plaintext::with_capacity(64);
        Message { level, text: text.into() }.write(None, &mut plain);
        self.seal(&self.settings.flash, plain, None)
    }

    #[track_caller]
    fn data_of<T: SessionData>(&self, owner: Option<PersonId>, data: &T) -> TestCookie {
        let to = self.settings.data.iter().find(|to| to.type_id == TypeId::of::<T>());
        let Some(to) = to else { fail(&SessionError::NotRegistered(std::any::type_name::<T>()).to_string()) };
        let claims = DataClaims { started_at: self.at(), owner, generation: 1, version: to.version };
        let mut plain = Plaintext::with_capacity(256);
        claims.write(self.at(), &mut plain);
        plain
            .extend(&must(data.write(to.version).ok_or(to.version), "the data cannot be encoded in version"));
        self.seal(to.of(owner), plain, None)
    }

    /// Reads the identity in a cookie.
    #[track_caller]
    fn facts<R>(&self, identity: &TestCookie, read: impl FnOnce(IdentityClaims<'_>) -> R) -> R {
        let Settings { identity: of, keyring, clock, .. } = &*self.settings;
        let opened = Unopened::parse(identity.value.as_bytes())
            .and_then(|token| keyring.open_of_any_clock(token, &of.aad, clock.now()));
        let (opened, _) = must(opened, "the identity does not open");
        read(must(IdentityClaims::read(opened.sealed_at(), opened.plain()), "the identity does not open"))
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_unix(self.settings.clock.now().unix().saturating_sub(self.age))
    }

    #[track_caller]
    fn seal(&self, to: &CookieUse, plain: Plaintext, expires_at: Option<Timestamp>) -> TestCookie {
        let Settings { keyring, clock, padding, budget, .. } = &*self.settings;
        let limit = budget.value_limit(to.cookie.name());
        let sealing = Sealing { sealed_at: self.at(), random: random(), padding: *padding, limit };
        let token = keyring.get().seal(plain, &to.aad, clock.now(), &sealing);
        let token = must(token, "the cookie cannot be sealed");
        let max_age = expires_at.map(|at| clock.now().until(at).max(1));
        let field = to.cookie.field(Some((&token, max_age)));
        TestCookie::parse(&must(field, "the cookie cannot be written"))
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mint").field("age", &self.age).finish_non_exhaustive()
    }
}

/// Random bytes, enough for a token or for a session id.
#[track_caller]
fn random() -> [u8; Sealing::RANDOM_LEN] {
    let mut bytes = [0; Sealing::RANDOM_LEN];
    must(OsEntropy.fill(&mut bytes), "no randomness");
    bytes
}
