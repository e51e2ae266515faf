//! What it takes to end a sign-in that lives in a cookie: until other nodes know, and for a node that starts, with a million that ended before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use gingersnap::keyring::Keyring;
use gingersnap::store::{CutOff, Ended, Op, Store, open};
use gingersnap::token::{PersonId, SessionId, Suite};
use gingersnap::{
    Clock as _, Entropy as _, Identity, OsEntropy, Policy, Revoker, SessionError, SessionLayer, SignedIn,
    SystemClock,
};
use http::{Method, StatusCode};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::ServiceExt as _;

use crate::client::{Browser, Template};
use crate::harness::{has_arg, median, print_table};
use crate::places::Place;

/// A node: its application, and what ends sign-ins by it.
#[derive(Clone)]
struct Node {
    app: Router,
    revoker: Revoker,
}

/// Prints both for each store.
pub(crate) fn report() {
    let many = if has_arg("--quick") { 20_000 } else { 1_000_000 };
    let ends = if has_arg("--quick") { 20 } else { 300 };
    on_each(many, "ended", |_, store| async move {
        let (few, starts) = (timed(&store, ends).await, starts(&store, many).await);
        let loaded = timed(&store, ends).await;
        let row = |name: &str, times: &[Duration]| {
            let at = |part: f64| {
                format!("{:.1}", milliseconds(times[(times.len() as f64 * part).ceil() as usize - 1]))
            };
            vec![name.to_owned(), times.len().to_string(), at(0.5), at(0.99), at(1.0)]
        };
        let head = ["on another node, ms", "ends", "p50", "p99", "max"];
        print_table(
            "ten at a time",
            &head,
            &[row("none ended before", &few), row("with all of them", &loaded)],
        );
        let seconds: Vec<f64> = starts.iter().map(Duration::as_secs_f64).collect();
        println!("a start with {many} that ended: {:.2} s (median of {seconds:.2?})", median(&seconds));
    });
}

/// Ten minutes of a thousand ends a second, with a million of each known before.
pub(crate) fn soak() {
    let (many, minutes) = if has_arg("--quick") { (20_000, 1) } else { (1_000_000, 10) };
    on_each(many, "soak", |_, store| async move {
        starts(&store, many).await;
        put_back(&store, many, cut_offs).await;
        let secret = ring();
        let [here, there] = [node(&store().await, &secret), node(&store().await, &secret)];
        for node in [&here, &there] {
            node.revoker.load().await.expect("a store");
        }
        let mut rows = Vec::new();
        let ending = tokio::spawn(end_a_thousand_a_second(store().await, Duration::from_secs(60 * minutes)));
        for minute in 1..=minutes {
            let (mut times, mut reads) = (Vec::new(), Vec::new());
            let end = Instant::now() + Duration::from_secs(if has_arg("--quick") { 5 } else { 60 });
            while Instant::now() < end {
                times.push(one_end(here.clone(), there.clone(), times.len()).await);
                reads.extend(self::reads(&there).await);
                sleep(Duration::from_millis(200)).await;
            }
            times.sort();
            reads.sort();
            let known = there.revoker.known();
            rows.push(vec![
                minute.to_string(),
                known.ended.to_string(),
                format!("{:.0}", known.octets as f64 / 1e6),
                resident(),
                format!("{:.0}", milliseconds(times[times.len() / 2])),
                format!("{:.0}", milliseconds(times[times.len() - 1])),
                format!("{:.0}", reads[reads.len() / 2].as_secs_f64() * 1e6),
                format!("{:.0}", reads[reads.len() * 99 / 100].as_secs_f64() * 1e6),
            ]);
        }
        let sent = ending.await.expect("it ends");
        let head = [
            "minute",
            "ended, known",
            "MB of them",
            "MB in all",
            "an end, p50 ms",
            "max ms",
            "a read, p50 µs",
            "p99 µs",
        ];
        print_table(&format!("{sent} ended meanwhile; two nodes in this process"), &head, &rows);
    });
}

/// Runs `work` on each store that is named, with what opens it.
fn on_each<F, W>(many: u32, what: &str, work: F)
where
    F: Fn(&str, Opens) -> W,
    W: Future<Output = ()>,
{
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for kind in ["sqlite", "redis", "postgres-fsync"] {
        let named = std::env::args().any(|it| ["sqlite", "redis", "postgres-fsync"].contains(&it.as_str()));
        if named && !has_arg(kind) {
            continue;
        }
        let Some(place) = Place::start(kind) else { continue };
        let [url, _] = place.urls();
        println!("\n{kind}: {}; {many} {what}", place.settings);
        let opens: Opens = Box::new(move || {
            let url = url.clone();
            Box::pin(async move {
                let store = open(&url).expect("a store's place");
                store.create_tables().await.expect("tables");
                store
            })
        });
        runtime.block_on(work(kind, opens));
    }
}

/// Opens the store as a node of its own.
type Opens = Box<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Arc<dyn Store>> + Send>>>;

fn ring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * 86_400, SystemClock.now(), &mut random).expect("a ring")
}

fn node(store: &Arc<dyn Store>, ring: &Keyring) -> Node {
    let layer =
        SessionLayer::builder(ring.clone(), "bench").policy(Policy::relaxed()).store(Arc::clone(store));
    let layer = layer.build().expect("a sound configuration");
    let revoker = layer.revoker().expect("a store");
    let app = Router::new()
        .route("/in/{number}", post(sign_in))
        .route("/who", get(async |who: SignedIn| who.subject().to_owned()))
        .layer(layer);
    Node { app, revoker }
}

