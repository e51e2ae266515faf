//! A browser, as far as cookies are concerned: it keeps the cookies that it is sent, and sends those that it keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::poll_fn;

use http::header::{CONTENT_TYPE, COOKIE};
use http::request::Builder;
use http::{HeaderName, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{Answer, TestCookie, fail, must};

/// A browser in front of an application. The application is any service of requests, such as an axum `Router`.
///
/// It keeps each cookie under its name until one with `Max-Age=0` removes it. That is all: it ignores `Path`, `Domain`, `Secure`,
/// `Expires`, sizes and redirects. It sends a cookie however old it is, since refusing it is the application's part and worth a
/// test.
///
/// A clone has the same cookies: another device of a person who copied them.
#[derive(Clone)]
pub struct Browser<S> {
    app: S,
    /// Names and values, to look at and to change.
    pub jar: BTreeMap<String, String>,
    /// The names of those that came with `Max-Age`.
    lasting: BTreeSet<String>,
}

impl<S> Browser<S> {
    /// A browser without cookies.
    pub fn new(app: S) -> Self {
        Self { app, jar: BTreeMap::new(), lasting: BTreeSet::new() }
    }

    /// The same cookies in front of another application, or of the same one with other settings.
    pub fn moved_to<T>(&self, app: T) -> Browser<T> {
        Browser { app, jar: self.jar.clone(), lasting: self.lasting.clone() }
    }

    /// The `Cookie` field that the browser sends.
    pub fn cookies(&self) -> String {
        self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Takes a cookie as if a response had set it: keeps it, or removes what it has under that name.
    pub fn insert(&mut self, cookie: TestCookie) {
        self.lasting.remove(&cookie.name);
        if cookie.is_removal() {
            self.jar.remove(&cookie.name);
            return;
        }
        if cookie.max_age().is_some() {
            self.lasting.insert(cookie.name.clone());
        }
        self.jar.insert(cookie.name, cookie.value);
    }

    /// Keeps and removes the cookies of an answer that came [`late`](Self::late).
    pub fn keep(&mut self, answer: &Answer) {
        for cookie in &answer.set_cookies {
            self.insert(cookie.clone());
        }
    }

    /// Closes and opens the browser: cookies without `Max-Age` are gone.
    pub fn restart(&mut self) {
        self.jar.retain(|name, _| self.lasting.contains(name));
    }

    /// Sends any request, with the browser's cookies unless the request has its own, and keeps the cookies that the answer sets.
    pub async fn send<B, R>(&mut self, request: Request<B>) -> Answer
    where
        S: Service<Request<B>, Response = Response<R>, Error: fmt::Display> + Clone,
        R: Body<Error: fmt::Display>,
    {
        let answer = self.ask(self.with_cookies(request)).await;
        self.keep(&answer);
        answer
    }

    fn with_cookies<B>(&self, mut request: Request<B>) -> Request<B> {
        if !self.jar.is_empty() && !request.headers().contains_key(COOKIE) {
            let cookies = must(self.cookies().try_into(), "the jar makes no Cookie field");
            request.headers_mut().insert(COOKIE, cookies);
        }
        request
    }

    async fn ask<B, R>(&self, request: Request<B>) -> Answer
    where
        S: Service<Request<B>, Response = Response<R>, Error: fmt::Display> + Clone,
        R: Body<Error: fmt::Display>,
    {
        let mut app = self.app.clone();
        let answered = match poll_fn(|context| app.poll_ready(context)).await {
            Ok(()) => app.call(request).await,
            Err(error) => Err(error),
        };
        match answered {
            Ok(response) => Answer::of(response).await,
            Err(error) => fail(&format!("the application failed: {error}")),
        }
    }
}

impl<S, R> Browser<S>
where
    S: Service<Request<String>, Response = Response<R>, Error: fmt::Display> + Clone,
    R: Body<Error: fmt::Display>,
{
    /// Requests a path, and keeps the cookies that the answer sets.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(must(Request::get(path).body(String::new()), path)).await
    }

    /// Sends a form, as the application's own pages do, and keeps the cookies that the answer sets.
    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path).header(CONTENT_TYPE, FORM).header(SEC_FETCH_SITE, "same-origin");
        self.send(must(request.body(form.to_owned()), path)).await
    }

    /// Requests a path now; the answer arrives when the test calls [`keep`](Self::keep).
    pub async fn late(&self, path: &str) -> Answer {
        self.ask(self.with_cookies(must(Request::get(path).body(String::new()), path))).await
    }

    /// Requests a path with these `Cookie` fields in place of the jar's, and keeps nothing.
    pub async fn send_with(&self, path: &str, fields: &[impl AsRef<[u8]>]) -> Answer {
        let with = |request: Builder, field: &_| request.header(COOKIE, AsRef::<[u8]>::as_ref(field));
        let request = fields.iter().fold(Request::get(path), with);
        self.ask(must(request.body(String::new()), path)).await
    }
}

impl<S> fmt::Debug for Browser<S> {
    /// Shows the cookies' names only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("cookies", &self.jar.keys()).finish_non_exhaustive()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
