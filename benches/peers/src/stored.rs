//! One side of a comparison of stores: a process that does what it is told, a line at a time.
//!
//! | it is told | it answers |
//! |---|---|
//! | `open KIND PLACE` | the settings of its store; sixteen browsers have a cart of ten in it |
//! | `run CASE CLIENTS CALLS` | the nanoseconds that all calls took together; a case is `read` or `write` |
//! | `memory SESSIONS` | the bytes of memory that each of so many new sessions takes |
//! | `serve KIND PLACE` | the port of loopback where the routes are over HTTP, and the settings of its store |

use std::fs;
use std::io::stdin;
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Instant;

use axum::Router;
use http::Method;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::cart::Cart;
use crate::client::{Browser, Template};

/// The most clients at a time.
pub const CLIENTS: usize = 16;
const LINES: usize = 10;

/// Does what comes on the standard input. `open` makes a store's layer around the four routes, and says its settings.
pub fn serve<F: Future<Output = (String, Router)>>(open: impl Fn(String, String) -> F) {
    // Fewer where the process may not use two cores.
    let threads = available_parallelism().map_or(1, NonZero::get).min(2);
    let runtime =
        Builder::new_multi_thread().worker_threads(threads).enable_all().build().expect("a runtime");
    let mut side = None;
    for line in stdin().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        let number = |text: &str| text.parse::<usize>().expect("a number");
        match (words.as_slice(), &side) {
            (["open", kind, place], _) => {
                let (settings, router) = runtime.block_on(open((*kind).into(), (*place).into()));
                side = Some(runtime.block_on(Side::new(router)));
                println!("{settings}");
            }
            (["serve", kind, place], _) => {
                let (settings, router) = runtime.block_on(open((*kind).into(), (*place).into()));
                let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
                println!("{} {settings}", listener.local_addr().expect("an address").port());
                runtime.spawn(axum::serve(listener, router).into_future());
            }
            (["run", case, clients, calls], Some(side)) => {
                println!("{}", side.run(&runtime, *case == "write", number(clients), number(calls)));
            }
            (["memory", sessions], Some(side)) => println!("{}", side.memory(&runtime, number(sessions))),
            _ => panic!("what is {line}?"),
        }
    }
}

struct Side {
    router: Router,
    /// A read and a write of each browser.
    browsers: Vec<[Template; 2]>,
}

impl Side {
    /// Every case does what its name says, or there is nothing to compare.
    async fn new(router: Router) -> Self {
        let mut browsers = Vec::new();
        for _ in 0..CLIENTS {
            let mut browser = Browser::default();
            let seeded = browser.send(&router, Method::POST, &format!("/seed/{LINES}")).await;
            assert!(!seeded.set_cookies.is_empty(), "a new session is sent");
            let mut cart = Cart::standard(LINES);
            let read = browser.send(&router, Method::GET, "/read").await;
            assert_eq!(read.body, cart.page(), "a read reads the cart");
            let requests = [browser.request(Method::GET, "/read"), browser.request(Method::POST, "/write")];
            let write = browser.send(&router, Method::POST, "/write").await;
            cart.change();
            assert_eq!(write.body, cart.page(), "a write changes the cart");
            let read = browser.send(&router, Method::GET, "/read").await;
            assert_eq!(read.body, cart.page(), "what was written is read");
            assert!(browser.longest_value() < 200, "the cookie holds no cart");
            browsers.push(requests);
        }
        Self { router, browsers }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    fn run(&self, runtime: &Runtime, writes: bool, clients: usize, calls: usize) -> u128 {
        let begun = Instant::now();
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for [read, write] in self.browsers.iter().take(clients) {
                let (request, router) = (if writes { write } else { read }.clone(), self.router.clone());
                tasks.spawn(async move { request.send_each(&router, calls / clients).await });
            }
            tasks.join_all().await;
        });
        begun.elapsed().as_nanos()
    }

    fn memory(&self, runtime: &Runtime, sessions: usize) -> usize {
        let before = resident("self");
        let seed = Browser::default().request(Method::POST, &format!("/seed/{LINES}"));
        runtime.block_on(seed.send_each(&self.router, sessions));
        (resident("self") - before) / sessions
    }
}

/// Bytes of a process, `self` or a number, that are in memory.
pub fn resident(process: &str) -> usize {
    let statistics = fs::read_to_string(format!("/proc/{process}/statm")).expect("Linux");
    let pages = statistics.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("a number") * 4096
}
