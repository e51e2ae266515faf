//! A response, read to its end, and assertions about it.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;

use bytes::BufMut as _;
use http::header::{SET_COOKIE, VARY};
use http::{HeaderMap, Response};
use http_body::Body;

use super::{TestCookie, fail};
use crate::session::SessionError;

/// A response that was received whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// All header fields, including those that set cookies.
    pub headers: HeaderMap,
    /// The cookies that the response sets or removes, in its order.
    pub set_cookies: Vec<TestCookie>,
    /// The body; invalid UTF-8 is replaced.
    pub body: String,
    /// The error of a session that could not be taken or sent.
    pub error: Option<SessionError>,
}

impl Answer {
    /// Reads a response that did not come through a [`Browser`](super::Browser).
    pub async fn of<R>(response: Response<R>) -> Self
    where
        R: Body<Error: Display>,
    {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            set_cookies: parts.headers.get_all(SET_COOKIE).iter().map(TestCookie::parse).collect(),
            headers: parts.headers,
            body: text(body).await,
            error: parts.extensions.get().cloned(),
        }
    }

    /// The names of the cookies that the response sets, and, with a `-` before each, of those that it removes: `__Host-id
    /// -__Host-cart`.
    pub fn sets(&self) -> String {
        let names = self.set_cookies.iter().map(|cookie| {
            let sign = if cookie.is_removal() { "-" } else { "" };
            format!("{sign}{}", cookie.name)
        });
        names.collect::<Vec<_>>().join(" ")
    }

    /// Asserts that the response sets and removes these cookies, written as by [`sets`](Self::sets), and no others, in any order.
    #[track_caller]
    pub fn assert_sets(&self, names: &str) {
        let sorted = |names: &str| {
            let mut names = names.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
            names.sort();
            names
        };
        if sorted(names) != sorted(&self.sets()) {
            self.fail(&format!("the response should set {names:?}"));
        }
    }

    /// Asserts that no session was read or changed: no `Set-Cookie`, and no `Cookie` in `Vary`.
    #[track_caller]
    pub fn assert_untouched(&self) {
        let mut vary = self.headers.get_all(VARY).iter().filter_map(|field| field.to_str().ok());
        let varies = vary.any(|field| field.split(',').any(|it| it.trim().eq_ignore_ascii_case("cookie")));
        if varies || !self.set_cookies.is_empty() {
            let vary = if varies { ", has Vary: Cookie" } else { "" };
            self.fail(&format!("the response should be untouched{vary}"));
        }
    }

    /// The cookie that the response sets or removes under this full name. If there is none, the test fails.
    #[track_caller]
    pub fn set_cookie(&self, name: &str) -> &TestCookie {
        match self.set_cookies.iter().find(|cookie| cookie.name == name) {
            Some(cookie) => cookie,
            None => self.fail(&format!("the response should set or remove {name:?}")),
        }
    }

    /// Fails, and shows what came instead.
    #[track_caller]
    fn fail(&self, wanted: &str) -> ! {
        let why = self.error.as_ref().map(|error| format!(", because {error}")).unwrap_or_default();
        fail(&format!("{wanted}, and sets {:?} with status {}{why}", self.sets(), self.status))
    }
}

async fn text<R: Body<Error: Display>>(body: R) -> String {
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(data)) => bytes.put(data),
            Ok(Err(_trailers)) => {}
            Err(error) => fail(&format!("the body broke off: {error}")),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
