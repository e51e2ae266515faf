//! `Passive`: requests that do not show that a person is there.

use http::request::Parts;

use crate::session::SessionError;
use crate::session::exchange::Exchange;

/// Marks a request as passive: the idle timeout applies to it, but it does not put the timeout off.
///
/// HEAD requests and prefetches (`Sec-Purpose`) are passive without it. Polling is not activity either. As an extractor it marks
/// the requests of its handler, and with axum's `middleware::from_extractor::<Passive>()` a whole route:
///
/// ```
/// use gingersnap::{Passive, SignedIn};
///
/// async fn unread(_: Passive, who: SignedIn) -> String {
///     format!("no letters for {}", who.subject())
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Passive(());

impl Passive {
    /// Marks the request, as the extractor does.
    ///
    /// # Errors
    /// [`SessionError::NoLayer`].
    #[expect(clippy::unused_async, reason = "as all extractors")]
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        Exchange::of(parts)?.and_outer().for_each(|exchange| exchange.state().is_passive = true);
        Ok(Self(()))
    }
}
