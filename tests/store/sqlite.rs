//! Sessions in SQLite files.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::task::Wake;
use std::{env, fs, thread};

use gingersnap::store::{Applied, SqliteStore, Store as _, StoreError, StoreErrorKind};
use gingersnap::testing::store::conforms;

use super::open::fails;
use super::sample::{apply, id, increment, insert, load, record};
use super::tables::{self, remove};

/// The path of a file in a directory of the test's own.
fn nowhere(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store").join(test);
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    directory.join("sessions.db")
}

fn named(path: &Path, name: &str) -> SqliteStore {
    SqliteStore::open(&format!("sqlite:{}#{name}", path.display())).unwrap()
}

/// Two handles with threads and connections of their own, as two processes have them.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_every_promise() {
    let path = nowhere("suite");
    conforms(named(&path, "shop"), named(&path, "shop")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_what_stores_with_tables_do() {
    let path = nowhere("tables");
    let store = named(&path, "shop");
    store.create_tables().await.unwrap();
    tables::sixty_four_increments_at_once_are_all_done(Arc::new(store.clone())).await;
    tables::two_records_are_changed_in_either_order_at_once(Arc::new(store)).await;
    tables::stores_of_two_names_have_nothing_in_common(&named(&path, "a"), &named(&path, "b")).await;
    tables::each_answer_has_the_time(&named(&path, "c")).await;
    tables::any_lifetime_is_kept(&named(&path, "d")).await;
}

/// Without a runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return answer;
        }
        thread::park();
    }
}

#[test]
fn no_runtime_is_needed_and_closing_waits_for_what_is_under_way() {
    let path = nowhere("no_runtime");
    let store = SqliteStore::open(path.to_str().unwrap()).unwrap();
    block_on(store.create_tables()).unwrap();
    block_on(apply(&store, &[insert(id(1), b"0")])).unwrap();
    for _ in 0..8 {
        let own = store.clone();
        store.spawn(Box::pin(async move { while increment(&own, id(1)).await.unwrap() != Applied::Done {} }));
    }
    block_on(store.close());
    let message = format!("sqlite:{}#default: this store was closed", path.display());
    let refused = |action, result: Result<(), StoreError>| {
        fails(result, StoreErrorKind::Unreachable, &format!("cannot {action} {message}"), None);
    };
    refused("read sessions at", block_on(store.load(id(1))).map(drop));
    refused("write sessions at", block_on(store.apply(&[remove(id(1), None)])).map(drop));
    block_on(store.close());
    // It closed the file, whose log is gone with its last user.
    assert!(!path.with_extension("db-wal").exists());
    let again = SqliteStore::open(path.to_str().unwrap()).unwrap();
    assert_eq!(block_on(load(&again, id(1))).unwrap(), Some(record(9, b"9")));
}

