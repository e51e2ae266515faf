//! `Flash`: messages that survive a redirect.

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use super::SessionError;
use super::exchange::Exchange;
use super::report::Report;
use crate::{Level, Message};

/// Messages for the next page, in a cookie of their own.
///
/// A message is shown by the first response that asks for [`messages`](Self::messages): at most once in a
/// response, and again by every other page that was asked for at the same time. Unshown ones are forgotten after an
/// hour, and the oldest of them when there is no room for new ones.
///
/// If two responses push or show messages at once, the last one stays, and the other's are lost. Messages belong to
/// the browser, not to the person signed in: signing out removes them, but one that comes later is shown to anybody
/// there. So put nothing into them that the next person must not read.
///
/// ```
/// use axum::response::Redirect;
/// use gingersnap::{Flash, Level};
///
/// async fn save(mut flash: Flash) -> Redirect {
///     flash.push(Level::Success, "Saved.");
///     Redirect::to("/")
/// }
///
/// async fn index(mut flash: Flash) -> String {
///     flash.messages().iter().map(|it| format!("{}: {}\n", it.level.name(), it.text)).collect()
/// }
/// ```
pub struct Flash(Arc<Exchange>);

impl Flash {
    /// The messages of a request, as the extractor finds them.
    ///
    /// # Errors
    /// [`SessionError::NoLayer`], [`SessionError::HeadSent`].
    pub fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let exchange = Exchange::of(parts)?;
        let mut state = exchange.begin(&parts.headers)?;
        let state = &mut *state;
        state.flash.read(&exchange.settings, &state.fields, state.now);
        Ok(Self(Arc::clone(exchange)))
    }

    /// The messages that the request brought. The response removes them: show them.
    pub fn messages(&mut self) -> Vec<Message> {
        self.0.open_state().map(|mut state| state.flash.show()).unwrap_or_default()
    }

    /// Adds a message for the next page. Added after the response's head was sent, it is lost.
    pub fn push(&mut self, level: Level, text: impl Into<String>) {
        if let Ok(mut state) = self.0.open_state() {
            state.flash.add(Message { level, text: text.into() });
        }
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        let state = self.0.open_state().ok()?;
        state.flash.accepted().map(|accepted| Report::of_flash(&self.0.settings, accepted))
    }
}

impl fmt::Debug for Flash {
    /// Never the messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flash").finish_non_exhaustive()
    }
}
