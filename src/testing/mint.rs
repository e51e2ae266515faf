//! Cookies as a layer makes them, without a request.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::{TestCookie, fail, must};
use crate::layer::{OsEntropy, SessionLayer};
use crate::session::{CookieUse, Level, Message, SessionData, SessionError, Settings};
use crate::token::{DataClaims, IdentityClaims, MAX_SUBJECT, Plaintext, RANDOM_LEN, SessionId, Unopened};
use crate::{Entropy as _, Timestamp};

/// Makes the cookies of one layer: under its names, sealed with its ring, by its clock.
///
/// Each is what the layer would have sent, so that a test can begin where a visitor is signed in already, and was for
/// an hour. Only the randomness is always the operating system's.
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

    /// The identity of `subject`, who signed in then.
    #[track_caller]
    pub fn identity(&self, subject: &str) -> TestCookie {
        if subject.is_empty() || subject.len() > MAX_SUBJECT {
            fail(&SessionError::BadSubject.to_string());
        }
        let at = self.at();
        let session_id = SessionId::from_bytes(random());
        let mut plain = Plaintext::with_capacity(64);
        IdentityClaims { session_id, subject, started_at: at, authenticated_at: at, expires_at: None }
            .write(at, &mut plain);
        self.seal(&self.settings.identity, plain)
    }

    /// A session of a visitor who has not signed in.
    #[track_caller]
    pub fn data<T: SessionData>(&self, data: &T) -> TestCookie {
        self.data_of(None, self.at(), data)
    }

    /// A session that belongs to the identity in this cookie.
    #[track_caller]
    pub fn owned<T: SessionData>(&self, identity: &TestCookie, data: &T) -> TestCookie {
        let Settings { identity: of, keyring, clock, loaded_at, .. } = &*self.settings;
        let opened = Unopened::parse(identity.value.as_bytes())
            .and_then(|token| keyring.open(token, &of.aad, clock.now(), *loaded_at));
        let opened = must(opened, "the identity does not open");
        let claims = IdentityClaims::read(opened.sealed_at(), opened.plain());
        let IdentityClaims { session_id, started_at, .. } = must(claims, "the identity does not open");
        self.data_of(Some(session_id), self.at().max(started_at), data)
    }

    /// A message that was not shown yet.
    #[track_caller]
    pub fn flash(&self, level: Level, text: &str) -> TestCookie {
        let mut plain = Plaintext::with_capacity(64);
        Message::write_all(&[Message { level, text: text.into() }], &mut plain);
        self.seal(&self.settings.flash, plain)
    }

    #[track_caller]
    fn data_of<T: SessionData>(
        &self,
        owner: Option<SessionId>,
        started_at: Timestamp,
        data: &T,
    ) -> TestCookie {
        let to = self.settings.data.iter().find(|to| to.type_id == TypeId::of::<T>());
        let Some(to) = to else { fail(&SessionError::NotRegistered(std::any::type_name::<T>()).to_string()) };
        let mut plain = Plaintext::with_capacity(256);
        DataClaims { started_at, owner, generation: 1, version: T::VERSION }.write(self.at(), &mut plain);
        plain.extend(&must(postcard::to_allocvec(data), "the data cannot be encoded"));
        self.seal(&to.sealed, plain)
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_unix(self.settings.clock.now().unix().saturating_sub(self.age))
    }

    #[track_caller]
    fn seal(&self, to: &CookieUse, plain: Plaintext) -> TestCookie {
        let Settings { keyring, clock, padding, budget, .. } = &*self.settings;
        let limit = budget.value_limit(to.cookie.name());
        let token = keyring.seal(plain, &to.aad, clock.now(), self.at(), random(), *padding, limit);
        let field = to.cookie.field(Some(&must(token, "the cookie cannot be sealed")));
        TestCookie::parse(&must(field, "the cookie cannot be written"))
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mint").field("age", &self.age).finish_non_exhaustive()
    }
}

/// As many bytes of a token and of a session id.
#[track_caller]
fn random() -> [u8; RANDOM_LEN] {
    let mut bytes = [0; RANDOM_LEN];
    must(OsEntropy.fill(&mut bytes), "no randomness");
    bytes
}
