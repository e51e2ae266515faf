//! The one place that sets the sessions up.

use std::sync::Arc;

use gingersnap::cookie::CookieSettings;
use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::{BuildError, Place, Policy, SessionLayer, SessionLayerBuilder};

use crate::cart::{Cart, Visits};
use crate::preferences::Preferences;
use crate::site::Site;

/// The layer for the typed sessions, the identity and the messages: cart and preferences are a person's, the visits the
/// browser's.
pub(crate) fn layer(keyring: impl Into<LiveKeyring>, site: &Site) -> Result<SessionLayer, BuildError> {
    builder(keyring.into(), site, AUDIENCE).build()
}

/// The same for another audience, or before another clock is set.
pub(crate) fn builder(keyring: LiveKeyring, site: &Site, audience: &str) -> SessionLayerBuilder {
    let policy = Policy::standard()
        .absolute_timeout(LOGIN)
        .idle_timeout(Some(IDLE))
        .remember_for(remember_for(&keyring.get()));
    let place = place(site);
    let sessions = SessionLayer::builder(keyring, audience)
        .session::<Cart>("session")
        .place(place)
        .session::<Preferences>("preferences")
        .place(place)
        .browser_session::<Visits>("visits")
        .policy(policy)
        .cookies(cookies(site));
    match &site.store {
        Some(store) => sessions.store(Arc::clone(store)).record_limit(RECORD),
        None => sessions,
    }
}

/// Where a person's sessions are kept.
pub(crate) fn place(site: &Site) -> Place {
    site.place.unwrap_or_else(|| default_place(site))
}

/// Where a session is kept unless something else is said: the library's default.
pub(crate) const fn default_place(site: &Site) -> Place {
    if site.store.is_some() { Place::CookieThenStore } else { Place::Cookie }
}

pub(crate) fn cookies(site: &Site) -> CookieSettings {
    if site.insecure_cookies { CookieSettings::insecure_http() } else { CookieSettings::default() }
}

/// Seconds for which somebody may stay logged in: 30 days, or less where the ring allows no more.
pub(crate) fn remember_for(keyring: &Keyring) -> u64 {
    keyring.longest_session().min(30 * DAY)
}

/// Bound into every token: another application with a copy of the ring opens none of ours.
pub const AUDIENCE: &str = "gingersnap demo";
/// Seconds for which one is logged in at most, without asking to stay.
pub(crate) const LOGIN: u64 = DAY;
/// Seconds without a visit after which such a login ends.
pub(crate) const IDLE: u64 = 60 * 60;
/// Bytes that a session on the server may have.
pub(crate) const RECORD: usize = 65_536;
pub(crate) const DAY: u64 = 24 * 60 * 60;
