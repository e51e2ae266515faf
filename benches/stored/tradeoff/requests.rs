//! Requests per second, how long they take, what goes over the network, and the processor's time.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::csv::Csv;
use crate::harness::median;
use crate::load::{Mix, Slice, seed, slice};
use crate::side_by_side::Stores;
use crate::visitor::Visitor;

pub(crate) const LINES: [usize; 4] = [1, 10, 50, 200];
const CLIENTS: [usize; 3] = [1, 8, 64];
const ROUNDS: usize = 5;
const SLICE: Duration = Duration::from_millis(300);

/// One row of what is kept: one side in one situation.
struct Cell {
    side: usize,
    lines: usize,
    mix: Mix,
    clients: usize,
    rounds: Vec<Slice>,
}

pub(crate) fn measure(runtime: &Runtime, stores: &mut Stores, is_quick: bool) -> Csv {
    let (rounds, time) = if is_quick { (1, SLICE / 6) } else { (ROUNDS, SLICE) };
    let mut cells: Vec<Vec<Cell>> = situations(stores.sides.len(), is_quick);
    let mut visitors: Vec<Vec<(usize, Vec<Visitor>)>> = Vec::new();
    for side in &stores.sides {
        let lines = LINES.into_iter().filter(|lines| !is_quick || *lines == 10);
        visitors.push(lines.map(|lines| (lines, seed(runtime, &side.node, 64, lines))).collect());
    }
    for round in 0..rounds {
        for situation in &mut cells {
            // Whoever comes after a slow one finds a cooler machine, so the first changes.
            let middle = round % situation.len();
            situation.rotate_left(middle);
            for cell in situation.iter_mut() {
                let pids = stores.pids(cell.side);
                let of_side = &mut visitors[cell.side];
                let (_, people) = of_side.iter_mut().find(|(lines, _)| *lines == cell.lines).expect("seeded");
                let node = (&stores.sides[cell.side].node, pids.as_slice());
                cell.rounds.push(slice(runtime, node, people, (cell.clients, cell.mix), time));
            }
        }
        println!("round {} of {rounds}", round + 1);
    }
    let table = table(stores, &mut cells);
    table.print("a cart of 10, 8 clients", |row| row[3] == "10" && row[4] == "8");
    table
}

/// The situations, each with a cell of each side.
fn situations(sides: usize, is_quick: bool) -> Vec<Vec<Cell>> {
    let mut situations = Vec::new();
    for lines in LINES {
        for mix in Mix::ALL {
            for clients in CLIENTS {
                if !is_quick || (lines == 10 && clients == 8) {
                    let cell = |side| Cell { side, lines, mix, clients, rounds: Vec::new() };
                    situations.push((0..sides).map(cell).collect());
                }
            }
        }
    }
    situations
}

const HEAD: [&str; 14] = [
    "library",
    "store",
    "mix",
    "lines",
    "clients",
    "per_second",
    "least",
    "most",
    "cookie_is_faster",
    "p50_us",
    "p99_us",
    "bytes_up",
    "bytes_down",
    "web_cpu_us",
];

fn table(stores: &Stores, cells: &mut [Vec<Cell>]) -> Csv {
    let mut table = Csv::new(&[&HEAD[..], &["store_cpu_us"]].concat());
    for situation in cells {
        situation.sort_by_key(|cell| cell.side);
        let cookie: Vec<f64> = situation[0].rounds.iter().map(Slice::per_second).collect();
        table.rows.extend(situation.iter().map(|cell| row(stores, cell, &cookie)));
    }
    table
}

fn row(stores: &Stores, cell: &Cell, cookie: &[f64]) -> Vec<String> {
    let side = &stores.sides[cell.side];
    let rates: Vec<f64> = cell.rounds.iter().map(Slice::per_second).collect();
    let ratios: Vec<f64> = cookie.iter().zip(&rates).map(|(cookie, rate)| cookie / rate).collect();
    let percentile = |hundredths: usize| {
        let of = |slice: &Slice| {
            let mut times = slice.times.clone();
            times.sort_unstable();
            let index = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
            times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
        };
        median(&cell.rounds.iter().map(of).collect::<Vec<_>>())
    };
    let requests: usize = cell.rounds.iter().map(|slice| slice.times.len()).sum();
    let each = |of: fn(&Slice) -> f64| cell.rounds.iter().map(of).sum::<f64>() / requests as f64;
    let (least, most) =
        (rates.iter().copied().fold(f64::INFINITY, f64::min), rates.iter().copied().fold(0.0, f64::max));
    vec![
        side.library.into(),
        side.store.into(),
        cell.mix.name().into(),
        cell.lines.to_string(),
        cell.clients.to_string(),
        format!("{:.0}", median(&rates)),
        format!("{least:.0}"),
        format!("{most:.0}"),
        format!("{:.2}", median(&ratios)),
        format!("{:.0}", percentile(50)),
        format!("{:.0}", percentile(99)),
        format!("{:.0}", each(|slice| slice.up as f64)),
        format!("{:.0}", each(|slice| slice.down as f64)),
        format!("{:.1}", each(|slice| slice.web.as_secs_f64() * 1e6)),
        format!("{:.1}", each(|slice| slice.store.as_secs_f64() * 1e6)),
    ]
}
