//! What requests notice of a purge of a million records that ended.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

use axum::Router;
use gingersnap::store::{MemoryStore, Op, Record, RecordId, Store, open};
use gingersnap::{Clock, SystemClock, Timestamp};
use http::Method;
use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::{Browser, Template};
use crate::harness::{has_arg, print_table};
use crate::servers::Postgres;
use crate::side::router;

const CLIENTS: usize = 4;
const QUIET: Duration = Duration::from_secs(10);

/// Prints how long requests take before, during and after the purge, in each store.
pub(crate) fn report() {
    let rows = if has_arg("--quick") { 10_000 } else { 1_000_000 };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let _entered = runtime.enter();
    println!("{CLIENTS} clients, each reading and writing a cart of 10 every few milliseconds");
    one(&runtime, "memory", rows, &memory(&runtime, rows));
    one(&runtime, "sqlite", rows, &sqlite(&runtime, rows));
    if let Some(server) = Postgres::start() {
        one(&runtime, "postgres", rows, &postgres(&runtime, rows, &server));
    }
}

fn one(runtime: &Runtime, name: &str, rows: u32, store: &Arc<dyn Store>) {
    let app = router(Arc::clone(store));
    let browsers = runtime.block_on(browsers(&app));
    let quiet = || runtime.block_on(latencies(&app, &browsers, sleep(QUIET)));
    let before = quiet();
    let begun = Instant::now();
    let mut removed = 0;
    let purge = async {
        while let (some @ 1.., _) = store.purge(u32::MAX).await.expect("a purge") {
            removed += some;
        }
    };
    let during = runtime.block_on(latencies(&app, &browsers, purge));
    let took = begun.elapsed();
    // Writes of sessions sweep a store in memory too.
    assert!(removed > 0 && removed <= rows, "{removed} of what ended was removed");
    let lines = [("before", before), ("during", during), ("after", quiet())];
    let title =
        format!("{name}: a purge of {rows} rows, which took {:.1} s; a request, ms", took.as_secs_f64());
    print_table(&title, &["", "requests", "median", "99 %", "99.9 %", "longest"], &lines.map(row));
}

fn row((name, mut times): (&str, Vec<Duration>)) -> Vec<String> {
    times.sort_unstable();
    let at = |thousandth: usize| {
        let index = (times.len() * thousandth / 1000).min(times.len().saturating_sub(1));
        format!("{:.2}", times.get(index).map_or(f64::NAN, Duration::as_secs_f64) * 1e3)
    };
    vec![name.into(), times.len().to_string(), at(500), at(990), at(999), at(1000)]
}

async fn browsers(app: &Router) -> Vec<[Template; 2]> {
    let mut browsers = Vec::new();
    for _ in 0..CLIENTS {
        let mut browser = Browser::default();
        browser.send(app, Method::POST, "/seed/10").await;
        browsers.push([browser.request(Method::GET, "/read"), browser.request(Method::POST, "/write")]);
    }
    browsers
}

/// How long each request takes while `work` is under way.
async fn latencies(
    app: &Router,
    browsers: &[[Template; 2]],
    work: impl Future<Output = ()>,
) -> Vec<Duration> {
    let mut clients = JoinSet::new();
    let ended = Arc::new(AtomicU64::new(0));
    for requests in browsers {
        let requests = requests.clone();
        let (app, ended) = (app.clone(), Arc::clone(&ended));
        clients.spawn(async move {
            let mut times = Vec::new();
            while ended.load(Ordering::Relaxed) == 0 {
                for request in &requests {
                    let begun = Instant::now();
                    request.send_each(&app, 1).await;
                    times.push(begun.elapsed());
                    sleep(Duration::from_millis(2)).await;
                }
            }
            times
        });
    }
    work.await;
    ended.store(1, Ordering::Relaxed);
    clients.join_all().await.concat()
}

/// The machine's clock, and some seconds more.
#[derive(Clone, Default)]
struct Later(Arc<AtomicU64>);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

fn memory(runtime: &Runtime, rows: u32) -> Arc<dyn Store> {
    let clock = Later::default();
    let store = MemoryStore::with_clock(2 << 30, clock.clone());
    runtime.block_on(async {
        for number in 0..rows {
            let id = [number.to_le_bytes(); 4].concat().try_into().expect("16 bytes");
            let record = Record { version: 1, bytes: vec![1; 300] };
            let insert = Op::Insert { id: RecordId::from_bytes(id), owner: None, lifetime: 0, record };
            store.apply(&[insert]).await.expect("room");
        }
    });
    clock.0.store(7_200, Ordering::Relaxed);
    Arc::new(store)
}

fn sqlite(runtime: &Runtime, rows: u32) -> Arc<dyn Store> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/purge");
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join("sessions.db");
    let store = open(&format!("sqlite:{}", path.display())).expect("a path");
    runtime.block_on(store.create_tables()).expect("tables");
    let fill = format!(
        "WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < {rows}) \
         INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
         SELECT 'default', randomblob(16), 1, NULL, randomblob(300), unixepoch() - 7200 FROM row; \
         PRAGMA wal_checkpoint(TRUNCATE)"
    );
    Connection::open(path).and_then(|file| file.execute_batch(&fill)).expect("rows");
    store
}

fn postgres(runtime: &Runtime, rows: u32, server: &Postgres) -> Arc<dyn Store> {
    let store = open(&server.database("purge")).expect("a URL");
    runtime.block_on(store.create_tables()).expect("tables");
    let fill = format!(
        "INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
         SELECT 'default', decode(md5(n::text), 'hex'), 1, NULL, decode(repeat(md5(n::text), 19), 'hex'), \
         now() - interval '2 hours' FROM generate_series(1, {rows}) AS n"
    );
    server.sql("purge", &fill);
    server.sql("purge", "VACUUM ANALYZE");
    store
}
