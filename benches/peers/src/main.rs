//! Measures every side in process and prints the tables of `docs/BENCHMARKS.md`. `--quick` for a trial.

use gingersnap_peers::cart::Cart;
use gingersnap_peers::client::{Browser, Template, runtime};
use gingersnap_peers::parts::Parts;
use gingersnap_peers::sides::Side;
use gingersnap_peers::{base, gingersnap_side, sides};
use harness::{Plan, Subject, Times, measure, print_table};
use http::Method;
use tokio::runtime::Runtime;

#[path = "../../harness.rs"]
mod harness;

const LINES: [usize; 3] = [0, 10, 25];
const CASES: [&str; 3] = ["untouched", "read", "write"];

fn main() {
    let plan = Plan::from_args(Plan { runs: 7, slices: 5, calls: 3000 });
    let runtime = runtime();
    let ours = gingersnap_side::sides();
    let ours_len = ours.len();
    let sides: Vec<Side> = ours.into_iter().chain(sides::peers()).collect();

    let lanes: Vec<Vec<Lane>> = LINES
        .iter()
        .map(|&lines| sides.iter().map(|side| Lane::new(&runtime, side, lines)).collect())
        .collect();
    print_sizes(&lanes);

    println!("\n{}", plan.describe());
    let results = Results::measure(plan, &runtime, &lanes);
    for (at, lines) in LINES.iter().enumerate() {
        results.print_times(at, *lines, &lanes[at]);
    }
    results.print_ratios(&lanes, ours_len);
    results.print_figures(&lanes, ours_len);
}

/// One side with one cart, checked and ready to be measured.
struct Lane {
    name: &'static str,
    router: axum::Router,
    base: axum::Router,
    /// The requests of the three cases, in their order.
    requests: [Template; 3],
    sizes: Sizes,
}

struct Sizes {
    longest_value: usize,
    request: usize,
    response: usize,
}

impl Lane {
    fn new(runtime: &Runtime, side: &Side, lines: usize) -> Self {
        let (browser, response) = runtime.block_on(check(side, lines));
        Self {
            name: side.name,
            router: side.router.clone(),
            base: base::matched(),
            requests: [
                browser.request(Method::GET, "/untouched"),
                browser.request(Method::GET, "/read"),
                browser.request(Method::POST, "/write"),
            ],
            sizes: Sizes {
                longest_value: browser.longest_value(),
                request: browser.cookie().len(),
                response,
            },
        }
    }
}

/// Every case does what its name says, or there is nothing to compare. Returns a browser that holds the
/// cart, and how long the `Set-Cookie` fields of a write are.
async fn check(side: &Side, lines: usize) -> (Browser, usize) {
    let Side { name, router, warm_up } = side;
    let seed = async || {
        let mut browser = Browser::default();
        let seeded = browser.send(router, Method::POST, &format!("/seed/{lines}")).await;
        assert!(!seeded.set_cookies.is_empty(), "{name}: a new session is sent");
        if let Some(path) = warm_up {
            browser.send(router, Method::GET, path).await;
            let answer = browser.send(router, Method::GET, "/read").await;
            assert!(!answer.set_cookies.is_empty(), "{name}: activity is written down");
        }
        browser
    };
    let mut browser = seed().await;
    let mut cart = Cart::standard(lines);

    let untouched = browser.send(router, Method::GET, "/untouched").await;
    assert!(untouched.set_cookies.is_empty(), "{name}: an untouched session sends no cookie");
    let read = browser.send(router, Method::GET, "/read").await;
    assert_eq!(read.body, cart.page(), "{name}: a read reads the cart");
    assert!(read.set_cookies.is_empty(), "{name}: a read sends no cookie");

    let write = browser.send(router, Method::POST, "/write").await;
    cart.change();
    assert_eq!(write.body, cart.page(), "{name}: a write changes the cart");
    assert!(!write.set_cookies.is_empty(), "{name}: a write sends a cookie");
    let read = browser.send(router, Method::GET, "/read").await;
    assert_eq!(read.body, cart.page(), "{name}: what was written is read when it comes back");

    (seed().await, write.set_cookies.iter().map(String::len).sum())
}

/// The times of all subjects: for each lane, of its base and its three cases.
struct Results {
    bare: Vec<Times>,
    parts: Vec<Times>,
    lanes: Vec<Vec<[Times; 4]>>,
}

impl Results {
    fn measure(plan: Plan, runtime: &Runtime, lanes: &[Vec<Lane>]) -> Self {
        let bare = base::bare();
        let mut subjects = Vec::new();
        for (lanes, lines) in lanes.iter().zip(LINES) {
            let request = Browser::default().request(Method::GET, "/read");
            let bare = &bare;
            subjects.push(Subject::new(move |calls| request.send_many(runtime, bare, calls)));
            let mut parts = Parts::new(&Cart::standard(lines));
            assert_eq!(parts.text_chars(), lanes[0].sizes.longest_value, "the parts are those of gingersnap");
            subjects.push(Subject::new(move |calls| {
                for _ in 0..calls {
                    std::hint::black_box(parts.read());
                }
            }));
            for Lane { router, base, requests, .. } in lanes {
                let [_, read, _] = requests;
                subjects.push(Subject::new(|calls| read.send_many(runtime, base, calls)));
                for request in requests {
                    subjects.push(Subject::new(|calls| request.send_many(runtime, router, calls)));
                }
            }
        }
        let mut times = measure(plan, &mut subjects).into_iter();
        let mut next = || times.next().expect("one for each subject");
        let mut results = Self { bare: Vec::new(), parts: Vec::new(), lanes: Vec::new() };
        for lanes in lanes {
            results.bare.push(next());
            results.parts.push(next());
            results.lanes.push(lanes.iter().map(|_| [next(), next(), next(), next()]).collect());
        }
        results
    }

