//! The shop's address and cookies, as browsers see them.

use std::sync::Arc;

use gingersnap::store::Store;
use gingersnap::{OriginGuard, Place};

/// The shop's address and cookies, as browsers see them; the server that serves it knows.
#[derive(Clone, Debug)]
pub struct Site {
    /// `https` here or at a proxy: HSTS relies on it.
    pub https: bool,
    /// Tells which requests come from the shop's own pages.
    pub guard: OriginGuard,
    /// Cookies without `Secure` and without the `__Host-` prefix, for browsers that drop such cookies on plain http.
    pub insecure_cookies: bool,
    /// Where sessions are kept that are not in cookies.
    pub store: Option<Arc<dyn Store>>,
    /// Where a person's sessions are kept; with a store, in the cookie as long as they fit if not given.
    pub place: Option<Place>,
}
