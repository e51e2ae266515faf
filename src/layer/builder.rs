//! Setting a layer up, and refusing settings that could not work.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::SessionLayer;
use super::build_error::BuildError;
use super::events::trace;
use super::registration::Registration;
use super::system::{OsEntropy, SystemClock};
use crate::cookie::{Budget, Cookie, CookieSettings};
use crate::keyring::LiveKeyring;
use crate::session::{
    CookieUse, DataUse, Event, Policy, SessionData, Settings, keeps_order, merge, print_of,
};
use crate::shape::{self, NotCarried};
use crate::token::{Aad, Kind, Padding, Sealed};
use crate::{Clock, Entropy};

/// Builds a [`SessionLayer`].
#[must_use = "nothing happens until `build`"]
pub struct SessionLayerBuilder {
    keyring: LiveKeyring,
    audience: String,
    policy: Policy,
    padding: Padding,
    budget: usize,
    request_budget: usize,
    response_budget: usize,
    cookies: CookieSettings,
    sessions: Vec<Registration>,
    clock: Box<dyn Clock>,
    entropy: Box<dyn Entropy>,
    /// The first fault that a setting found by itself.
    refused: Option<BuildError>,
    observer: Box<dyn Fn(&Event) + Send + Sync>,
}

impl SessionLayerBuilder {
    pub(super) fn new(keyring: LiveKeyring, audience: String) -> Self {
        Self {
            keyring,
            audience,
            policy: Policy::default(),
            padding: Padding::default(),
            budget: Budget::default().octets(),
            request_budget: REQUEST_BUDGET,
            response_budget: RESPONSE_BUDGET,
            cookies: CookieSettings::default(),
            sessions: Vec::new(),
            clock: Box::new(SystemClock),
            entropy: Box::new(OsEntropy),
            refused: None,
            observer: Box::new(trace),
        }
    }

    /// Adds a person's session of type `T`, called `name`: a guest's data is in the cookie `name` with the prefix, as in
    /// `__Host-session`, and a person's in one that ends in `-own`.
    ///
    /// What is written while somebody is signed in is theirs, and seen by nobody else. A guest's data becomes theirs
    /// when they sign in, or with their next write.
    ///
    /// The name is a token of RFC 9110, none of `id`, `seen` and `flash`, which are the layer's own, and no other
    /// session's with `-own`.
    pub fn session<T: SessionData>(self, name: &str) -> Self {
        self.register::<T>(name, false)
    }

    /// Adds a session of type `T` of the browser, in the cookie `name` with the prefix: a language, a theme. It belongs
    /// to nobody, whoever is signed in, and a sign-out leaves it.
    pub fn browser_session<T: SessionData>(self, name: &str) -> Self {
        self.register::<T>(name, true)
    }

    fn register<T: SessionData>(mut self, name: &str, is_browsers: bool) -> Self {
        self.sessions.push(Registration {
            name: name.into(),
            tag: T::TAG,
            type_id: TypeId::of::<T>(),
            type_name: std::any::type_name::<T>(),
            version: T::VERSION,
            is_browsers,
            merge: merge::<T>,
            check: shape::check::<T>,
            print: print_of::<T>,
            keeps_order: keeps_order::<T>,
        });
        self
    }

    /// Seals the data of `T`, a session named before, in an older version than [`SessionData::VERSION`].
    ///
    /// While nodes with the older program still run, the new ones write what the older ones read. When all are
    /// new, take this out. [`SessionData::downgrade`] does the writing.
    pub fn write_version<T: SessionData>(mut self, version: u16) -> Self {
        let error = match self.sessions.iter_mut().find(|it| it.type_id == TypeId::of::<T>()) {
            Some(it) if T::default().write(version).is_some() => {
                it.version = version;
                return self;
            }
            Some(it) => BuildError::NotWritten { type_name: it.type_name, version },
            None => BuildError::NotRegistered(std::any::type_name::<T>()),
        };
        self.refused.get_or_insert(error);
        self
    }

