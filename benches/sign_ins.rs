//! A look at what has ended, as each request of somebody who is signed in takes one: a million sign-ins that ended and a million
//! cut-offs, and few. `cargo bench --bench sign_ins`, with `-- --quick` for a trial.
#![expect(clippy::print_stdout, reason = "the tables are what a benchmark is for")]

use std::hint::black_box;

use harness::{Plan, Subject, has_arg, measure, print_table};
use table::{Cut, Table, Until};

mod harness;
#[path = "../src/sign_ins/table.rs"]
mod table;

fn main() {
    // `cargo test --benches` runs the same binary without the argument.
    if !has_arg("--bench") {
        return println!("sign_ins: measures under `cargo bench` alone");
    }
    let plan = Plan::from_args(Plan { runs: 7, slices: 7, calls: 200_000 });
    println!("{}", plan.describe());
    let nodes = SIZES.map(Node::new);
    let mut looks: Vec<Look> = nodes.iter().map(Look::new).collect();
    let octets: Vec<usize> = looks.iter().map(Look::octets).collect();
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for look in &mut looks {
        subjects.push(Subject::new(|calls| look.run(calls)));
        subjects.push(Subject::new(ids_alone));
    }
    let times = measure(plan, &mut subjects);
    // The two subjects of a size stand next to each other, so that the making of ids is taken off run by run.
    let rows = SIZES.iter().zip(times.chunks(2)).zip(octets);
    let rows: Vec<Vec<String>> = rows
        .map(|((size, times), octets)| {
            let [look, alone] = times else { return Vec::new() };
            let nanoseconds = look.with(alone, |look, alone| look - alone).median();
            vec![
                size.to_string(),
                size.to_string(),
                format!("{nanoseconds:.0}"),
                format!("{}", octets / 1_000_000),
            ]
        })
        .collect();
    let title = "one look: the sign-in among those that ended, and the cut-off of its person; must be ≤ 100 ns and ≤ 48 MB at a million of each";
    print_table(title, &["ended", "cut-offs", "ns", "MB"], &rows);
}

/// What one node knows.
struct Node {
    ended: Table<Until>,
    cut_offs: Table<Cut>,
}

impl Node {
    fn new(size: u64) -> Self {
        let ended = (0..size).map(|number| (id(number, 1), Until(1)));
        let cut_offs = (0..size).map(|number| (id(number, 2), Cut { at: 1, until: 1 }));
        let old = Table::default().with(ended, |_| false);
        // Some that came lately are in an array of their own, as they are most of the time.
        let lately = (0..size / 100).map(|number| (id(number, 3), Until(1)));
        let node =
            Self { ended: old.with(lately, |_| false), cut_offs: Table::default().with(cut_offs, |_| false) };
        // Whatever is found is there.
        assert!(node.ended.iter().all(|(id, _)| node.ended.get(id).is_some()));
        let known = (node.ended.len() as u64, node.cut_offs.len() as u64);
        assert_eq!(known, (size + size / 100, size), "the node does not know what it was told");
        node
    }
}

/// Looks that go all over the arrays: most sign-ins live.
struct Look<'n> {
    node: &'n Node,
    next: u64,
}

impl<'n> Look<'n> {
    const fn new(node: &'n Node) -> Self {
        Self { node, next: 0 }
    }

    fn octets(&self) -> usize {
        self.node.ended.octets() + self.node.cut_offs.octets()
    }

    fn run(&mut self, calls: u32) {
        for _ in 0..calls {
            self.next += 1;
            let (sign_in, person) = (id(self.next, 4), id(self.next, 5));
            black_box(self.node.ended.get(black_box(sign_in)).map(|until| until.0));
            black_box(self.node.cut_offs.get(black_box(person)).map(|cut| (cut.at, cut.until)));
        }
    }
}

/// What making the ids of a look takes.
fn ids_alone(calls: u32) {
    for number in 0..u64::from(calls) {
        black_box((id(number, 4), id(number, 5)));
    }
}

/// An id as spread as a random one.
fn id(number: u64, kind: u64) -> [u8; 16] {
    let half = |number: u64| {
        let mixed = number.wrapping_add(kind << 56).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ (mixed >> 32)
    };
    ((u128::from(half(number)) << 64) | u128::from(half(!number))).to_be_bytes()
}

const SIZES: [u64; 3] = [0, 1_000, 1_000_000];
