//! All sides at once: libraries, their stores, and their nodes.

use std::env;
use std::path::PathBuf;

use tokio::runtime::{Builder, Runtime};

use crate::node::Node;
use crate::places::Place;
use crate::sides::peers_program;

/// The nodes, and the places of their sessions; a place stays until its nodes have ended.
pub(crate) struct Stores {
    pub(crate) sides: Vec<Side>,
    pub(crate) places: Vec<Place>,
}

/// A library with one of its stores.
pub(crate) struct Side {
    pub(crate) library: &'static str,
    pub(crate) store: &'static str,
    pub(crate) node: Node,
    /// The index of its place.
    pub(crate) place: usize,
    start: Start,
}

/// What starts a node: a program, a kind of store, and its place.
#[derive(Clone)]
struct Start(PathBuf, String, String);

impl Start {
    fn node(&self) -> Node {
        Node::start(&self.0, &self.1, &self.2)
    }
}

impl Side {
    fn new(library: &'static str, store: &'static str, place: usize, start: Start) -> Self {
        Self { library, store, node: start.node(), place, start }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.library, self.store)
    }

    /// Starts its node again, with the same sessions.
    pub(crate) fn restart(&mut self) {
        self.node = self.start.node();
    }
}

/// The stores, and their kinds as the places know them.
const STORES: [(&str, &str); 5] = [
    ("cookie", "cookie"),
    ("memory", "memory"),
    ("SQLite", "sqlite"),
    ("PostgreSQL", "postgres-fsync"),
    ("Redis", "redis"),
];

impl Stores {
    /// Starts them all; without the peers, whose program takes long to compile, if they are not wanted.
    pub(crate) fn start(ours_alone: bool) -> Self {
        let own = env::current_exe().expect("a path");
        let peers: Option<PathBuf> = (!ours_alone).then(peers_program);
        let (mut sides, mut places) = (Vec::new(), Vec::new());
        for (store, kind) in STORES {
            let Some(place) = Place::start(kind) else { continue };
            let (kind, [ours, theirs], index) = (place.kind.clone(), place.urls(), places.len());
            places.push(place);
            sides.push(Side::new("gingersnap", store, index, Start(own.clone(), kind.clone(), ours)));
            if let Some(peers) = peers.clone().filter(|_| kind != "cookie") {
                sides.push(Side::new("tower-sessions", store, index, Start(peers, kind, theirs)));
            }
        }
        Self { sides, places }
    }

    /// True if no server was missing.
    pub(crate) fn are_all(&self) -> bool {
        self.places.len() == STORES.len()
    }

    /// The processes of a side's server.
    pub(crate) fn pids(&mut self, side: usize) -> Vec<u32> {
        let place = self.sides.get(side).and_then(|side| self.places.get_mut(side.place));
        let server = place.and_then(Place::server);
        server.and_then(|server| server.running().as_ref().map(|running| running.pids())).unwrap_or_default()
    }
}

/// The client's: one thread, as it has to share its core.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