    /// Sets how long sessions last, at most as long as the ring's longest; [`Policy::standard`] unless set.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The multiple that plaintexts are padded to; 32 bytes unless set.
    pub fn padding(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// Octets that a cookie's name and value may have together, 1 to 4,096; 4,096 unless set.
    pub fn budget(mut self, octets: usize) -> Self {
        self.budget = octets;
        self
    }

    /// Octets that the names and values of all the layer's cookies may have in a request; 7,168 unless set, since a default
    /// nginx takes 8 KiB of head. Data that would bring more is [`DoesNotFit`](crate::DoesNotFit).
    pub fn request_budget(mut self, octets: usize) -> Self {
        self.request_budget = octets;
        self
    }

    /// Octets of `Set-Cookie` fields that a response has without a warning; 3,072 unless set, since a default nginx takes
    /// 4 KiB of head. Guest's data that would bring more at a sign-in is left to the next write.
    pub fn response_budget(mut self, octets: usize) -> Self {
        self.response_budget = octets;
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

    /// No events: nobody hears of refusals, sign-ins and what was lost. For a layer that serves no visitor: one on which
    /// forged cookies are tried.
    pub fn without_events(mut self) -> Self {
        self.observer = Box::new(|_| ());
        self
    }

    /// Puts an observer behind the one that events go to.
    #[cfg(feature = "testing")]
    pub(crate) fn observed(mut self, by: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        let then = self.observer;
        self.observer = Box::new(move |event| {
            then(event);
            by(event);
        });
        self
    }

    /// The layer.
    ///
    /// # Errors
    /// [`BuildError`] for settings that could not work, each with its reason.
    pub fn build(mut self) -> Result<SessionLayer, BuildError> {
        if let Some(error) = self.refused.take() {
            return Err(error);
        }
        if self.audience.is_empty() {
            return Err(BuildError::NoAudience);
        }
        self.check_policy()?;
        self.check_sessions()?;
        let data = self.sessions.iter().map(|it| self.data(it));
        let data = data.collect::<Result<Vec<DataUse>, BuildError>>()?;
        let own = |kind, name| self.cookie(kind, "", name);
        let identity = own(Kind::Identity, IDENTITY)?;
        let activity = own(Kind::Activity, ACTIVITY)?;
        let flash = own(Kind::Flash, FLASH)?;
        let of_data = data.iter().flat_map(|it| [Some(&it.guest), it.own.as_ref()]).flatten();
        let budget = self.budget_for(of_data.chain([&identity, &activity, &flash]))?;
        self.keyring.settle(self.clock.now());
        let settings = Settings {
            identity,
            activity,
            flash,
            data,
            budget,
            request_octets: self.request_budget,
            response_octets: self.response_budget,
            keyring: self.keyring,
            audience: self.audience,
            policy: self.policy,
            padding: self.padding,
            clock: self.clock,
            entropy: self.entropy,
            observer: self.observer,
        };
        Ok(SessionLayer { settings: Arc::new(settings) })
    }

    fn check_policy(&self) -> Result<(), BuildError> {
        let (absolute, longest) = (self.policy.longest(), self.keyring.get().longest_session());
        if self.policy.absolute() == 0 || absolute > longest {
            return Err(BuildError::BadPolicy { absolute, longest });
        }
        match self.policy.idle() {
            Some((idle, renew_after)) if idle == 0 || renew_after >= idle => {
                Err(BuildError::BadIdleTimeout { idle, renew_after })
            }
            _ => Ok(()),
        }
    }

    fn check_sessions(&self) -> Result<(), BuildError> {
        for (index, it) in self.sessions.iter().enumerate() {
            let earlier = self.sessions.iter().take(index);
            let is_taken = |name: &String| {
                RESERVED.contains(&name.as_str()) || earlier.clone().any(|other| other.names().contains(name))
            };
            if let Some(name) = it.names().into_iter().find(is_taken) {
                return Err(BuildError::NameTaken(name));
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

    fn data(&self, it: &Registration) -> Result<DataUse, BuildError> {
        let guest = self.cookie(Kind::Data, it.tag, &it.name)?;
        let own = it.own_name().map(|name| self.cookie(Kind::Data, it.tag, &name)).transpose()?;
        Ok(DataUse {
            type_id: it.type_id,
            guest,
            own,
            version: it.version,
            print: (it.print)(),
            keeps_order: (it.keeps_order)(),
            merge: it.merge,
        })
    }

    fn cookie(&self, kind: Kind, tag: &str, name: &str) -> Result<Arc<CookieUse>, BuildError> {
        let cookie = Cookie::new(name, &self.cookies).map_err(BuildError::Cookie)?;
        let aad = Aad::new(kind, tag, cookie.name(), &self.audience, "").ok_or(BuildError::PartTooLong)?;
        Ok(Arc::new(CookieUse { cookie, aad }))
    }

    /// The budget, if an empty token fits under each name.
    fn budget_for<'c>(
        &self,
        cookies: impl Iterator<Item = &'c Arc<CookieUse>>,
    ) -> Result<Budget, BuildError> {
        let longest_name = cookies.map(|it| it.name().len()).max().unwrap_or_default();
        let (octets, needed) = (self.budget, longest_name + Sealed::unpadded_len(0));
        let budget = Budget::new(octets).filter(|it| it.octets() >= needed);
        budget.ok_or(BuildError::BadBudget { octets, needed })
    }
}

impl fmt::Debug for SessionLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayerBuilder").field("audience", &self.audience).finish_non_exhaustive()
    }
}

const IDENTITY: &str = "id";
const ACTIVITY: &str = "seen";
const FLASH: &str = "flash";
const RESERVED: [&str; 3] = [IDENTITY, ACTIVITY, FLASH];
/// A default nginx takes 8 KiB of a request's head.
const REQUEST_BUDGET: usize = 7168;
/// A default nginx answers 502 when a response's head passes 4,096 bytes; cookies near 3,650 bytes were seen to.
const RESPONSE_BUDGET: usize = 3072;