    /// The time of a case beyond its matched base.
    fn over(&self, at: usize, side: usize, case: usize) -> Times {
        let times = &self.lanes[at][side];
        times[case + 1].with(&times[0], |time, base| time - base)
    }

    fn print_times(&self, at: usize, lines: usize, lanes: &[Lane]) {
        let mut rows = vec![vec![
            "bare axum, no cookie".to_owned(),
            ns(&self.bare[at]),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]];
        for (side, lane) in lanes.iter().enumerate() {
            let mut row = vec![lane.name.to_owned()];
            row.extend(self.lanes[at][side].iter().map(ns));
            row.extend((0..CASES.len()).map(|case| ns(&self.over(at, side, case))));
            rows.push(row);
        }
        let title = format!("Cart of {lines}: ns per request, and over the matched base");
        let head = ["side", "base", "untouched", "read", "write", "untouched −", "read −", "write −"];
        print_table(&title, &head, &rows);
        println!("\nparts of a read (base64 + AEAD open + postcard): {} ns", ns(&self.parts[at]));
    }

    fn print_ratios(&self, lanes: &[Vec<Lane>], ours: usize) {
        for our in 0..ours {
            let name = lanes[0][our].name;
            let rows: Vec<Vec<String>> = (ours..lanes[0].len())
                .map(|peer| {
                    let mut row = vec![lanes[0][peer].name.to_owned()];
                    for case in [1, 2] {
                        for at in 0..LINES.len() {
                            let ratio = ratio(&self.over(at, peer, case), &self.over(at, our, case));
                            row.push(format!("{:.1} ×", ratio.median()));
                        }
                    }
                    row
                })
                .collect();
            let head = ["peer", "read 0", "read 10", "read 25", "write 0", "write 10", "write 25"];
            print_table(&format!("Times as long as {name}, both over their base"), &head, &rows);
        }
    }

    /// Prints the figures to be reached with the cart of ten.
    fn print_figures(&self, lanes: &[Vec<Lane>], ours: usize) {
        let at = 1;
        let fastest = |case: usize, our: usize| {
            let own = self.over(at, our, case);
            let ratios = (ours..lanes[at].len()).map(|peer| ratio(&self.over(at, peer, case), &own).median());
            format!("{:.2} ×", ratios.fold(f64::INFINITY, f64::min))
        };
        let rows = vec![
            row("data cookie value, characters", "≤ 356", lanes[at][0].sizes.longest_value.to_string()),
            row("untouched over base, ns", "≤ 150", ns(&self.over(at, 0, 0))),
            row("read: fastest peer ÷ gingersnap", "≥ 3.9 ×", fastest(1, 0)),
            row(
                "read ÷ its parts",
                "≤ 1.75 ×",
                format!("{:.2} ×", ratio(&self.over(at, 0, 1), &self.parts[at]).median()),
            ),
            row("write: fastest peer ÷ gingersnap", "≥ 2.8 ×", fastest(2, 0)),
            row("read, signed in: fastest peer ÷ gingersnap", "≥ 3 ×", fastest(1, 1)),
            row(
                "read, active ÷ read, signed in",
                "≤ 1.8 ×",
                format!("{:.2} ×", ratio(&self.over(at, 2, 1), &self.over(at, 1, 1)).median()),
            ),
            row("write, signed in: fastest peer ÷ gingersnap", "reported", fastest(2, 1)),
        ];
        print_table("Figures to reach, cart of 10", &["what", "must", "is"], &rows);
    }
}

fn print_sizes(lanes: &[Vec<Lane>]) {
    let rows: Vec<Vec<String>> = (0..lanes[0].len())
        .map(|side| {
            let mut row = vec![lanes[0][side].name.to_owned()];
            for of in [|s: &Sizes| s.longest_value, |s: &Sizes| s.request, |s: &Sizes| s.response] {
                row.extend(lanes.iter().map(|lanes| of(&lanes[side].sizes).to_string()));
            }
            row
        })
        .collect();
    let head = [
        "side",
        "value 0",
        "value 10",
        "value 25",
        "Cookie 0",
        "Cookie 10",
        "Cookie 25",
        "Set-Cookie 0",
        "Set-Cookie 10",
        "Set-Cookie 25",
    ];
    print_table("Sizes in characters", &head, &rows);
}

fn row(what: &str, must: &str, is: String) -> Vec<String> {
    vec![what.to_owned(), must.to_owned(), is]
}

fn ratio(times: &Times, others: &Times) -> Times {
    times.with(others, |time, other| time / other)
}

fn ns(times: &Times) -> String {
    format!("{:.0}", times.median())
}
