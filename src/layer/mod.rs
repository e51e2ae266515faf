//! The tower layer: hands each request an exchange, and carries out its decision about the response.
//!
//! The steps, in order:
//! 1. A request gets an exchange; no cookie is looked at.
//! 2. An extractor touches it: cookies and clock are read, and one token is opened.
//! 3. The response's head is ready. An untouched exchange leaves it alone.
//! 4. Below status 500 and not 408, changed sessions are sealed and set; a failure turns the response into an error. A
//!    sign-out is sent whatever the status.
//! 5. The response gets `Vary: Cookie` and `Cache-Control: no-store`.
//!
//! A panic or a dropped future sends nothing. Put timeouts outside this layer: inside it, a half-done change could be sent.

mod build;
mod build_error;
mod builder;
mod cache_control;
mod carry_out;
mod development;
mod events;
#[cfg(feature = "axum")]
mod extract;
mod future;
mod memory;
mod places;
mod registration;
mod service;
mod system;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use tower_layer::Layer;

pub use build_error::BuildError;
pub use builder::SessionLayerBuilder;
pub use future::SessionFuture;
pub use service::SessionService;
pub use system::{OsEntropy, SystemClock};

use crate::keyring::LiveKeyring;
use crate::session::{Revoker, SessionError, Settings};

/// Gives the handlers below it their sessions.
///
/// In axum it is added after the routes, and after the middleware that needs a session: a layer wraps everything that was added
/// before it.
///
/// ```
/// use axum::Router;
/// use gingersnap::{BuildError, Map, Policy, SessionLayer, cookie::CookieSettings, keyring::Keyring};
///
/// fn app(routes: Router, ring: Keyring, development: bool) -> Result<Router, BuildError> {
///     let mut sessions = SessionLayer::builder(ring, "shop production")
///         .session::<Map>("session") // the cookie __Host-session
///         .policy(Policy::strict().remember_for(14 * 86_400));
///     if development {
///         sessions = sessions.cookies(CookieSettings::insecure_http());
///     }
///     Ok(routes.layer(sessions.build()?))
/// }
/// ```
#[derive(Clone)]
pub struct SessionLayer {
    pub(crate) settings: Arc<Settings>,
}

impl SessionLayer {
    /// Starts a layer that seals with `keyring` for `audience`: the name of the application and its environment.
    ///
    /// The audience is bound into every token, so that a staging server with a copy of the ring opens nothing of production.
    ///
    /// A [`Keyring`](crate::keyring::Keyring) stays as it is; a [`LiveKeyring`] is replaced while requests run.
    pub fn builder(keyring: impl Into<LiveKeyring>, audience: impl Into<String>) -> SessionLayerBuilder {
        SessionLayerBuilder::new(keyring.into(), audience.into())
    }

    /// Makes a [`Revoker`], which ends sign-ins for the application's own reasons, without a request of the person.
    ///
    /// # Errors
    /// [`SessionError::NoStore`] if the layer has no store.
    pub fn revoker(&self) -> Result<Revoker, SessionError> {
        Revoker::of(Arc::clone(&self.settings))
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService { inner, settings: Arc::clone(&self.settings) }
    }
}

impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").finish_non_exhaustive()
    }
}
