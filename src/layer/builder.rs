//! Setting a layer up, and refusing settings that cannot work.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::build_error::BuildError;
use super::events::trace;
use super::registration::Registration;
use super::system::{OsEntropy, SystemClock};
use crate::cookie::{Budget, CookieSettings};
use crate::keyring::LiveKeyring;
use crate::session::{Event, Policy, SessionData, keeps_order, merge, print_of};
use crate::shape;
use crate::store::Store;
use crate::token::Padding;
use crate::{Clock, Entropy, Timestamp};

/// Builds a [`SessionLayer`](super::SessionLayer).
#[must_use = "nothing happens until `build`"]
pub struct SessionLayerBuilder {
    pub(super) keyring: LiveKeyring,
    pub(super) store: Option<Arc<dyn Store>>,
    pub(super) record_limit: usize,
    pub(super) grace: u64,
    pub(super) audience: String,
    pub(super) name: String,
    pub(super) policy: Policy,
    pub(super) padding: Padding,
    pub(super) budget: usize,
    pub(super) request_budget: usize,
    pub(super) response_budget: usize,
    pub(super) cookies: CookieSettings,
    /// The former settings, and the time until which cookies under them are read.
    pub(super) former_cookies: Option<(CookieSettings, Timestamp)>,
    pub(super) sessions: Vec<Registration>,
    pub(super) clock: Box<dyn Clock>,
    pub(super) entropy: Box<dyn Entropy>,
    /// The first fault that a setting found without others.
    pub(super) refused: Option<BuildError>,
    pub(super) observer: Box<dyn Fn(&Event) + Send + Sync>,
}

impl SessionLayerBuilder {
    pub(super) fn new(keyring: LiveKeyring, audience: String) -> Self {
        Self {
            keyring,
            store: None,
            record_limit: RECORD_LIMIT,
            grace: GRACE,
            audience,
            name: String::new(),
            policy: Policy::default(),
            padding: Padding::default(),
            budget: Budget::default().octets(),
            request_budget: REQUEST_BUDGET,
            response_budget: RESPONSE_BUDGET,
            cookies: CookieSettings::default(),
            former_cookies: None,
            sessions: Vec::new(),
            clock: Box::new(SystemClock),
            entropy: Box::new(OsEntropy),
            refused: None,
            observer: Box::new(trace),
        }
    }

    /// Names the layer, so that it has its own sign-ins beside another layer's of this program, or another application's on the
    /// same host name: browsers do not tell ports apart. Its cookies are called `__Host-admin-id`, `__Host-admin-session` and so
    /// on. A person of this layer and a person with the same subject elsewhere are two persons.
    ///
    /// One layer may be inside another. `Session<T>` and `View<T>` belong to the innermost layer that has the type, and follow
    /// that layer's identity; `Identity`, `SignedIn` and `Flash` belong to the innermost layer.
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a person's session of type `T`, called `name`: a guest's data is in the cookie `name` with the prefix, as in
    /// `__Host-session`, and a person's in one that ends in `-own`.
    ///
    /// Data written while somebody is signed in is theirs, and nobody else sees it. A guest's data becomes theirs when they sign
    /// in, or with their next write.
    ///
    /// The name is a token of RFC 9110. It must not be `id`, `seen` or `flash`, which are the layer's own, nor another session's
    /// name, with or without `-own`.
    pub fn session<T: SessionData>(self, name: &str) -> Self {
        self.register::<T>(name, false)
    }

