//! The site's nodes: each has the layer as it is shipped, and a clock of its own.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::{Place, Policy, SessionLayer, Timestamp};
use http::{Request, Response};
use tower::{Layer as _, Service as _, service_fn};

use crate::db::{Db, NOBODY};
use crate::site::{Cart, Job, Saw, Script, handle};

pub(crate) struct Node {
    layer: SessionLayer,
    clock: Arc<AtomicU64>,
}

/// A request that is under way.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<Response<Saw>, Infallible>>>>;

impl Node {
    pub(crate) fn new(ring: &Keyring, place: Place, db: &Db, now: u64) -> Self {
        let clock = Arc::new(AtomicU64::new(now));
        Self { layer: layer(ring, place, db, &clock), clock }
    }

    /// Starts anew, with this ring and place. What is in flight keeps the old ones.
    pub(crate) fn start(&mut self, ring: &Keyring, place: Place, db: &Db) {
        self.layer = layer(ring, place, db, &self.clock);
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, now: u64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    /// Begins with a request; nothing is done until it is polled.
    pub(crate) fn begin(&self, is_safe: bool, cookies: &str, job: Job) -> Answering {
        let request = if is_safe { Request::get("/") } else { Request::post("/") };
        let request = request.header("cookie", cookies).body(job).unwrap();
        Box::pin(self.layer.layer(service_fn(handle)).call(request))
    }

    /// A request that nobody disturbs, and that is no part of the story.
    pub(crate) fn ask(&self, db: &Db, cookies: &str, script: Script) -> Response<Saw> {
        db.quietly(|| {
            let mut answering = self.begin(false, cookies, Job { number: 0, script });
            for _ in 0..ROUNDS {
                if let Some(response) = poll(&mut answering) {
                    return response;
                }
                db.poll_tasks(NOBODY);
            }
            panic!("nobody disturbs it, and it waits");
        })
    }
}

pub(crate) fn poll(answering: &mut Answering) -> Option<Response<Saw>> {
    match answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => Some(response),
        Poll::Pending => None,
    }
}

/// The output of a future that waits for nobody.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn layer(ring: &Keyring, place: Place, db: &Db, clock: &Arc<AtomicU64>) -> SessionLayer {
    let clock = Arc::clone(clock);
    let loaded_at = Timestamp::from_unix(clock.load(Ordering::Relaxed));
    SessionLayer::builder(LiveKeyring::new(ring.clone(), loaded_at), "model")
        .store(db.clone())
        .session::<Cart>("cart")
        .lasting(LASTING)
        .place(place)
        .policy(Policy::standard().absolute_timeout(ABSOLUTE).idle_timeout(None))
        .clock(move || Timestamp::from_unix(clock.load(Ordering::Relaxed)))
        .build()
        .unwrap()
}

/// Polls that are enough for any request whose calls are all carried out.
pub(crate) const ROUNDS: usize = 64;
/// The life of a guest's cart, of a sign-in, and of any token. No wait of a story ends within two minutes of the end of one.
pub(crate) const LASTING: u64 = 3_900;
pub(crate) const ABSOLUTE: u64 = 86_700;
pub(crate) const LONGEST: u64 = 173_700;
