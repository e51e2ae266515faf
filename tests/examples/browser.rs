//! A browser that says in one line what came: the page, or where it redirects to.

use axum::Router;
use gingersnap::testing::{self, Answer};

#[derive(Clone)]
pub(crate) struct Browser(testing::Browser<Router>);

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self(testing::Browser::new(app))
    }

    /// The names of the cookies that it keeps.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.0.jar.keys().map(String::as_str).collect()
    }

    /// The page at `path`, or `-> /where` it redirects to.
    pub(crate) async fn get(&mut self, path: &str) -> String {
        shown(&self.0.get(path).await)
    }

    /// Posts a form whose fields are URL-encoded; returns the page or the redirect.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> String {
        shown(&self.0.post(path, form).await)
    }
}

fn shown(answer: &Answer) -> String {
    if let Some(to) = answer.headers.get("location") {
        return format!("-> {}", to.to_str().unwrap());
    }
    format!("{}{}", if answer.status == 200 { "" } else { "failed: " }, answer.body)
}
