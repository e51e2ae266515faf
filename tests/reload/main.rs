//! A ring that is loaded again while it is in use, by a clock that stands still unless a test moves it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod live;
mod nodes;
mod place;
mod refused;
mod when;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::token::Suite;
use gingersnap::{
    Entropy as _, Identity, NoEntropy, OsEntropy, ReloadEvent, Reloader, SessionLayer, Timestamp,
};
use place::Place;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// True time at the start of a test.
const START: u64 = 1_800_000_000;

fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    OsEntropy.fill(bytes)
}

fn ring() -> Keyring {
    Keyring::init(Suite::default(), 30 * 86_400, Timestamp::from_unix(START), &mut random).unwrap()
}

/// The ring after one more rotation that comes into force at once.
fn rotated(ring: &Keyring) -> Keyring {
    ring.rotate(0, None, Timestamp::from_unix(START), &mut random).unwrap()
}

/// `/in` signs ann in, `/who` says who is signed in.
fn app(keyring: LiveKeyring) -> Router {
    let clock = || Timestamp::from_unix(START + 10);
    let sessions = SessionLayer::builder(keyring, "tests").clock(clock).build().unwrap();
    let sign_in = async |mut identity: Identity| identity.sign_in("ann").await.map(drop).unwrap();
    let who = async |identity: Identity| identity.subject().unwrap_or("nobody").to_owned();
    Router::new().route("/in", get(sign_in)).route("/who", get(who)).layer(sessions)
}

/// A clock that goes with tokio's.
fn clock() -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let start = Instant::now();
    move || Timestamp::from_unix(START + start.elapsed().as_secs())
}

/// A reloader that runs until it is stopped.
struct Running {
    keyring: LiveKeyring,
    events: Arc<Mutex<Vec<String>>>,
    reload_now: Box<dyn Fn()>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(place: &Place, set_up: impl FnOnce(Reloader) -> Reloader) -> Self {
        let reloader = set_up(Reloader::start_by(place.clone(), clock()).await.unwrap());
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&events);
        let reloader = reloader.on_event(move |event| told.lock().unwrap().extend(text(event)));
        let (stop, stopped) = oneshot::channel();
        let (keyring, reload_now) = (reloader.keyring(), Box::new(reloader.reload_now()));
        let task = tokio::spawn(reloader.run(async { drop(stopped.await) }));
        Self { keyring, events, reload_now, stop, task }
    }

    fn generation(&self) -> u64 {
        self.keyring.get().generation()
    }

    fn events(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// Returns the text of a change or a failure.
fn text(event: &ReloadEvent<'_>) -> Option<String> {
    match event {
        ReloadEvent::Unchanged => None,
        ReloadEvent::Replaced { from, to } => Some(format!("{from} -> {to}")),
        ReloadEvent::Failed(error) => Some(error.to_string()),
        ReloadEvent::NotRegistered(error) => Some(format!("not registered: {error}")),
        _ => Some("an event without a text".into()),
    }
}

async fn seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

const HOUR: Duration = Duration::from_secs(3600);
