//! `Flash`: messages that survive a redirect.

pub(crate) mod state;

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use super::SessionError;
use super::exchange::Exchange;
use super::report::Report;
use crate::{Level, Message};

/// Messages for the next page, in a cookie of their own.
///
/// A message is shown by the first response that asks for [`messages`](Self::messages): at most once in a response, and again by
/// every other page that was requested at the same time. Unshown messages are forgotten after an hour, and the oldest of them
/// when there is no room for new ones.
///
/// If two responses push or show messages at once, the last one stays, and the other's are lost. A message belongs to whoever was
/// signed in when it was pushed, and is shown to that person alone. A message that was pushed while nobody was signed in is shown
/// to anybody, until a sign-in makes it that person's. Signing out removes them.
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
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let exchange = Exchange::of(parts)?;
        if let Some(refreshing) = exchange.refresh(parts)? {
            refreshing.await;
        }
        exchange.begin(parts)?.flash(&exchange.settings);
        Ok(Self(Arc::clone(exchange)))
    }

    /// The messages that the request brought for the person signed in, and those for anybody. The response removes them, unless
    /// nobody looks at it (HEAD, a prefetch); so show them.
    pub fn messages(&mut self) -> Vec<Message> {
        self.0.open().map(|mut state| state.show_messages(&self.0.settings)).unwrap_or_default()
    }

    /// Adds a message for the next page, for the person signed in now, or for anybody. If it is added after the response's head
    /// was sent, it is lost. If there is no room for messages beside everything else, they are cut or dropped, the oldest first.
    pub fn push(&mut self, level: Level, text: impl Into<String>) {
        if let Ok(mut state) = self.0.open() {
            state.push_message(&self.0.settings, Message { level, text: text.into() });
        }
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        let state = self.0.state();
        state.flash.accepted().map(|accepted| Report::of_flash(&self.0.settings, accepted))
    }
}

impl fmt::Debug for Flash {
    /// Never shows the messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flash").finish_non_exhaustive()
    }
}
