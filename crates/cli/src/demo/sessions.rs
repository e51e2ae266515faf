//! The one place that sets the sessions up.

use gingersnap::{
    Policy, SessionLayer, SessionLayerBuilder,
    cookie::CookieSettings,
    keyring::{Keyring, LiveKeyring},
};

use super::{
    cart::{Cart, Visits},
    preferences::Preferences,
};
use crate::error::Error;
use crate::serve::Site;

/// The layer for the three typed sessions, the identity and the messages.
pub(super) fn layer(keyring: impl Into<LiveKeyring>, site: &Site) -> Result<SessionLayer, Error> {
    build(builder(keyring.into(), site, AUDIENCE))
}

/// The same for another audience, or before another clock is set.
pub(super) fn builder(keyring: LiveKeyring, site: &Site, audience: &str) -> SessionLayerBuilder {
    let policy = Policy::standard().remember_for(remember_for(&keyring.get()));
    SessionLayer::builder(keyring, audience)
        .session::<Cart>("session")
        .session::<Visits>("visits")
        .session::<Preferences>("preferences")
        .policy(policy)
        .cookies(cookies(site))
}

pub(super) fn build(builder: SessionLayerBuilder) -> Result<SessionLayer, Error> {
    builder.build().map_err(|error| Error::usage(format!("sessions: {error}")))
}

pub(super) fn cookies(site: &Site) -> CookieSettings {
    if site.insecure_cookies { CookieSettings::insecure_http() } else { CookieSettings::default() }
}

/// Seconds for which somebody may stay logged in: 30 days, or less where the ring allows no more.
pub(super) fn remember_for(keyring: &Keyring) -> u64 {
    keyring.longest_session().min(30 * DAY)
}

/// Bound into every token: another application with a copy of the ring opens none of ours.
pub(super) const AUDIENCE: &str = "gingersnap demo";
pub(super) const DAY: u64 = 24 * 60 * 60;
