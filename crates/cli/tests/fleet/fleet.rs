//! Three nodes behind something like a load balancer.

use std::{
    array,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use gingersnap::{Entropy as _, OsEntropy};
use serde_json::Value;

use crate::{
    browser::Page,
    help::{Dir, Server, get},
    ring::Ring,
    until,
};

/// Nodes of the fleet.
pub(crate) const NODES: usize = 3;

/// The nodes; one that is out of rotation gets no requests.
pub(crate) struct Fleet<'r> {
    ring: &'r Ring,
    nodes: [Mutex<Option<Arc<Server>>>; NODES],
    restarts: AtomicUsize,
}

/// A node on a ring; `more` says how it reloads.
pub(crate) fn start(ring: &Ring, name: &str, more: &[&str]) -> Server {
    // A busy machine is no fault of the ring.
    let identity = ring.identity();
    let identity = ["--identity", identity.to_str().expect("text")];
    let options = ["--keys", &ring.place, "--node", name, "--client-timeout", "120s"];
    Server::start_in(Dir::new(), &[&options[..], &identity, more].concat())
}

/// Status and body of a node's `/readyz`.
#[track_caller]
pub(crate) fn ready(server: &Server) -> (u16, Value) {
    let page = Page::parse(&server.ask(get("/readyz")));
    (page.status, serde_json::from_str(&page.body).expect("JSON"))
}

impl<'r> Fleet<'r> {
    pub(crate) fn start(ring: &'r Ring, options: &[&str]) -> Self {
        let node = |n| Mutex::new(Some(Arc::new(start(ring, NAMES[n], options))));
        Self { ring, nodes: array::from_fn(node), restarts: AtomicUsize::new(0) }
    }

    /// Any node in rotation.
    pub(crate) fn any(&self) -> Arc<Server> {
        let first = random();
        let mut nodes = (0..NODES).map(|n| self.slot((first + n) % NODES).clone());
        nodes.find_map(|node| node).expect("a node in rotation")
    }

    /// The nodes, all of them in rotation.
    #[track_caller]
    pub(crate) fn all(&self) -> [Arc<Server>; NODES] {
        array::from_fn(|n| self.slot(n).clone().expect("in rotation"))
    }

    /// Returns the answers of all nodes to `/readyz`.
    #[track_caller]
    pub(crate) fn ready(&self) -> [(u16, Value); NODES] {
        self.all().map(|node| ready(&node))
    }

    /// Waits until all are ready, with this generation and this key in force.
    #[track_caller]
    pub(crate) fn until_all_have(&self, generation: u64, active_key: &str) {
        until(&format!("generation {generation} with {active_key} in force"), || {
            self.ready().iter().all(|(status, node)| {
                // A later one cannot be: nobody else changes the ring.
                assert!(node["generation"].as_u64() <= Some(generation), "{node}");
                *status == 200 && node["generation"] == generation && node["active_key"] == active_key
            })
        });
    }

    /// Stops a node as a rollout does, and starts it anew: out of rotation, SIGTERM, ready, in rotation.
    #[track_caller]
    pub(crate) fn restart(&self, n: usize, options: &[&str]) {
        let mut stopped = self.take_out(n);
        stopped.signal("-TERM");
        assert!(stopped.wait().success());
        let started = start(self.ring, NAMES[n], options);
        until("it is ready", || {
            let (status, ready) = ready(&started);
            status == 200 && ready["status"] == "ready"
        });
        *self.slot(n) = Some(Arc::new(started));
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a node out of rotation, and waits until it has answered the requests that it got.
    #[track_caller]
    fn take_out(&self, n: usize) -> Server {
        let mut node = self.slot(n).take();
        let mut unused = None;
        until("its last request is answered", || {
            match Arc::try_unwrap(node.take().expect("a node")) {
                Ok(server) => unused = Some(server),
                Err(in_use) => node = Some(in_use),
            }
            unused.is_some()
        });
        unused.expect("a node")
    }

    /// Returns the number of restarts.
    pub(crate) fn restarts(&self) -> usize {
        self.restarts.load(Ordering::Relaxed)
    }

    fn slot(&self, n: usize) -> MutexGuard<'_, Option<Arc<Server>>> {
        self.nodes[n].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Some number.
pub(crate) fn random() -> usize {
    let mut bytes = [0; 4];
    OsEntropy.fill(&mut bytes).expect("randomness");
    usize::try_from(u32::from_le_bytes(bytes)).expect("32 bits")
}

const NAMES: [&str; NODES] = ["a", "b", "c"];
