//! What a request costs where its session is in the cookie, and where it is in a store, over HTTP on loopback.
//!
//! `cargo bench --bench tradeoff` measures, and writes `docs/tradeoff/*.csv` and the pictures that `docs/TRADEOFF.md` shows;
//! `-- --plots` draws the pictures anew from the CSV that is there; `--wire`, of the program alone,
//! measures what a browser sends; `-- --quick` is a trial of our sides alone, which writes
//! nothing and fails if what it finds is not of the same shape as what is kept.
//!
//! Each side is a web node: a process with a core of its own. The stores' servers are Debian's, started here on free ports, and share
//! the rest of the machine with the client. All sides take turns, cell by cell, in rounds; medians of the rounds are kept.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time, and is told by the environment")]

#[path = "../../peers/src/cart.rs"]
#[expect(dead_code, reason = "the peers' benches use the rest")]
mod cart;
mod chart;
#[path = "../../peers/src/client.rs"]
#[expect(dead_code, reason = "the peers' benches use the rest")]
mod client;
mod csv;
mod decision;
#[path = "../../harness.rs"]
#[expect(dead_code, reason = "the other benches use the rest")]
mod harness;
mod load;
mod node;
mod outage;
#[path = "../../../crates/cli/src/picture.rs"]
mod picture;
mod pictures;
#[path = "../places.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod places;
mod reckoning;
mod requests;
#[path = "../../../tests/servers/mod.rs"]
mod servers;
mod shape;
#[path = "../side.rs"]
mod side;
mod side_by_side;
#[path = "../sides.rs"]
#[expect(dead_code, reason = "the other bench uses the rest")]
mod sides;
mod size;
#[path = "../../peers/src/stored.rs"]
mod stored;
mod visitor;
mod wire;
mod wire_picture;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use csv::Csv;
use harness::has_arg;
use side_by_side::{Stores, runtime};

fn main() {
    if has_arg("--side") {
        return stored::serve(side::open);
    }
    if has_arg("--plots") {
        return draw();
    }
    if has_arg("--wire") {
        return wire::measure(has_arg("--quick"))
            .into_iter()
            .for_each(|table| table.write(&folder().join("wire.csv")));
    }
    let begun = Instant::now();
    println!("{}; compiled with {}", node::leave_a_core(), sides::profile());
    let is_quick = has_arg("--quick");
    let keep = |name: &str, table: &Csv| {
        let path = folder().join(name);
        if is_quick { shape::compare(&path, table) } else { table.write(&path) }
    };
    let runtime = runtime();
    let mut stores = Stores::start(is_quick);
    assert!(
        is_quick || (stores.are_all() && wire::is_possible()),
        "this needs PostgreSQL, Redis and Chromium (Debian: apt-get install postgresql redis-server chromium chromium-driver)"
    );
    stores.sides.iter().for_each(|side| println!("  {}: {}", side.name(), side.node.settings));
    // Before writes have left room in tables and files.
    keep("sessions.csv", &size::measure(&runtime, &mut stores, is_quick));
    keep("requests.csv", &requests::measure(&runtime, &mut stores, is_quick));
    keep("outage.csv", &outage::measure(&runtime, &mut stores, is_quick));
    drop(stores);
    if let Some(table) = wire::measure(is_quick) {
        keep("wire.csv", &table);
    }
    if is_quick {
        shape::compare_pictures(&folder())
    } else {
        draw()
    }
    println!("\nmeasured in {:.0} s", begun.elapsed().as_secs_f64());
}

/// Draws the pictures anew, and prints what follows from the tables.
fn draw() {
    for (name, picture) in pictures::draw(&folder()) {
        fs::write(folder().join(name), picture).expect("a file");
    }
    let table = |name: &str| Csv::read(&folder().join(name));
    reckoning::print(&table("requests.csv"), &table("sessions.csv"));
}

/// Where the tables are kept, and the pictures.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tradeoff")
}
