//! Setting a layer up, and refusing what could not work.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::SessionLayer;
use super::events::Tracing;
use super::system::{OsEntropy, SystemClock};
use crate::Entropy;
use crate::cookie::{Budget, Cookie, CookieError, CookieSettings};
use crate::keyring::Keyring;
use crate::session::{Clock, CookieUse, DataUse, NotCarried, Policy, SessionData, Settings, check_shape};
use crate::token::{Aad, Kind, Padding, unpadded_text_len};

/// Builds a [`SessionLayer`].
#[must_use = "nothing happens until `build`"]
pub struct SessionLayerBuilder {
    keyring: Keyring,
    audience: String,
    policy: Policy,
    padding: Padding,
    budget: usize,
    cookies: CookieSettings,
    sessions: Vec<Registration>,
    clock: Box<dyn Clock>,
    entropy: Box<dyn Entropy>,
}

struct Registration {
    name: String,
    tag: &'static str,
    type_id: TypeId,
    type_name: &'static str,
    /// Whether the encoding can carry the type.
    check: fn() -> Result<(), NotCarried>,
}

impl SessionLayerBuilder {
    pub(super) fn new(keyring: Keyring, audience: String) -> Self {
        Self {
            keyring,
            audience,
            policy: Policy::default(),
            padding: Padding::default(),
            budget: Budget::default().octets(),
            cookies: CookieSettings::default(),
            sessions: Vec::new(),
            clock: Box::new(SystemClock),
            entropy: Box::new(OsEntropy),
        }
    }

    /// A session of type `T` in the cookie `name`, to which the prefix is added: `session` is sent as `__Host-session`.
    pub fn session<T: SessionData>(mut self, name: &str) -> Self {
        self.sessions.push(Registration {
            name: name.into(),
            tag: T::TAG,
            type_id: TypeId::of::<T>(),
            type_name: std::any::type_name::<T>(),
            check: check_shape::<T>,
        });
        self
    }

    /// How long sessions last; [`Policy::standard`] unless set.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// To which multiple plaintexts are padded; 32 bytes unless set.
    pub fn padding(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// Octets that a cookie's name and value may have together; 4,096 unless set, and never more.
    pub fn budget(mut self, octets: usize) -> Self {
        self.budget = octets;
        self
    }

    /// The cookies' prefix and attributes.
    pub fn cookies(mut self, settings: CookieSettings) -> Self {
        self.cookies = settings;
        self
    }

    /// The clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The source of randomness, for tests. It makes nonces: with a predictable one nothing is secret.
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.entropy = Box::new(entropy);
        self
    }

    /// The layer.
    ///
    /// # Errors
    /// [`BuildError`] for settings that could not work, each with its reason.
    pub fn build(self) -> Result<SessionLayer, BuildError> {
        if self.audience.is_empty() {
            return Err(BuildError::NoAudience);
        }
        let (absolute, longest) = (self.policy.absolute(), self.keyring.longest_session());
        if absolute == 0 || absolute > longest {
            return Err(BuildError::BadPolicy { absolute, longest });
        }
        self.check_sessions()?;
        let data = self.sessions.iter().map(|it| {
            let sealed = self.cookie(Kind::Data, it.tag, &it.name)?;
            Ok(DataUse { type_id: it.type_id, sealed })
        });
        let data = data.collect::<Result<Vec<DataUse>, BuildError>>()?;
        let identity = self.cookie(Kind::Identity, "", IDENTITY)?;
        let flash = self.cookie(Kind::Flash, "", FLASH)?;
        let budget = self.budget_for(data.iter().map(|it| &it.sealed).chain([&identity, &flash]))?;
        let settings = Settings {
            identity,
            flash,
            data,
            budget,
            loaded_at: self.clock.now(),
            keyring: self.keyring,
            policy: self.policy,
            padding: self.padding,
            clock: self.clock,
            entropy: self.entropy,
            observer: Box::new(Tracing),
        };
        Ok(SessionLayer { settings: Arc::new(settings) })
    }

    fn check_sessions(&self) -> Result<(), BuildError> {
        for (index, it) in self.sessions.iter().enumerate() {
            let earlier = self.sessions.iter().take(index);
            if RESERVED.contains(&it.name.as_str()) || earlier.clone().any(|other| other.name == it.name) {
                return Err(BuildError::NameTaken(it.name.clone()));
            }
            if earlier.clone().any(|other| other.type_id == it.type_id) {
                return Err(BuildError::TypeTwice(it.type_name));
            }
            if it.tag.is_empty() || earlier.clone().any(|other| other.tag == it.tag) {
                return Err(BuildError::TagTaken { type_name: it.type_name, tag: it.tag });
            }
            (it.check)().map_err(|NotCarried { field, reason }| BuildError::NotCarried { field, reason })?;
        }
        Ok(())
    }

    fn cookie(&self, kind: Kind, tag: &str, name: &str) -> Result<CookieUse, BuildError> {
        let cookie = Cookie::new(name, &self.cookies).map_err(BuildError::Cookie)?;
        let aad = Aad::new(kind, tag, cookie.name(), &self.audience, "").ok_or(BuildError::PartTooLong)?;
        Ok(CookieUse { cookie, aad })
    }

    /// The budget, if an empty token fits under each name.
    fn budget_for<'c>(&self, cookies: impl Iterator<Item = &'c CookieUse>) -> Result<Budget, BuildError> {
        let longest_name = cookies.map(|it| it.cookie.name().len()).max().unwrap_or_default();
        let (octets, needed) = (self.budget, longest_name + unpadded_text_len(0));
        let budget = Budget::new(octets).filter(|it| it.octets() >= needed);
        budget.ok_or(BuildError::BadBudget { octets, needed })
    }
}

impl fmt::Debug for SessionLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayerBuilder").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// Settings that could not work. Always the programmer's or operator's, never a stranger's.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    /// The encoding cannot carry the type of a session; see [`SessionData`].
    NotCarried {
        /// From the type's name to the field, as in `shop::Cart.lines[].note`.
        field: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The policy's absolute timeout is zero or beyond the ring's `longest_session`, both in seconds.
    BadPolicy {
        /// The policy's.
        absolute: u64,
        /// The ring's.
        longest: u64,
    },
    /// The budget is more than 4,096 octets, or less than the smallest token and the longest name take.
    BadBudget {
        /// The budget's.
        octets: usize,
        /// What they take.
        needed: usize,
    },
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

const IDENTITY: &str = "id";
const FLASH: &str = "flash";
const RESERVED: [&str; 3] = [IDENTITY, "seen", FLASH];