#[test]
fn only_an_operator_makes_the_file_and_for_its_owner_alone() {
    let path = nowhere("only_an_operator");
    let shown = format!("sqlite:{}#default", path.display());
    let store = SqliteStore::open(path.to_str().unwrap()).unwrap();
    let hint = Some("`gingersnap store init` makes them");
    for file in ["no file", "an empty file"] {
        let message = format!("cannot read sessions at {shown}: there are no tables for sessions");
        fails(block_on(store.load(id(1))), StoreErrorKind::NoTables, &message, hint);
        let message = format!("cannot write sessions at {shown}: there are no tables for sessions");
        fails(block_on(store.apply(&[remove(id(1), None)])), StoreErrorKind::NoTables, &message, hint);
        assert_eq!(path.exists(), file != "no file");
        fs::write(&path, b"").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::remove_file(&path).unwrap();
    block_on(store.create_tables()).unwrap();
    assert_eq!(block_on(apply(&store, &[insert(id(1), b"one")])).unwrap(), Applied::Done);
    for file in ["db", "db-wal", "db-shm"] {
        let mode = fs::metadata(path.with_extension(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{file}");
    }
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let path = nowhere("no_database");
    let directory = path.parent().unwrap();
    let start = "cannot read sessions at sqlite:";
    let message = format!("{start}{}#default: it is a directory", directory.display());
    fails(SqliteStore::open(directory.to_str().unwrap()), StoreErrorKind::Io, &message, None);
    let text =
        b"GINGERSNAP_KEYS=hunter2 and more, so that it is as long as the head of a database".repeat(20);
    fs::write(&path, &text).unwrap();
    let message = format!("{start}{}#default: it is no SQLite database", path.display());
    let hint = Some("name another file: this one is left as it is");
    fails(SqliteStore::open(path.to_str().unwrap()), StoreErrorKind::Io, &message, hint);
    assert_eq!(fs::read(&path).unwrap(), text);
    let missing = directory.join("no/sessions.db");
    let store = SqliteStore::open(missing.to_str().unwrap()).unwrap();
    let message =
        format!("cannot make tables for sessions at sqlite:{}#default: no such directory", missing.display());
    fails(block_on(store.create_tables()), StoreErrorKind::Io, &message, Some("make the directory first"));
}

#[test]
fn two_processes_share_a_file_and_one_may_be_killed() {
    const SHARE: u32 = 300;
    let path = nowhere("two_processes");
    let store = SqliteStore::open(path.to_str().unwrap()).unwrap();
    block_on(store.create_tables()).unwrap();
    block_on(apply(&store, &[insert(id(1), b"0")])).unwrap();
    let start = || {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "sqlite::another_process", "--ignored"]).stdout(Stdio::null());
        command.env("GINGERSNAP_TEST_STORE", &path).spawn().unwrap()
    };
    let (mut one, mut other) = (start(), start());
    let mut done = 0;
    while done < SHARE {
        done += u32::from(block_on(increment(&store, id(1))).unwrap() == Applied::Done);
    }
    one.kill().unwrap();
    one.wait().unwrap();
    for _ in 0..SHARE {
        while block_on(increment(&store, id(1))).unwrap() != Applied::Done {}
    }
    other.kill().unwrap();
    other.wait().unwrap();
    let found = block_on(load(&store, id(1))).unwrap().unwrap();
    assert_eq!(found.bytes, found.version.to_string().into_bytes());
    assert!(found.version > 2 * SHARE, "the other processes did nothing: {}", found.version);
    assert_eq!(block_on(increment(&store, id(1))).unwrap(), Applied::Done);
}

/// A program that finds no lock on the file takes itself for the last one, and removes the log when it closes the file. A
/// process loses its lock when it closes the file once, whatever it opened that for.
#[cfg(target_os = "linux")]
#[test]
fn the_file_stays_locked_whatever_is_opened_and_closed_meanwhile() {
    let path = nowhere("locked");
    let store = named(&path, "one");
    block_on(store.create_tables()).unwrap();
    block_on(apply(&store, &[insert(id(1), b"0")])).unwrap();
    let is_locked = |when: &str| {
        let file = format!(":{} 1073741826 1073742335", fs::metadata(&path).unwrap().ino());
        let (own, locks) = (format!(" {} ", std::process::id()), fs::read_to_string("/proc/locks").unwrap());
        let found = locks.lines().any(|line| line.contains(&own) && line.ends_with(&file));
        assert!(found, "{when}:\n{locks}");
    };
    is_locked("after a write");
    block_on(load(&store, id(1))).unwrap();
    is_locked("after a read");
    let other = named(&path, "other");
    block_on(other.create_tables()).unwrap();
    assert_eq!(block_on(load(&other, id(1))).unwrap(), None);
    is_locked("while another handle has it too");
    block_on(other.close());
    is_locked("when that has closed it");
}

/// The other process of that test.
#[test]
#[ignore = "started by another test"]
#[expect(clippy::disallowed_methods, reason = "the path comes from the test")]
fn another_process() {
    let Ok(path) = env::var("GINGERSNAP_TEST_STORE") else { return };
    let store = SqliteStore::open(&path).unwrap();
    loop {
        block_on(increment(&store, id(1))).unwrap();
    }
}

/// A task that follows the ends holds neither the store nor its threads.
#[test]
fn a_store_closes_though_somebody_waits_for_changes_and_so_it_does_without_a_word() {
    let path = nowhere("closing");
    let follow = |store: &SqliteStore| {
        let (changed, ended) = (store.changed(), std::sync::mpsc::channel());
        store.spawn(Box::pin(async move {
            ended.0.send(changed.await).unwrap();
        }));
        ended.1
    };
    let store = named(&path, "shop");
    block_on(store.create_tables()).unwrap();
    let ended = follow(&store);
    block_on(store.close());
    assert_eq!(ended.recv(), Ok(false), "there are no changes any more");
    assert!(!block_on(store.changed()));
    let store = named(&path, "shop");
    let ended = follow(&store);
    drop(store);
    assert_eq!(ended.recv(), Ok(false));
}
