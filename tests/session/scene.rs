//! Handlers that wait for the test between their reads and their writes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Flash, Identity, Level, Policy, Session, View};
use tokio::sync::Barrier;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::browser::{Answer, Browser, Cart, Line, TestClock, ring, with_ring};

pub(crate) const IDLE: u64 = 3_600;

/// Two meeting points of the test with its handlers below `/held`: after their reads, and before their writes.
#[derive(Clone)]
pub(crate) struct Held {
    looked: Arc<Barrier>,
    go: Arc<Barrier>,
}

impl Held {
    /// Meeting points for this many handlers, and the test.
    pub(crate) fn new(handlers: usize) -> Self {
        Self { looked: Arc::new(Barrier::new(handlers + 1)), go: Arc::new(Barrier::new(handlers + 1)) }
    }

    /// Waits as a handler: for the test at both points.
    async fn wait(&self) {
        self.looked().await;
        self.go().await;
    }

    /// Waits until every handler has read.
    pub(crate) async fn looked(&self) {
        timeout(Duration::from_secs(20), self.looked.wait()).await.unwrap();
    }

    /// Lets every handler go on to its writes.
    pub(crate) async fn go(&self) {
        timeout(Duration::from_secs(20), self.go.wait()).await.unwrap();
    }
}

fn items(cart: &Cart) -> String {
    cart.lines.iter().map(|line| line.item.as_str()).collect::<Vec<_>>().join(" ")
}

async fn add(held: Held, Path(item): Path<String>, mut cart: Session<Cart>) -> String {
    held.wait().await;
    cart.lines.push(Line { item, qty: 1 });
    items(&cart)
}

async fn show(held: Held, cart: View<Cart>, who: Identity) -> String {
    held.wait().await;
    format!("{}: {}", who.subject().unwrap_or("nobody"), items(&cart))
}

async fn messages(held: Held, mut flash: Flash) -> String {
    held.wait().await;
    flash.messages().into_iter().map(|message| message.text).collect::<Vec<_>>().join(" ")
}

async fn push(held: Held, Path(text): Path<String>, mut flash: Flash) {
    held.wait().await;
    flash.push(Level::Info, text);
}

async fn sign_in(held: Held, Path(subject): Path<String>, mut who: Identity) {
    held.wait().await;
    who.sign_in(subject).await.unwrap();
}

async fn renew(held: Held, mut who: Identity) {
    held.wait().await;
    assert!(who.renew().await.unwrap());
}

async fn sign_out(held: Held, mut who: Identity) {
    held.wait().await;
    who.sign_out().await.unwrap();
}

fn routes(held: &Held) -> Router {
    let [a, b, c, d, e, f, g] = [(); 7].map(|()| held.clone());
    Router::new()
        .route("/cart", get(move |cart, who| show(a, cart, who)))
        .route("/add/{item}", get(move |item, cart| add(b, item, cart)))
        .route("/messages", get(move |flash| messages(c, flash)))
        .route("/push/{text}", get(move |text, flash| push(d, text, flash)))
        .route("/in/{subject}", get(move |subject, who| sign_in(e, subject, who)))
        .route("/renew", get(move |who| renew(f, who)))
        .route("/out", get(move |who| sign_out(g, who)))
}

/// A node: each path as it is, and below `/held` with handlers that wait.
pub(crate) fn node(ring: &Keyring, clock: &TestClock, held: &Held) -> Router {
    let at_once = Held { looked: Arc::new(Barrier::new(1)), go: Arc::new(Barrier::new(1)) };
    let policy = Policy::standard().idle_timeout(Some(IDLE)).renew_after(60);
    let sessions = with_ring(ring.clone(), clock).policy(policy).build().unwrap();
    routes(&at_once).nest("/held", routes(held)).layer(sessions)
}

/// A browser in front of one node, and its requests that are held.
pub(crate) struct Scene {
    pub(crate) clock: TestClock,
    pub(crate) held: Held,
    pub(crate) app: Router,
    pub(crate) browser: Browser,
    flights: Vec<JoinHandle<Answer>>,
}

impl Scene {
    /// A scene whose browser has asked for these paths.
    pub(crate) async fn after(paths: &[&str]) -> Self {
        Self::with(Held::new(1), paths).await
    }

    /// The same, for tests with several held handlers at a time.
    pub(crate) async fn with(held: Held, paths: &[&str]) -> Self {
        let (clock, ring) = (TestClock::new(), ring());
        let app = node(&ring, &clock, &held);
        let mut scene = Self { clock, held, browser: Browser::new(app.clone()), app, flights: Vec::new() };
        scene.get(paths).await;
        scene
    }

    /// Asks for these paths one after the other; all must succeed.
    pub(crate) async fn get(&mut self, paths: &[&str]) {
        for path in paths {
            assert_eq!(self.browser.get(path).await.status, 200, "{path}");
        }
    }

    /// Sends these below `/held`, each in a task of its own, and waits until all handlers have read.
    pub(crate) async fn hold(&mut self, paths: &[&'static str]) {
        for &path in paths {
            let tab = self.browser.moved_to(self.app.clone());
            self.flights.push(tokio::spawn(async move { tab.late(&format!("/held{path}")).await }));
        }
        self.held.looked().await;
    }

    /// Lets the held handlers finish; returns the answers in the order of the requests.
    pub(crate) async fn release(&mut self) -> Vec<Answer> {
        self.held.go().await;
        let mut answers = Vec::new();
        for flight in self.flights.drain(..) {
            answers.push(flight.await.unwrap());
        }
        answers
    }

    /// Lets the one held handler finish; the browser keeps its answer. Returns the cookies set, and the body.
    pub(crate) async fn comes(&mut self) -> (String, String) {
        let answer = self.release().await.remove(0);
        self.browser.keep(&answer);
        (answer.sets(), answer.body)
    }

    /// Returns the page that shows the identity and the cart.
    pub(crate) async fn shows(&mut self) -> String {
        self.browser.get("/cart").await.body
    }
}
