//! The state that handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use gingersnap::BuildError;
use gingersnap::keyring::LiveKeyring;

use crate::attacks::Range;
use crate::sessions::{self, DAY};
use crate::site::Site;

/// The same for all requests.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) site: Site,
    /// Seconds for which somebody may stay logged in.
    pub(crate) remember_for: u64,
    range: Arc<Range>,
}

impl App {
    pub(crate) fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, BuildError> {
        let remember_for = sessions::remember_for(&keyring.get());
        let range = Arc::new(Range::new(keyring, site)?);
        Ok(Self { site: site.clone(), remember_for, range })
    }

    pub(crate) fn remembered_days(&self) -> u64 {
        self.remember_for / DAY
    }
}

/// The attacks need no more than their range.
impl FromRef<App> for Arc<Range> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.range)
    }
}
