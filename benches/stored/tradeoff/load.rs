//! Visitors that wait for each answer before they ask again, for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::node::{Node, cpu_of};
use crate::visitor::{Connection, Visitor};

/// How often a visitor writes.
#[derive(Clone, Copy)]
pub(crate) enum Mix {
    ReadMostly,
    WriteHeavy,
}

impl Mix {
    pub(crate) const ALL: [Self; 2] = [Self::ReadMostly, Self::WriteHeavy];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ReadMostly => "95/5",
            Self::WriteHeavy => "50/50",
        }
    }

    const fn writes(self, number: usize) -> bool {
        match self {
            Self::ReadMostly => number % 20 == 19,
            Self::WriteHeavy => number % 2 == 1,
        }
    }
}

/// What was seen of a node in a while.
#[derive(Clone, Default)]
pub(crate) struct Slice {
    /// How long each request took.
    pub(crate) times: Vec<Duration>,
    pub(crate) lasted: Duration,
    pub(crate) up: usize,
    pub(crate) down: usize,
    pub(crate) web: Duration,
    pub(crate) store: Duration,
}

impl Slice {
    pub(crate) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.lasted.as_secs_f64()
    }
}

/// Lets new visitors begin sessions with so many lines.
pub(crate) fn seed(runtime: &Runtime, node: &Node, visitors: usize, lines: usize) -> Vec<Visitor> {
    runtime.block_on(async {
        let mut connection = Connection::open(node.address).await.expect("a node that listens");
        let mut seeded = Vec::new();
        for _ in 0..visitors {
            let mut visitor = Visitor::default();
            let exchange = visitor.seed(&mut connection, lines).await.expect("an answer");
            assert_eq!(exchange.status, 200);
            seeded.push(visitor);
        }
        seeded
    })
}

/// Has the first visitors visit at the same time, and looks on for `time`; `pids` are the store's.
pub(crate) fn slice(
    runtime: &Runtime,
    (node, pids): (&Node, &[u32]),
    visitors: &mut Vec<Visitor>,
    (clients, mix): (usize, Mix),
    time: Duration,
) -> Slice {
    runtime.block_on(async {
        let phase = Arc::new(AtomicU8::new(WARM));
        let mut tasks = JoinSet::new();
        for (number, visitor) in visitors.drain(..clients).enumerate() {
            let connection = Connection::open(node.address).await.expect("a node that listens");
            tasks.spawn(visit(visitor, connection, 7 * number, mix, Arc::clone(&phase)));
        }
        sleep(time / 8).await;
        let (web, store, begun) = (node.cpu(), cpu_of(pids), Instant::now());
        phase.store(COUNTED, Ordering::Relaxed);
        sleep(time).await;
        phase.store(OVER, Ordering::Relaxed);
        let lasted = begun.elapsed();
        let mut slice =
            Slice { lasted, web: node.cpu() - web, store: cpu_of(pids) - store, ..Slice::default() };
        for (visitor, seen) in tasks.join_all().await {
            visitors.push(visitor);
            slice.times.extend(seen.times);
            slice.up += seen.up;
            slice.down += seen.down;
        }
        slice
    })
}

async fn visit(
    mut visitor: Visitor,
    mut connection: Connection,
    first: usize,
    mix: Mix,
    phase: Arc<AtomicU8>,
) -> (Visitor, Slice) {
    let mut seen = Slice::default();
    for number in first.. {
        let begun = Instant::now();
        let exchange = visitor.visit(&mut connection, mix.writes(number)).await.expect("an answer");
        assert_eq!(exchange.status, 200, "a session that was begun");
        match phase.load(Ordering::Relaxed) {
            WARM => {}
            COUNTED => {
                seen.times.push(begun.elapsed());
                seen.up += exchange.up;
                seen.down += exchange.down;
            }
            _ => break,
        }
    }
    (visitor, seen)
}

const WARM: u8 = 0;
const COUNTED: u8 = 1;
const OVER: u8 = 2;
