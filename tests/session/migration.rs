//! A struct that changes while cookies of its older shape are out and older nodes still run.

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Session, SessionData, SessionLayer, View};
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, TestClock, ring};

/// As it was.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Old {
    name: String,
}

impl SessionData for Old {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 1;
}

/// As it is: a field came in front, so the old bytes would be misread.
#[derive(Clone, Default, Deserialize, Serialize)]
struct New {
    visits: u32,
    name: String,
}

impl SessionData for New {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 2;

    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        let old: Old = (version == 1).then(|| postcard::from_bytes(bytes).ok())??;
        Some(Self { visits: 0, name: old.name })
    }
}

fn node<T: SessionData>(ring: &Keyring, routes: Router) -> Router {
    let layer = SessionLayer::builder(ring.clone(), "tests").session::<T>("profile").clock(TestClock::new());
    routes.layer(layer.build().unwrap())
}

/// A node that runs the old program.
fn old_node(ring: &Keyring) -> Router {
    let write = async |mut it: Session<Old>| it.name.push('a');
    let show = async |it: View<Old>| it.name.clone();
    node::<Old>(ring, Router::new().route("/write", get(write)).route("/", get(show)))
}

/// A node that runs the new program.
fn new_node(ring: &Keyring) -> Router {
    let write = async |mut it: Session<New>| it.visits += 1;
    let show = async |it: View<New>| format!("{} {}", it.name, it.visits);
    node::<New>(ring, Router::new().route("/write", get(write)).route("/", get(show)))
}

#[tokio::test]
async fn data_of_an_older_version_is_migrated_when_it_is_read_and_sealed_anew_when_it_is_written() {
    let ring = ring();
    let mut browser = Browser::new(old_node(&ring));
    browser.get("/write").await;

    let jar = browser.jar;
    let mut browser = Browser::new(new_node(&ring));
    browser.jar = jar;
    let read = browser.get("/").await;
    assert_eq!((read.body.as_str(), read.set_cookies.len()), ("a 0", 0));
    assert_eq!(browser.get("/write").await.set_cookies.len(), 1);
    assert_eq!(browser.get("/").await.body, "a 1");
}

#[tokio::test]
async fn an_older_node_leaves_data_of_a_newer_version_alone() {
    let ring = ring();
    let mut browser = Browser::new(new_node(&ring));
    browser.get("/write").await;
    let sealed = browser.jar.clone();

    let mut browser = Browser::new(old_node(&ring));
    browser.jar = sealed.clone();
    assert_eq!(browser.get("/").await.body, "");
    assert_eq!(browser.get("/write").await.status, 503);
    assert_eq!(browser.jar, sealed);
}
