//! The frame of every page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use gingersnap::{Flash, Identity, Message};

use crate::assets;

/// The frame of every page.
pub(crate) struct Frame {
    pub(crate) style: String,
    pub(crate) icon: String,
    pub(crate) here: &'static str,
    pub(crate) visitor: Visitor,
    pub(crate) messages: Vec<Message>,
}

/// The visitor, as far as the page knows them.
pub(crate) enum Visitor {
    /// The page did not ask: a page about an error.
    Unknown,
    Anonymous,
    SignedIn(String),
}

impl Frame {
    /// The frame of a page that knows its visitor, and shows the messages that wait.
    pub(crate) fn new(here: &'static str, identity: &Identity, flash: &mut Flash) -> Self {
        let visitor = identity.subject().map_or(Visitor::Anonymous, |it| Visitor::SignedIn(it.to_owned()));
        Self { here, visitor, messages: flash.messages(), ..Self::bare() }
    }

    /// The frame of a page that looks at no session.
    pub(crate) fn bare() -> Self {
        let (style, icon) = (assets::style_href(), assets::icon_href());
        Self { style, icon, here: "", visitor: Visitor::Unknown, messages: Vec::new() }
    }
}

/// Fills a page.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "page not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
