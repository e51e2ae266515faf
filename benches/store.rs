//! One call of a store, a record of 300 bytes: read by one client, written by one and by sixteen.
//! `cargo bench --features sqlite --bench store` measures a file in the target's directory; `-- URL` after it any other store
//! that the features allow, with tables and for no other use. `--quick` is a trial.
#![expect(clippy::print_stdout, reason = "the tables are what a benchmark is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot do what it says must stop")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use gingersnap::store::{Applied, Op, Record, RecordId, Store, open};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const RUNS: usize = 5;
const CLIENTS: u8 = 16;
const RECORD: usize = 300;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    // `cargo test --benches` runs the same binary without the argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return println!("store: measures under `cargo bench` alone");
    }
    let calls = if arguments.iter().any(|argument| argument == "--quick") { 320 } else { 32_000 };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let urls: Vec<_> = arguments.into_iter().filter(|argument| !argument.starts_with("--")).collect();
    println!(
        "median of {RUNS} runs of {calls} calls; a record of {RECORD} bytes; a write is a compare-and-set"
    );
    if urls.is_empty() {
        return report(&runtime, &a_file(), calls);
    }
    urls.iter().for_each(|url| report(&runtime, url, calls));
}

/// A new file, of which nothing is left from another run.
fn a_file() -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store-bench");
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    format!("sqlite:{}", directory.join("sessions.db").display())
}

fn report(runtime: &Runtime, url: &str, calls: u32) {
    let _entered = runtime.enter();
    let store = open(url).unwrap();
    runtime.block_on(fill(&*store));
    println!("{store}");
    let median = |what: &str, clients: u8, run: &dyn Fn() -> Duration| {
        let mut times: Vec<_> = (0..RUNS).map(|_| run()).collect();
        times.sort_unstable();
        let middle = times.get(RUNS / 2).copied().unwrap_or_default();
        let (one, rate) = (middle / calls, f64::from(calls) / middle.as_secs_f64());
        println!("  {what}, {clients:2} clients: {one:>10.1?} a call, {rate:>9.0} per second");
    };
    for clients in [1, CLIENTS] {
        median("read ", clients, &|| runtime.block_on(timed(all(&store, clients, calls, read))));
        median("write", clients, &|| runtime.block_on(timed(all(&store, clients, calls, write))));
    }
}

/// Divides the calls among clients, each with a record of its own.
async fn all<F>(
    store: &Arc<dyn Store>,
    clients: u8,
    calls: u32,
    client: fn(Arc<dyn Store>, RecordId, u32) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 1..=clients {
        let id = RecordId::from_bytes([number; 16]);
        tasks.spawn(client(Arc::clone(store), id, calls / u32::from(clients)));
    }
    tasks.join_all().await;
}

async fn read(store: Arc<dyn Store>, id: RecordId, calls: u32) {
    for _ in 0..calls {
        assert!(store.load(id).await.unwrap().0.is_some());
    }
}

async fn write(store: Arc<dyn Store>, id: RecordId, calls: u32) {
    let was = store.load(id).await.unwrap().0.unwrap().version;
    for was in was..was + calls {
        let record = Record { version: was + 1, bytes: vec![1; RECORD] };
        let replace = Op::Replace { id, was, owner: None, lifetime: 3_600, record };
        assert_eq!(store.apply(&[replace]).await.unwrap().0, Applied::Done);
    }
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    let start = Instant::now();
    work.await;
    start.elapsed()
}

/// Makes anew what is measured.
async fn fill(store: &dyn Store) {
    store.create_tables().await.unwrap();
    for number in 1..=CLIENTS {
        let id = RecordId::from_bytes([number; 16]);
        let record = Record { version: 0, bytes: vec![number; RECORD] };
        let make = Op::Insert { id, owner: None, lifetime: 3_600, record };
        store.apply(&[Op::Remove { id, owner: None }, make]).await.unwrap();
    }
}
