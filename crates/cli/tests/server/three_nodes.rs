//! Three nodes, each a process of its own, on one store: 300 log-outs while others go on.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{
    browser::Browser,
    help::Dir,
    node::{Node, Ring, SELDOM},
    servers::{Postgres, Redis},
};

#[test]
fn on_a_file_300_log_outs_are_true_on_three_processes_within_two_seconds() {
    let dir = Dir::new();
    within_two_seconds("SQLite", &format!("sqlite:{}", dir.path().join("sessions.db").display()));
}

#[test]
fn on_redis_300_log_outs_are_true_on_three_processes_within_two_seconds() {
    let Some(server) = Redis::start() else { return };
    within_two_seconds("Redis", &server.url());
}

#[test]
fn on_postgresql_300_log_outs_are_true_on_three_processes_within_two_seconds() {
    let Some(server) = Postgres::start() else { return };
    within_two_seconds("PostgreSQL", &server.database("shop"));
}

#[expect(clippy::print_stderr, reason = "how long it took is worth a line")]
fn within_two_seconds(name: &str, store: &str) {
    // One store after the other: the times of a machine that does three things at once say little.
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let init = Command::new(env!("CARGO_BIN_EXE_gingersnap")).args(["store", "init", store]).output();
    assert!(init.is_ok_and(|output| output.status.success()));
    let ring = Ring::new();
    let nodes = [(); 3].map(|()| Node::start(&ring, &[&SELDOM[..], &["--store", store]].concat()));
    nodes.iter().for_each(|node| node.until_ready("status", "ready"));
    let (is_over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut times: Vec<Duration> = thread::scope(|scope| {
        for number in 0..3 {
            let (nodes, is_over, asked) = (&nodes, &is_over, &asked);
            scope.spawn(move || stays(nodes, number, is_over, asked));
        }
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                let nodes = &nodes;
                scope.spawn(move || {
                    (0..ENDS / WORKERS).map(|turn| goes(nodes, worker, turn)).collect::<Vec<_>>()
                })
            })
            .collect();
        let times = workers.into_iter().flat_map(|worker| worker.join().expect("its log-outs")).collect();
        is_over.store(true, Ordering::Relaxed);
        times
    });
    times.sort();
    let (median, most, longest) = (times[ENDS / 2 - 1], times[ENDS * 99 / 100 - 1], times[ENDS - 1]);
    let asked = asked.into_inner();
    eprintln!(
        "{name}: {asked} pages of others; out on two other processes after {median:?} (p50), {most:?} (p99), {longest:?} (max)"
    );
    assert!(asked > 100, "{asked}");
    assert!(most <= Duration::from_secs(2), "{most:?}");
}

/// Somebody who stays logged in on all nodes, whoever leaves.
fn stays(nodes: &[Node; 3], number: usize, is_over: &AtomicBool, asked: &AtomicUsize) {
    let mut browsers = logged_in(nodes, number, &format!("stays-{number}@example.com"));
    while !is_over.load(Ordering::Relaxed) {
        for browser in &mut browsers {
            assert!(is_in(browser), "somebody else's log-out logged {number} out");
            asked.fetch_add(1, Ordering::Relaxed);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Logs in and out on one node; returns the time until both others know.
fn goes(nodes: &[Node; 3], worker: usize, turn: usize) -> Duration {
    let [mut home, others @ ..] = logged_in(nodes, turn, &format!("goes-{worker}-{turn}@example.com"));
    let mut others = others;
    assert!(others.iter_mut().all(is_in));
    assert_eq!(home.post("/logout", "").status, 303);
    let ended = Instant::now();
    while others.iter_mut().any(is_in) {
        assert!(ended.elapsed() < Duration::from_secs(10), "after {:?}", ended.elapsed());
        thread::sleep(Duration::from_millis(2));
    }
    ended.elapsed()
}

/// A browser that logged in on one node, and its cookies on the two others.
fn logged_in<'n>(nodes: &'n [Node; 3], home: usize, email: &str) -> [Browser<'n>; 3] {
    let mut browsers = [0, 1, 2].map(|next| Browser::new(&nodes[(home + next) % 3].server));
    browsers[0].submit("/login", &format!("email={email}")).says("You are logged in.");
    let cookies = browsers[0].cookies.clone();
    browsers[1..].iter_mut().for_each(|browser| browser.cookies.clone_from(&cookies));
    browsers
}

fn is_in(browser: &mut Browser<'_>) -> bool {
    let page = browser.get("/");
    assert_eq!(page.status, 200);
    page.body.contains(">Log out</button>")
}

const ENDS: usize = 300;
const WORKERS: usize = 6;
static TURN: Mutex<()> = Mutex::new(());
