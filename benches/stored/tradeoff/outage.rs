//! What becomes of requests while a store's server is away.

use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::csv::Csv;
use crate::load::seed;
use crate::node::Node;
use crate::side_by_side::Stores;
use crate::visitor::{Connection, Visitor};

/// As long as a visitor waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

const HEAD: [&str; 8] =
    ["library", "store", "outage", "request", "answers", "status", "longest_ms", "back_ms"];

/// Kills and stops each server under a node that uses it, and tries how a read and a write end. A cookie has no server to lose.
pub(crate) fn measure(runtime: &Runtime, stores: &mut Stores, is_quick: bool) -> Csv {
    let tries = if is_quick { 1 } else { 3 };
    let mut table = Csv::new(&HEAD);
    let Stores { sides, places } = stores;
    for (index, place) in places.iter_mut().enumerate() {
        let Some(server) = place.server() else { continue };
        for side in sides.iter_mut().filter(|side| side.place == index) {
            for outage in ["killed", "hangs"] {
                // One that the outage before has broken for good would tell nothing of this one.
                side.restart();
                let mut visitor = seed(runtime, &side.node, 1, 10).remove(0);
                visited(runtime, &side.node, &mut visitor, false).expect("it answers before");
                if outage == "killed" {
                    server.kill()
                } else {
                    server.stop()
                }
                let mut ask = |writes| {
                    (0..tries).map(|_| visited(runtime, &side.node, &mut visitor, writes)).collect::<Vec<_>>()
                };
                let seen = [("read", ask(false)), ("write", ask(true))];
                if outage == "killed" {
                    server.start_again()
                } else {
                    server.go_on()
                }
                let back = back(runtime, &side.node);
                for (request, seen) in seen {
                    let first = [side.library, side.store, outage, request].map(String::from);
                    table.rows.push(first.into_iter().chain(row(&seen, back)).collect());
                }
            }
        }
    }
    table.print("while the store's server is away", |_| true);
    table
}

/// The part of the requests that was answered, the status, the longest that somebody waited, and how long it took after the outage.
fn row(seen: &[Option<(u16, Duration)>], back: Option<Duration>) -> [String; 4] {
    let in_time = |time: Option<Duration>| {
        time.map_or_else(|| format!(">{}", PATIENCE.as_millis()), |time| time.as_millis().to_string())
    };
    let answers: Vec<_> = seen.iter().flatten().collect();
    let status = answers.first().map_or_else(|| "none".into(), |(status, _)| status.to_string());
    let longest = answers.iter().map(|(_, time)| *time).max().filter(|_| answers.len() == seen.len());
    [format!("{:.2}", answers.len() as f64 / seen.len() as f64), status, in_time(longest), in_time(back)]
}

/// The status of a visit and its time; none if nothing came in time.
fn visited(runtime: &Runtime, node: &Node, visitor: &mut Visitor, writes: bool) -> Option<(u16, Duration)> {
    runtime.block_on(async {
        let begun = Instant::now();
        let mut connection = Connection::open(node.address).await.ok()?;
        let exchange = timeout(PATIENCE, visitor.visit(&mut connection, writes)).await.ok()?.ok()?;
        Some((exchange.status, begun.elapsed()))
    })
}

/// How long it takes until a new session can be begun again.
fn back(runtime: &Runtime, node: &Node) -> Option<Duration> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let well = runtime.block_on(async {
            let mut connection = Connection::open(node.address).await.ok()?;
            let mut visitor = Visitor::default();
            let exchange = timeout(PATIENCE, visitor.seed(&mut connection, 10)).await.ok()?.ok()?;
            (exchange.status == 200).then_some(())
        });
        if well.is_some() {
            return Some(begun.elapsed());
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}
