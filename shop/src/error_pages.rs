//! Errors as pages.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{ContentType, HeaderMapExt as _, Mime, RetryAfter};
use gingersnap::{ChangeError, DoesNotFit, SessionError};

use crate::frame::{Frame, html};
use crate::next;

/// A cart that does not fit.
#[derive(Template)]
#[template(path = "full.html")]
struct Full {
    frame: Frame,
    error: DoesNotFit,
    is_stored: bool,
}

/// An error in a sentence.
#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    frame: Frame,
    title: &'static str,
    text: &'static str,
    status: StatusCode,
}

/// A form that waits for its sender to log in.
#[derive(Template)]
#[template(path = "pending.html")]
struct Pending {
    frame: Frame,
    login: &'static str,
}

/// The error of a handler.
#[derive(Debug)]
pub(crate) struct ShopError(SessionError);

impl From<SessionError> for ShopError {
    fn from(error: SessionError) -> Self {
        Self(error)
    }
}

impl From<ChangeError<Infallible>> for ShopError {
    fn from(error: ChangeError<Infallible>) -> Self {
        match error {
            ChangeError::Rejected(never) => match never {},
            ChangeError::Session(error) => Self(error),
            other => Self(SessionError::NotEncodable(other.to_string())),
        }
    }
}

impl IntoResponse for ShopError {
    /// Answers a full cart with a page of its own; 409, since the old cart stands in the way.
    fn into_response(self) -> Response {
        match self.0 {
            SessionError::DoesNotFit(error) => {
                let is_stored = error.limit > MOST_IN_COOKIES;
                html(StatusCode::CONFLICT, &Full { frame: Frame::bare(), error: *error, is_stored })
            }
            error => error.into_response(),
        }
    }
}

/// Gives every error that is not a page yet the page for its status.
///
/// The bare answers of the limits, of the router and of the session layer end here; their other headers stay.
pub(crate) async fn decorate(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    let login = login_for(&response);
    if let (Some(login), Method::GET | Method::HEAD) = (login, method) {
        return to_login(login, &uri, response);
    }
    if is_page(&response) || !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let page = match login {
        Some(login) => html(parts.status, &Pending { frame: Frame::bare(), login }),
        None if matches!(parts.extensions.get(), Some(SessionError::StillElsewhere)) => still_elsewhere(),
        None => notice(parts.status),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(kind) = page.headers().typed_get::<ContentType>() {
        parts.headers.typed_insert(kind);
    }
    if parts.status == StatusCode::SERVICE_UNAVAILABLE && !parts.headers.contains_key(header::RETRY_AFTER) {
        parts.headers.typed_insert(RetryAfter::delay(SOON));
    }
    Response::from_parts(parts, Body::new(page.into_body()))
}

/// Returns the page with the login that the session layer wants.
fn login_for(response: &Response) -> Option<&'static str> {
    match response.extensions().get::<SessionError>()? {
        SessionError::NotSignedIn => Some("/login"),
        SessionError::AuthenticationTooOld => Some("/login/again"),
        _ => None,
    }
}

/// Logs in, and comes back. A form that was sent would be lost on the way: it gets a page ([`Pending`]).
fn to_login(login: &str, asked: &Uri, mut response: Response) -> Response {
    let asked = asked.path_and_query().map_or("/", |asked| asked.as_str());
    if let Ok(location) = HeaderValue::try_from(next::then(login, asked)) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn notice(status: StatusCode) -> Response {
    let (title, text) = words(status);
    html(status, &Notice { frame: Frame::bare(), title, text, status })
}

/// The cookies are gone from this browser, and the store has not heard of it.
fn still_elsewhere() -> Response {
    let (title, status) = ("Logged out here, and not everywhere yet", StatusCode::SERVICE_UNAVAILABLE);
    let text = "This browser is logged out. Our store could not be told, so whoever has a copy of its cookies may still use it. We \
                go on trying, and you need not do anything; if a copy worries you, look at your devices once you are logged in again.";
    html(status, &Notice { frame: Frame::bare(), title, text, status })
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().typed_get::<ContentType>().map(Mime::from);
    // Answers to machines in their own form (`/readyz`) are left as they are.
    kind.is_some_and(|kind| matches!(kind.essence_str(), "text/html" | "application/json"))
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "That came from somewhere else",
            "The request did not come from a page of this shop, so nothing was done. If you meant it, do it from the shop's own page.",
        ),
        StatusCode::NOT_FOUND => ("There is no such page", "Perhaps the address has a slip in it."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("That does not work here", "The page is there, but it does not take this kind of request.")
        }
        StatusCode::REQUEST_TIMEOUT => (
            "That took too long",
            "Your request did not arrive in time, so nothing was done. Please try again.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("That is too much", "A form of this shop has at most 16 KiB."),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "Your browser sends too much",
            "Its request has more than 64 fields or 64 KiB before the content. Deleting the cookies of this site may help.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Not at the moment", "Nothing was changed. Please try again in a few seconds.")
        }
        status if status.is_server_error() => {
            ("Something broke", "It is our fault, and nothing was changed. Please try again.")
        }
        _ => (
            "We did not understand that",
            "The form did not arrive as this shop sends it. Please go back and try again.",
        ),
    }
}

/// Bytes that all cookies of a request may have; a record may have more.
const MOST_IN_COOKIES: usize = 7_168;
/// The time until a browser should try again.
const SOON: Duration = Duration::from_secs(5);
