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
    name: String,
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
            name: String::new(),
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

    /// Names the layer, so that it has sign-ins of its own beside another layer's of this program, or another application's
    /// on the same host name: browsers know no port. Its cookies are called `__Host-admin-id`, `__Host-admin-session` and
    /// so on, and a person of it is another than one of the same subject elsewhere.
    ///
    /// One layer may be inside another. `Session<T>` and `View<T>` are those of the innermost layer that has the type, and
    /// go by that layer's identity; `Identity`, `SignedIn` and `Flash` are the innermost's.
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
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
    /// to nobody, whoever is signed in, and a sign-out leaves it. It is there until it was not written for the ring's longest
    /// session.
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
            gives_up_newer: false,
            is_browsers,
            lasting: None,
            merge: merge::<T>,
            check: shape::check::<T>,
            print: print_of::<T>,
            keeps_order: keeps_order::<T>,
        });
        self
    }

    /// Sets how long the session named last is there: a guest's data for so many seconds from its start, the browser's from
    /// its last write; at most the ring's longest session. Unless set, a guest's ends with the policy's absolute timeout.
    ///
    /// The browser keeps the cookie as long, or as long as the policy remembers people if that is longer; with neither,
    /// until it is closed. A person's data is seen while they are signed in.
    ///
    /// ```
    /// # use gingersnap::{Map, SessionLayer, keyring::Keyring};
    /// # fn sessions(ring: Keyring) -> Result<SessionLayer, gingersnap::BuildError> {
    /// // What a visitor chose is there for 30 days; sign-ins end after a day, as without it.
    /// SessionLayer::builder(ring, "shop production").session::<Map>("session").lasting(30 * 86_400).build()
    /// # }
    /// ```
    pub fn lasting(mut self, seconds: u64) -> Self {
        match self.sessions.last_mut() {
            Some(it) => it.lasting = Some(seconds),
            None => drop(self.refused.get_or_insert(BuildError::NoSession)),
        }
        self
    }

    /// Seals the data of `T`, a session named before, in an older version than [`SessionData::VERSION`].
    ///
    /// While nodes with the older program still run, the new ones write what the older ones read. When all are
    /// new, take this out. [`SessionData::downgrade`] does the writing.
    pub fn write_version<T: SessionData>(mut self, version: u16) -> Self {
        let error = match self.registered::<T>() {
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

    /// Gives up the data of `T`, a session named before, that a newer program than this one wrote.
    ///
    /// Unless set, it is left alone, and writes fail as [`Unsettled`](crate::SessionError::Unsettled): nodes with the newer
    /// program read it. After a roll-back for good nobody does; then this starts those sessions afresh.
    pub fn give_up_newer<T: SessionData>(mut self) -> Self {
        match self.registered::<T>() {
            Some(it) => it.gives_up_newer = true,
            None => {
                let error = BuildError::NotRegistered(std::any::type_name::<T>());
                self.refused.get_or_insert(error);
            }
        }
        self
    }

    fn registered<T: SessionData>(&mut self) -> Option<&mut Registration> {
        self.sessions.iter_mut().find(|it| it.type_id == TypeId::of::<T>())
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
        let own = |kind, name| self.cookie(kind, "", name, None);
        let identity = own(Kind::Identity, IDENTITY)?;
        let activity = own(Kind::Activity, ACTIVITY)?;
        let flash = own(Kind::Flash, FLASH)?;
        let of_data = data.iter().flat_map(|it| [Some(&it.guest), it.own.as_ref()]).flatten();
        let budget = self.budget_for(of_data.chain([&identity, &activity, &flash]))?;
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
            name: self.name,
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
        if self.policy.lacks_remember_for() {
            return Err(BuildError::RemembersNobody);
        }
        for (idle, renew_after) in [false, true].into_iter().filter_map(|it| self.policy.idle_of(it)) {
            if idle == 0 || renew_after >= idle {
                return Err(BuildError::BadIdleTimeout { idle, renew_after });
            }
        }
        let is_bad = |it: &&Registration| it.lasting.is_some_and(|seconds| seconds == 0 || seconds > longest);
        match self.sessions.iter().find(is_bad) {
            Some(it) => Err(BuildError::BadLifetime {
                name: it.name.clone(),
                seconds: it.lasting.unwrap_or_default(),
                longest,
            }),
            None => Ok(()),
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
        let kept_for = it.lasting.max(self.policy.remembered());
        let cookie = |name: &str| self.cookie(Kind::Data, it.tag, name, kept_for);
        let guest = cookie(&it.name)?;
        let own = it.own_name().map(|name| cookie(&name)).transpose()?;
        Ok(DataUse {
            type_id: it.type_id,
            guest,
            own,
            lifetime: it.lasting.or((!it.is_browsers).then(|| self.policy.absolute())),
            version: it.version,
            gives_up_newer: it.gives_up_newer,
            print: (it.print)(),
            keeps_order: (it.keeps_order)(),
            merge: it.merge,
        })
    }

    fn cookie(
        &self,
        kind: Kind,
        tag: &str,
        name: &str,
        kept_for: Option<u64>,
    ) -> Result<Arc<CookieUse>, BuildError> {
        let full = if self.name.is_empty() { name.into() } else { format!("{}-{name}", self.name) };
        let cookie = Cookie::new(&full, &self.cookies).map_err(BuildError::Cookie)?.lasting(kept_for);
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