async fn sign_in(Path(number): Path<usize>, mut who: Identity) -> Result<(), SessionError> {
    who.sign_in(format!("person {number}")).await.map(drop)
}

/// The time until each of so many ends is known on another node.
async fn timed(store: &Opens, ends: usize) -> Vec<Duration> {
    let secret = ring();
    let [here, there] = [node(&store().await, &secret), node(&store().await, &secret)];
    let mut times = Vec::new();
    for from in (0..ends).step_by(AT_ONCE) {
        let numbers = from..ends.min(from + AT_ONCE);
        let together: JoinSet<Duration> =
            numbers.map(|number| one_end(here.clone(), there.clone(), number)).collect();
        times.extend(together.join_all().await);
    }
    times.sort();
    times
}

/// Signs in on one node and is ended there; returns the time until the other refuses the cookie.
async fn one_end(here: Node, there: Node, number: usize) -> Duration {
    let (mut browser, name) = (Browser::default(), format!("person {number}"));
    browser.send(&here.app, Method::POST, &format!("/in/{number}")).await;
    let who = browser.request(Method::GET, "/who");
    assert_eq!(status(&there.app, &who).await, StatusCode::OK);
    let rows = here.revoker.sign_ins(&name).await.expect("a list");
    let key = rows.first().expect("it is listed").key;
    let begun = Instant::now();
    assert!(here.revoker.session(&key).await.expect("an end"));
    while status(&there.app, &who).await == StatusCode::OK {
        assert!(begun.elapsed() < Duration::from_secs(10), "the other node does not hear of it");
        sleep(Duration::from_micros(500)).await;
    }
    begun.elapsed()
}

/// The times of some requests of somebody who is signed in.
async fn reads(node: &Node) -> Vec<Duration> {
    let mut browser = Browser::default();
    browser.send(&node.app, Method::POST, &format!("/in/{READER}")).await;
    let who = browser.request(Method::GET, "/who");
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        assert_eq!(status(&node.app, &who).await, StatusCode::OK);
        times.push(begun.elapsed());
    }
    times
}

async fn status(app: &Router, request: &Template) -> StatusCode {
    app.clone().oneshot(request.build()).await.expect("an answer").status()
}

/// The time of a start, three times, once the store has so many that ended.
async fn starts(store: &Opens, many: u32) -> Vec<Duration> {
    put_back(store, many, ended).await;
    let mut times = Vec::new();
    for _ in 0..3 {
        let node = node(&store().await, &ring());
        let begun = Instant::now();
        let known = node.revoker.load().await.expect("a store");
        times.push(begun.elapsed());
        assert!(known.ended >= many as usize, "{known:?}");
    }
    times
}

async fn put_back(store: &Opens, many: u32, operation: fn(std::ops::Range<u32>) -> Op) {
    let store = store().await;
    for from in (0..many).step_by(LOT) {
        let to = many.min(from + LOT as u32);
        store.apply(&[operation(from..to)]).await.expect("a write");
    }
}

fn ended(numbers: std::ops::Range<u32>) -> Op {
    let (at, until) = (SystemClock.now(), SystemClock.now().plus(30 * 86_400));
    let ended = numbers.map(|number| Ended { id: SessionId::from_bytes(id(number, 1)), at, until });
    Op::PutBack { ended: ended.collect(), cut_offs: Vec::new() }
}

fn cut_offs(numbers: std::ops::Range<u32>) -> Op {
    let (at, until) = (SystemClock.now(), SystemClock.now().plus(30 * 86_400));
    let cut = numbers.map(|number| CutOff { person: PersonId::from_bytes(id(number, 2)), at, until });
    Op::PutBack { ended: Vec::new(), cut_offs: cut.collect() }
}

/// Ends sign-ins that nobody has, fifty of fifty persons in a write; returns their number.
async fn end_a_thousand_a_second(store: Arc<dyn Store>, time: Duration) -> u32 {
    let begun = Instant::now();
    let mut sent = 0;
    while begun.elapsed() < time {
        let end = |number| Op::End {
            id: SessionId::from_bytes(id(number, 3)),
            person: PersonId::from_bytes(id(number, 4)),
            lifetime: 30 * 86_400,
        };
        let operations: Vec<Op> = (sent..sent + 50).map(end).collect();
        store.apply(&operations).await.expect("a write");
        sent += 50;
        let due = Duration::from_millis(u64::from(sent));
        sleep(due.saturating_sub(begun.elapsed())).await;
    }
    sent
}

/// An id that looks random: sorted arrays are filled all over.
fn id(number: u32, kind: u8) -> [u8; 16] {
    let mixed = u64::from(number).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(kind);
    let mut bytes = [kind; 16];
    bytes[..8].copy_from_slice(&mixed.to_be_bytes());
    bytes
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let megabytes = kilobytes.and_then(|it| it.trim().parse::<f64>().ok()).map(|it| it / 1024.0);
    megabytes.map_or_else(String::new, |it| format!("{it:.0}"))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Nobody whose sign-ins are ended.
const READER: usize = usize::MAX;
/// Ends that are under way at a time.
const AT_ONCE: usize = 10;
/// Ends in a write, where a store is filled.
const LOT: usize = 500;
