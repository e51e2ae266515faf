//! The one place that sets the sessions up.

use gingersnap::{Policy, SessionLayer, cookie::CookieSettings, keyring::Keyring};

use super::cart::{Cart, Visits};
use crate::error::Error;
use crate::serve::Site;

/// The layer for both typed sessions, the identity and the messages.
pub(super) fn layer(keyring: Keyring, site: &Site) -> Result<SessionLayer, Error> {
    let cookies =
        if site.insecure_cookies { CookieSettings::insecure_http() } else { CookieSettings::default() };
    SessionLayer::builder(keyring, AUDIENCE)
        .session::<Cart>("session")
        .session::<Visits>("visits")
        .policy(Policy::standard())
        .cookies(cookies)
        .build()
        .map_err(|error| Error::usage(format!("sessions: {error}")))
}

/// Bound into every token: another application with a copy of the ring opens none of ours.
const AUDIENCE: &str = "gingersnap demo";
