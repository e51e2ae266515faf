//! The site's nodes: each has the layer as it is shipped, a clock of its own, and the ring that it loaded last.

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::{Policy, SessionLayer, Timestamp};
use http::{Request, Response, StatusCode};
use tokio::sync::oneshot;
use tower::{Layer as _, Service as _, service_fn};

use crate::facts::{ABSOLUTE, IDLE, LASTING, MAX_LAG, Machine, REMEMBER, REMEMBER_IDLE, Ring};
use crate::site::{Cart, Job, Kept, Op, Saw, handle};

pub(crate) struct Node {
    layer: SessionLayer,
    clock: Arc<AtomicU64>,
    pub(crate) machine: Machine,
}

impl Node {
    pub(crate) fn new(ring: &Keyring, facts: &Rc<Ring>, renew_after: u64, now: u64) -> Self {
        let clock = Arc::new(AtomicU64::new(now));
        let machine = Machine { ring: Rc::clone(facts), loaded: now, renew_after, absolute: ABSOLUTE };
        Self { layer: layer(ring, &clock, &machine), clock, machine }
    }

    /// Loads a ring in place of the one it has, under a policy. What is in flight keeps the old ones.
    pub(crate) fn load(&mut self, ring: &Keyring, facts: &Rc<Ring>, absolute: u64) {
        let (ring_of_facts, loaded) = (Rc::clone(facts), self.now());
        self.machine = Machine { ring: ring_of_facts, loaded, absolute, ..self.machine };
        self.layer = layer(ring, &self.clock, &self.machine);
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, now: u64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    /// Begins with a request: the handler has looked, and waits for [`Begun::finish`].
    pub(crate) fn begin(&self, cookies: &str, asks: Asks) -> Begun {
        let (go, gate) = oneshot::channel();
        let kept = Kept::default();
        let Asks { op, status, number, foreign } = asks;
        let status = StatusCode::from_u16(status).unwrap();
        let job = Job { op, status, number, gate, kept: Arc::clone(&kept), foreign };
        let request = Request::get("/").header("cookie", cookies).body(job).unwrap();
        let mut future: Answering = Box::pin(self.layer.layer(service_fn(handle)).call(request));
        assert!(poll(&mut future).is_pending(), "the handler waits");
        Begun { future, go, kept }
    }
}

/// One request to a node.
pub(crate) struct Asks {
    pub(crate) op: Op,
    pub(crate) status: u16,
    pub(crate) number: u32,
    pub(crate) foreign: Option<String>,
}

/// A request whose handler waits.
pub(crate) struct Begun {
    future: Answering,
    go: oneshot::Sender<()>,
    kept: Kept,
}

impl Begun {
    /// Returns the place where the handler leaves handles that it keeps.
    pub(crate) fn kept(&self) -> Kept {
        Arc::clone(&self.kept)
    }

    /// Lets the handler go on to its end.
    pub(crate) fn finish(mut self) -> Response<Saw> {
        self.go.send(()).unwrap();
        match poll(&mut self.future) {
            Poll::Ready(Ok(response)) => response,
            Poll::Pending => panic!("the handler still waits"),
        }
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Saw>, Infallible>>>>;

/// Returns the output of a future that waits for nobody.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn poll(future: &mut Answering) -> Poll<Result<Response<Saw>, Infallible>> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn layer(ring: &Keyring, clock: &Arc<AtomicU64>, machine: &Machine) -> SessionLayer {
    let clock = Arc::clone(clock);
    let policy = Policy::standard().absolute_timeout(machine.absolute).idle_timeout(Some(IDLE));
    let loaded_at = Timestamp::from_unix(machine.loaded);
    SessionLayer::builder(LiveKeyring::new(ring.clone(), loaded_at).lagging(MAX_LAG), "model")
        .session::<Cart>("cart")
        .lasting(LASTING)
        .policy(policy.renew_after(machine.renew_after).remember_for(REMEMBER).remember_idle(REMEMBER_IDLE))
        .clock(move || Timestamp::from_unix(clock.load(Ordering::Relaxed)))
        .build()
        .unwrap()
}
