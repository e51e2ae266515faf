//! Sessions in stores against tower-sessions with its own: a cart of ten through layer and handler, in process.
//!
//! `cargo run --release --manifest-path benches/stored/Cargo.toml`; `-- redis` measures the stores that are named, of `sqlite`,
//! `redis`, `postgres`, `postgres-fsync` and `memory`; `-- purge` is a purge of a million rows, `-- ends` the end of a sign-in,
//! and `-- soak` ten minutes of a thousand of them a second; `--quick` is a trial. The servers are
//! Debian's, started here on free ports.
//!
//! Each side is a process of its own, since the two need SQLite in different versions; they take turns, slice by slice.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time, and is told by the environment")]

#[path = "../peers/src/cart.rs"]
#[expect(dead_code, reason = "the peers' benches use the rest")]
mod cart;
#[path = "../peers/src/client.rs"]
#[expect(dead_code, reason = "the peers' benches use the rest")]
mod client;
mod ends;
#[path = "../harness.rs"]
#[expect(dead_code, reason = "the other benches use the rest")]
mod harness;
#[expect(dead_code, reason = "the other bench uses the rest")]
mod places;
mod purge;
#[path = "../../tests/servers/mod.rs"]
mod servers;
mod side;
mod sides;
#[path = "../peers/src/stored.rs"]
mod stored;

use harness::{has_arg, median, print_table};
use places::Place;
use sides::{Sides, peers_program};

/// Sessions whose memory is measured: the peer's take much more, and not more each when there are many.
const MANY: [usize; 2] = [1_000_000, 100_000];
const PAIRS: usize = 15;

fn main() {
    if has_arg("--side") {
        return stored::serve(side::open);
    }
    if has_arg("purge") {
        return purge::report();
    }
    if has_arg("ends") {
        return ends::report();
    }
    if has_arg("soak") {
        return ends::soak();
    }
    let peers = peers_program();
    println!("a cart of 10 through layer and handler, in process, two threads a side; {}", note());
    for kind in places::named() {
        if kind == "memory" {
            memory(&peers);
            continue;
        }
        let Some(place) = Place::start(&kind) else { continue };
        let mut sides = Sides::start(&peers, &place.kind, place.urls());
        println!(
            "\n{kind}: {}\n  gingersnap: {}\n  tower-sessions: {}",
            place.settings, sides.ours.settings, sides.peers.settings
        );
        compare(&kind, &mut sides);
    }
}

fn note() -> String {
    let pairs = if has_arg("--quick") {
        "one pair; --quick: the figures mean nothing".into()
    } else {
        format!("median of {PAIRS} pairs")
    };
    format!("{pairs}; compiled with {}", sides::profile())
}

fn compare(kind: &str, sides: &mut Sides) {
    let rows: Vec<Vec<String>> = [("read", 1), ("write", 1), ("read", 16), ("write", 16)]
        .into_iter()
        .map(|(case, clients)| {
            let pairs = sides.pairs(case, clients, if has_arg("--quick") { 1 } else { PAIRS });
            let of = |figure: fn(&(f64, f64)) -> f64| median(&pairs.iter().map(figure).collect::<Vec<_>>());
            let ratios: Vec<f64> = pairs.iter().map(|(ours, peers)| peers / ours).collect();
            let (ours, peers) = (of(|pair| pair.0), of(|pair| pair.1));
            let (least, most) = (
                ratios.iter().copied().fold(f64::INFINITY, f64::min),
                ratios.iter().copied().fold(0.0, f64::max),
            );
            vec![
                case.to_owned(),
                clients.to_string(),
                format!("{:.1}", ours / 1e3),
                format!("{:.1}", peers / 1e3),
                format!("{:.0}", 1e9 / ours),
                format!("{:.0}", 1e9 / peers),
                format!("{:.2} ×", median(&ratios)),
                format!("{least:.2} to {most:.2}"),
            ]
        })
        .collect();
    let head = ["case", "clients", "ours, µs", "peer, µs", "ours, 1/s", "peer, 1/s", "ratio", "of the pairs"];
    print_table(&format!("{kind}: time of a request"), &head, &rows);
}

fn memory(peers: &std::path::Path) {
    let many = if has_arg("--quick") { [10_000; 2] } else { MANY };
    let mut sides = Sides::start(peers, "memory", ["-".into(), "-".into()]);
    let (ours, theirs) = (
        sides.ours.number(&format!("memory {}", many[0])),
        sides.peers.number(&format!("memory {}", many[1])),
    );
    let rows = [
        vec!["gingersnap".into(), many[0].to_string(), format!("{ours:.0}")],
        vec!["tower-sessions".into(), many[1].to_string(), format!("{theirs:.0}")],
        vec!["ratio".into(), String::new(), format!("{:.1} ×", theirs / ours)],
    ];
    print_table(
        "memory: bytes of the process for each session with a cart of 10",
        &["side", "sessions", "bytes"],
        &rows,
    );
}