    /// Adds a session of type `T` that belongs to the browser, in the cookie `name` with the prefix: a language, a theme. It is
    /// nobody's, whoever is signed in, and a sign-out leaves it. It ends when it was not written for as long as the ring's
    /// longest session.
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
            former: None,
            lasting: None,
            place: None,
            merge: merge::<T>,
            check: shape::check::<T>,
            is_certain: T::PRINT.is_some(),
            print: print_of::<T>,
            keeps_order: keeps_order::<T>,
        });
        self
    }

    /// Sets how long the data of the session named last is kept: a guest's for so many seconds from its start, the browser's from
    /// its last write; at most the ring's longest session. Unless set, a guest's ends with the policy's absolute timeout.
    ///
    /// The browser keeps the cookie for the same time, or for as long as the policy remembers people if that is longer. With
    /// neither, it keeps the cookie until it is closed. A person's data is visible while they are signed in.
    ///
    /// ```
    /// # use gingersnap::{Map, SessionLayer, keyring::Keyring};
    /// # fn sessions(ring: Keyring) -> Result<SessionLayer, gingersnap::BuildError> {
    /// // A visitor's choices are kept for 30 days; sign-ins end after a day, as without it.
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
    /// While nodes with the older program still run, the new ones write data that the older ones can read. When all are new,
    /// remove this call. [`SessionData::downgrade`] does the writing.
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

    /// Gives up data of `T`, a session named before, that a newer program than this one wrote.
    ///
    /// Unless set, such data is left alone, and writes fail as [`Unsettled`](crate::SessionError::Unsettled): nodes with the
    /// newer program can read it. After a permanent roll-back no node can; then this call lets those sessions start afresh.
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

    /// Sets how long sessions last, at most as long as the ring's longest session; [`Policy::standard`] unless set.
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

    /// The most octets that the names and values of all the layer's cookies may have in a request; 7,168 unless set, since nginx
    /// by default takes 8 KiB of head. Data that would exceed it is [`DoesNotFit`](crate::DoesNotFit).
    pub fn request_budget(mut self, octets: usize) -> Self {
        self.request_budget = octets;
        self
    }

    /// The most octets of `Set-Cookie` fields in a response without a warning; 3,072 unless set, since nginx by default takes 4
    /// KiB of head. A guest's data that would exceed it at a sign-in is left to the next write.
    pub fn response_budget(mut self, octets: usize) -> Self {
        self.response_budget = octets;
        self
    }

    /// The cookies' prefix and attributes.
    pub fn cookies(mut self, settings: CookieSettings) -> Self {
        self.cookies = settings;
        self
    }

    /// The settings that the cookies had before, such as another prefix. Cookies under the former names are read until that time,
    /// if nothing came under the new ones. The next write seals the data under the new name and removes the old cookie in that
    /// response; so a change of names signs nobody out. The layer's name and audience stay.
    pub fn former_cookies(mut self, settings: CookieSettings, until: Timestamp) -> Self {
        self.former_cookies = Some((settings, until));
        self
    }

    /// The name that the session named last had before, without a prefix. It is read until that time, as
    /// [`former_cookies`](Self::former_cookies) are.
    pub fn former_name(mut self, name: &str, until: Timestamp) -> Self {
        match self.sessions.last_mut() {
            Some(it) => it.former = Some((name.into(), until)),
            None => drop(self.refused.get_or_insert(BuildError::NoSession)),
        }
        self
    }

    /// The clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The source of randomness, for tests. It makes nonces: if it is predictable, nothing is secret.
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.entropy = Box::new(entropy);
        self
    }

    /// Sends no events: refusals, sign-ins and losses are not reported. For a layer that serves no visitor, such as one on which
    /// forged cookies are tried.
    pub fn without_events(mut self) -> Self {
        self.observer = Box::new(|_| ());
        self
    }

    /// Adds an observer after the one that already receives the events.
    #[cfg(feature = "testing")]
    pub(crate) fn observed(mut self, by: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        let then = self.observer;
        self.observer = Box::new(move |event| {
            then(event);
            by(event);
        });
        self
    }
}

impl fmt::Debug for SessionLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayerBuilder").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// Bytes of a form, or of a cart of some hundred lines.
const RECORD_LIMIT: usize = 65_536;
/// Seconds for which a node relies on the ends that it knows while the store is away.
const GRACE: u64 = 900;
/// nginx by default takes 8 KiB of a request's head.
const REQUEST_BUDGET: usize = 7168;
/// nginx by default answers 502 when a response's head exceeds 4,096 bytes; cookies near 3,650 bytes were seen to cause it.
const RESPONSE_BUDGET: usize = 3072;
