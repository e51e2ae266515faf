//! The state that handlers share.

use axum::extract::FromRef;
use gingersnap::BuildError;
use gingersnap::keyring::LiveKeyring;

use crate::attacks::{Range, Targets};
use crate::sessions::{self, DAY};
use crate::site::Site;

/// The same for all requests.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) site: Site,
    /// Seconds for which somebody may stay logged in.
    pub(crate) remember_for: u64,
    keyring: LiveKeyring,
}

impl App {
    pub(crate) fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, BuildError> {
        let remember_for = sessions::remember_for(&keyring.get());
        // Settings that its layers could not have are told now.
        Range::new(keyring, site)?;
        Ok(Self { site: site.clone(), remember_for, keyring: keyring.clone() })
    }

    pub(crate) fn remembered_days(&self) -> u64 {
        self.remember_for / DAY
    }
}

impl FromRef<App> for Targets {
    fn from_ref(app: &App) -> Self {
        Self { keyring: app.keyring.clone(), site: app.site.clone() }
    }
}
