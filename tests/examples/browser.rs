//! A browser, as far as these examples need one: cookies, forms, and where a redirect leads.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http::Request;
use tower::ServiceExt as _;

#[derive(Clone)]
pub(crate) struct Browser {
    app: Router,
    jar: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    /// The names of the cookies that it keeps.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.jar.keys().map(String::as_str).collect()
    }

    /// The page at `path`, or `-> /where` it redirects to.
    pub(crate) async fn get(&mut self, path: &str) -> String {
        self.send(Request::get(path), "").await
    }

    /// Posts a form whose fields are URL-encoded; returns the page or the redirect.
    pub(crate) async fn post(&mut self, path: &str, form: &'static str) -> String {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("sec-fetch-site", "same-origin");
        self.send(request, form).await
    }

    async fn send(&mut self, request: http::request::Builder, body: &'static str) -> String {
        let cookies = self.jar.iter().map(|(name, value)| format!("{name}={value}"));
        let request = request.header("cookie", cookies.collect::<Vec<_>>().join("; "));
        let response = self.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for field in parts.headers.get_all("set-cookie") {
            let (pair, attributes) = field.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.ends_with("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
        if let Some(to) = parts.headers.get("location") {
            return format!("-> {}", to.to_str().unwrap());
        }
        let body = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        format!("{}{}", if parts.status == 200 { "" } else { "failed: " }, String::from_utf8_lossy(&body))
    }
}
