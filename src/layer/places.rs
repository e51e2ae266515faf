//! The places where a layer's sessions are kept.

use std::sync::Arc;

use super::build_error::BuildError;
use super::builder::SessionLayerBuilder;
use crate::session::Place;
use crate::sign_ins::OVERDUE;
use crate::store::Store;

impl SessionLayerBuilder {
    /// Gives the layer a store. A session that does not fit its cookie goes there, and so does a session that is
    /// [placed](Self::place) there.
    ///
    /// Handlers see no difference. Give it to all nodes before a session needs it: a node without it answers 503 for sessions
    /// that are in the store.
    ///
    /// ```
    /// use gingersnap::{Map, SessionLayer, keyring::Keyring, store::Store};
    ///
    /// # fn sessions(ring: Keyring, store: impl Store) -> Result<SessionLayer, gingersnap::BuildError> {
    /// SessionLayer::builder(ring, "shop production").session::<Map>("session").store(store).build()
    /// # }
    /// ```
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sets where the session named last is kept; unless set, in the cookie as long as it fits.
    pub fn place(mut self, place: Place) -> Self {
        match self.sessions.last_mut() {
            Some(it) => it.place = Some(place),
            None => drop(self.refused.get_or_insert(BuildError::NoSession)),
        }
        self
    }

    /// Sets for how many seconds a node that cannot reach the store relies on the ends that it knows: 900 unless set. After that
    /// nobody is known to be signed in: a request that needs a sign-in gets 503, and no cookie is removed.
    ///
    /// For that time, a sign-in that was ended elsewhere still works here. The least is 5, and 0 means 5: the store is asked once
    /// a second, and a single late answer signs nobody out.
    pub fn when_stale(mut self, seconds: u64) -> Self {
        self.grace = seconds.max(OVERDUE);
        self
    }

    /// Sets the most bytes that the data of a session in the store may have: 65,536 unless set, and at most 1,048,576.
    pub fn record_limit(mut self, bytes: usize) -> Self {
        self.record_limit = bytes;
        self
    }
}
