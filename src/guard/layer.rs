//! Setting a guard up, and refusing settings that could never match.

use std::sync::Arc;

use tower_layer::Layer;

use super::allowed::Allowed;
use super::decide::{Reached, Rules};
use super::origin::{Origin, Scheme};
use super::{GuardError, GuardService};

/// Refuses requests that change something and do not come from our own pages (CSRF, cross-site WebSocket hijacking).
///
/// A refused request gets a 403 with no body and a [`GuardRefusal`](super::GuardRefusal) in its extensions. No form needs a token
/// for this: browsers say where a request comes from, in `Sec-Fetch-Site` or else in `Origin`. A sibling domain is another origin
/// too. GET, HEAD and OPTIONS pass from everywhere, so they must change nothing; WebSockets do not pass. A request with neither
/// field passes if it carries no cookie; a program that sends a cookie must send `Origin` as well. The guard does not help if you
/// trust anything else that is sent automatically: a client certificate, a network address.
///
/// It knows nothing of sessions, and is best placed outside their layer. Our pages must not be sent with `Referrer-Policy:
/// no-referrer`, under which browsers hide the origin of one's own forms; `same-origin` does no harm.
///
/// ```
/// use gingersnap::OriginGuard;
///
/// # fn main() -> Result<(), gingersnap::GuardError> {
/// // Reached by https, on whatever host the request names.
/// let guard = OriginGuard::https();
/// // Behind a proxy, with posts from two places more.
/// let guard = OriginGuard::at("https://shop.example")?
///     .allow("https://checkout.example")?
///     .exempt("/oauth/callback")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a guard guards nothing until it is a layer"]
pub struct OriginGuard {
    rules: Rules,
}

impl OriginGuard {
    /// A guard for pages reached by https on the host that each request names, here or at a proxy that keeps `Host`.
    pub const fn https() -> Self {
        Self::reached(Reached::OnHost(Scheme::Https))
    }

    /// A guard for pages reached by plain http: there anybody on the way can change any request.
    pub const fn insecure_http() -> Self {
        Self::reached(Reached::OnHost(Scheme::Http))
    }

    /// A guard for pages reached at `origin`, such as `https://shop.example`; the host that a request names does not count.
    ///
    /// # Errors
    /// [`GuardError`] if it is not an origin.
    pub fn at(origin: &str) -> Result<Self, GuardError> {
        Ok(Self::reached(Reached::At(checked(origin)?)))
    }

    /// Lets pages of another origin do what our own may do: `https://app.example`; with `https://*.example.com` those of every
    /// subdomain, at any depth, but not of the name itself; or the shell of a mobile or desktop app, such as
    /// `capacitor://localhost` or `tauri://localhost`.
    ///
    /// Such an origin is trusted like our own: a script in it acts as our user. Browsers send `SameSite=Lax` cookies from a
    /// sibling domain, and none from another site. They hide the answer from a script unless it has the fields of CORS, which
    /// this layer does not set. A shell's web view sends at most `SameSite=None` cookies. With a wildcard, everybody who may have
    /// a subdomain is trusted: name no domain under which others can register.
    ///
    /// # Errors
    /// [`GuardError`] if it is not an origin, or one that anybody may have.
    pub fn allow(mut self, origin: &str) -> Result<Self, GuardError> {
        self.rules.allowed.push(Allowed::parse(origin)?);
        Ok(self)
    }

    /// Lets requests to exactly this path pass from everywhere: for OAuth's `form_post`, which the browser sends from the
    /// provider's page.
    ///
    /// The handler itself must make sure that the person began this: `state` (and the ID token's `nonce`) must be the value that
    /// this browser was given, in a short-lived cookie with `SameSite=None` made for it. Lax cookies are not sent with such a
    /// request, so the session looks fresh, and a write to it replaces the real one: check, sign in, and redirect to a page of
    /// ours.
    ///
    /// The path is compared byte for byte, as this layer sees it: inside axum's `Router::nest`, without the prefix.
    ///
    /// # Errors
    /// [`GuardError`] if it is not a path.
    pub fn exempt(mut self, path: &str) -> Result<Self, GuardError> {
        let is_path_byte = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#');
        if !path.starts_with('/') || !path.bytes().all(is_path_byte) {
            return Err(GuardError::NotAPath(path.into()));
        }
        self.rules.exempt.push(path.into());
        Ok(self)
    }

    const fn reached(reached: Reached) -> Self {
        Self { rules: Rules { reached, allowed: Vec::new(), exempt: Vec::new() } }
    }
}

impl<S> Layer<S> for OriginGuard {
    type Service = GuardService<S>;

    fn layer(&self, inner: S) -> GuardService<S> {
        GuardService { inner, rules: Arc::new(self.rules.clone()) }
    }
}

fn checked(origin: &str) -> Result<Origin<'static>, GuardError> {
    match Origin::parse(origin) {
        Some(origin) => Ok(origin.into_owned()),
        None if origin == "null" => Err(GuardError::Null),
        None => Err(GuardError::NotAnOrigin(origin.into())),
    }
}
