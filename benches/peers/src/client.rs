//! Requests without sockets: one browser's cookies, and a router called in process.

use std::collections::BTreeMap;
use std::hint::black_box;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// A runtime of one thread.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

/// A browser's memory: cookies by name.
#[derive(Clone, Default)]
pub struct Browser(BTreeMap<String, String>);

/// An answer: its body, and the cookies that it set.
pub struct Answer {
    /// The body's text.
    pub body: String,
    /// The `Set-Cookie` fields.
    pub set_cookies: Vec<String>,
}

impl Browser {
    /// Sends a request, keeps the cookies of the answer.
    pub async fn send(&mut self, router: &Router, method: Method, path: &str) -> Answer {
        let request = self.request(method, path).build();
        let response = router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let set_cookies = set_cookies(&response);
        for field in &set_cookies {
            let pair = field.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            self.0.insert(name.to_owned(), value.to_owned());
        }
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        Answer { body: String::from_utf8(body.to_vec()).expect("text"), set_cookies }
    }

    /// A request with the browser's cookies, to be sent many times.
    pub fn request(&self, method: Method, path: &str) -> Template {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("shop.example"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64)"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        if !self.0.is_empty() {
            headers.insert(header::COOKIE, self.cookie().parse().expect("a field value"));
        }
        Template { method, uri: path.parse().expect("a path"), headers }
    }

    /// The `Cookie` field.
    pub fn cookie(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Characters of the longest value: a session's data, where an identity stands beside it.
    pub fn longest_value(&self) -> usize {
        self.0.values().map(String::len).max().unwrap_or(0)
    }
}

/// A request to be sent many times.
#[derive(Clone)]
pub struct Template {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Template {
    /// The request.
    pub fn build(&self) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// Sends the request `calls` times, one after the other; each must be answered well.
    pub async fn send_each(&self, router: &Router, calls: usize) {
        for _ in 0..calls {
            let response = router.clone().oneshot(self.build()).await.expect("an answer");
            assert!(response.status().is_success(), "{}: {}", self.uri, response.status());
        }
    }

    /// Sends the request `calls` times, one after the other.
    ///
    /// Without tokio's cooperative budget: nothing else is waiting, and a request should not pay for the
    /// locks of those before it.
    pub fn send_many(&self, runtime: &Runtime, router: &Router, calls: u32) {
        runtime.block_on(tokio::task::unconstrained(async {
            for _ in 0..calls {
                let response = router.clone().oneshot(self.build()).await;
                black_box(&response);
            }
        }));
    }
}

fn set_cookies(response: &Response) -> Vec<String> {
    let fields = response.headers().get_all(header::SET_COOKIE);
    fields.iter().map(|field| field.to_str().expect("text").to_owned()).collect()
}
