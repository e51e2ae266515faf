//! A node, and what commands say beside it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use gingersnap::store::{self, Store};
use gingersnap::token::PersonId;
use gingersnap::{Identity, Map, Session, SessionLayer, SignInKey};
use http::{Request, Response};
use tokio::time::{sleep, timeout};
use tower::{Layer as _, Service as _};

use crate::{Keyring, Place};

/// A node with the ring of a place and a store, whose sessions are in the store.
pub(super) struct Node {
    layer: SessionLayer,
    pub(super) store: Arc<dyn Store>,
    ring: Keyring,
}

impl Node {
    pub(super) fn new(place: &Place, url: &str, audience: &str) -> Self {
        place.succeeds(&["store", "init", url]);
        // A file is named from where the command runs.
        let path = place.0.display();
        let store = store::open(&url.replace("sqlite:", &format!("sqlite:{path}/"))).unwrap();
        let layer = SessionLayer::builder(place.ring(), audience).store(Arc::clone(&store));
        let layer = layer.session::<Map>("session").place(gingersnap::Place::Store).build().unwrap();
        Self { layer, store, ring: place.ring() }
    }

    /// Asks for a path, and takes the cookies that come: `/in/ann` signs in, with a session, and `/renew` renews. Returns who it is.
    pub(super) async fn get(&self, path: &str, cookies: &mut String) -> String {
        let handler = tower::service_fn(|request: Request<()>| async move {
            let (parts, ()) = request.into_parts();
            let mut identity = Identity::from_parts(&parts).await.unwrap();
            if let Some(subject) = parts.uri.path().strip_prefix("/in/") {
                identity.sign_in(subject).await.unwrap();
                // As a browser may call itself.
                identity.label("Firefox\u{202e} on Linux").await.unwrap();
                Session::<Map>::from_parts(&parts).await.unwrap().insert("theirs", 1u64);
            }
            if parts.uri.path() == "/renew" {
                assert!(identity.renew().await.unwrap());
            }
            Ok::<_, Infallible>(Response::new(identity.subject().unwrap_or("nobody").to_owned()))
        });
        let request = Request::get(path).header("cookie", &*cookies).body(()).unwrap();
        let response = self.layer.layer(handler).call(request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let set = response.headers().get_all("set-cookie").iter();
        let set: Vec<_> = set.map(|field| field.to_str().unwrap().split(';').next().unwrap()).collect();
        if !set.is_empty() {
            *cookies = set.join("; ");
        }
        response.into_body()
    }

    pub(super) async fn sign_in(&self, subject: &str) -> String {
        let mut cookies = String::new();
        assert_eq!(self.get(&format!("/in/{subject}"), &mut cookies).await, subject);
        cookies
    }

    /// Waits until cookies sign nobody in; fails after two seconds.
    pub(super) async fn ends(&self, cookies: &str) {
        let ended = async {
            while self.get("/", &mut cookies.to_owned()).await != "nobody" {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(2), ended).await.unwrap();
    }

    pub(super) async fn is_in(&self, cookies: &str, subject: &str) {
        assert_eq!(self.get("/", &mut cookies.to_owned()).await, subject);
    }

    pub(super) fn person(&self, subject: &str) -> PersonId {
        self.ring.person("shop", "", subject).unwrap()
    }
}

/// The keys that `list` shows.
pub(super) fn keys(place: &Place, subject: &str, url: &str) -> Vec<String> {
    let listed = place.json(&["sessions", "list", subject, "--audience", "shop", "--store", url, "--json"]);
    let listed = listed["sign_ins"].as_array().unwrap();
    listed.iter().map(|it| it["key"].as_str().unwrap().to_owned()).collect()
}

/// Text without what differs from run to run: times, their distances and keys, and the spaces of columns.
pub(super) fn plain(text: &str) -> String {
    let parts = text.split_inclusive(')').map(|part| match part.rsplit_once(" (") {
        Some((before, distance)) if distance == "now)" || distance.ends_with(" ago)") => before,
        _ => part,
    });
    let text: String = parts.collect();
    text.lines().map(|line| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn word(word: &str) -> &str {
    let is_time = word.starts_with("20") && word.trim_end_matches(':').ends_with('Z');
    match word {
        _ if is_time && word.ends_with(':') => "TIME:",
        _ if is_time => "TIME",
        _ if word.parse::<SignInKey>().is_ok() => "KEY",
        _ => word,
    }
}
