//! Tests that need access to the connection: a full file, foreign locks, rows of the past.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, process, thread};

use rusqlite::Connection;

use super::checkpoints::Checkpoints;
use super::file::File;
use super::queue::{Answered, Write};
use super::store::SqliteStore;
use super::writer::Writer;
use crate::store::changes::Changes;
use crate::store::tell::{Told, pair};
use crate::store::{Applied, Op, Record, RecordId, Store, StoreErrorKind as Kind, Upkeep};

/// A file with tables in a directory of the test's own, which is removed with it.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let directory = env::temp_dir().join(format!("gingersnap-sqlite-{}-{test}", process::id()));
        drop(fs::remove_dir_all(&directory));
        fs::create_dir_all(&directory).unwrap();
        let place = Self(directory);
        place.file().create_tables("make tables at").unwrap();
        place
    }

    fn path(&self) -> String {
        self.0.join("sessions.db").to_str().unwrap().to_owned()
    }

    fn file(&self) -> File {
        File::parse(&self.path()).unwrap()
    }

    fn writer(&self) -> Writer {
        let file = Arc::new(self.file());
        let checkpoints = Checkpoints::start(Arc::clone(&file)).unwrap();
        Writer::new(file, Arc::default(), checkpoints, Changes::default())
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).unwrap()
    }

    fn sql(&self, statements: &str) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection.execute_batch(statements).unwrap();
        connection
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn insert(number: u8, size: usize) -> Op {
    let record = Record { version: 1, bytes: vec![number; size] };
    Op::Insert { id: RecordId::from_bytes([number; 16]), owner: None, lifetime: 60, record }
}

fn remove(number: u8) -> Op {
    Op::Remove { id: RecordId::from_bytes([number; 16]), owner: None }
}

/// Writes, and the answers to them.
fn writes(operations: Vec<Op>) -> (Vec<Write>, Vec<Told<Answered<Applied>>>) {
    let write = |operation| {
        let (teller, told) = pair();
        (Write { operations: vec![operation], teller }, told)
    };
    operations.into_iter().map(write).unzip()
}

/// Carries them out as one transaction.
fn written(writer: &mut Writer, operations: Vec<Op>) -> Vec<Result<Applied, Kind>> {
    let (writes, told) = writes(operations);
    writer.write(writes);
    told.into_iter()
        .map(|told| block_on(told).unwrap().map(|it| it.0).map_err(|error| error.kind()))
        .collect()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = core::pin::pin!(future);
    let mut context = core::task::Context::from_waker(core::task::Waker::noop());
    loop {
        if let core::task::Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return answer;
        }
        thread::sleep(Duration::from_micros(50));
    }
}

#[test]
fn a_full_file_refuses_what_does_not_fit_and_nothing_else() {
    let place = Place::new("full");
    let mut writer = place.writer();
    assert_eq!(
        written(&mut writer, vec![insert(1, 10), insert(2, 10)]),
        [Ok(Applied::Done), Ok(Applied::Done)]
    );
    let limit = |writer: &mut Writer| {
        writer.connection().query_row("PRAGMA max_page_count = 20", (), |_| Ok(())).unwrap();
    };
    limit(&mut writer);
    // The connection is made again after an error: the limit goes with it, as when there is room again.
    let (batch, told) = writes(vec![insert(3, 1 << 20)]);
    writer.write(batch);
    let error = told.into_iter().map(|told| block_on(told).unwrap().unwrap_err()).next().unwrap();
    assert_eq!(
        (error.kind(), error.hint()),
        (Kind::Full, Some("make room; what is kept is whole")),
        "{error}"
    );
    limit(&mut writer);
    // When a transaction is full, each part is tried by itself.
    let outcomes = written(&mut writer, vec![remove(1), insert(3, 1 << 20), insert(2, 10)]);
    assert_eq!(outcomes[0], Ok(Applied::Done));
    assert_eq!(outcomes[2], Ok(Applied::Conflict(0)));
    assert_eq!(written(&mut writer, vec![insert(4, 1 << 20)]), [Ok(Applied::Done)]);
}

/// The same happens on a file system that is meanwhile mounted read-only.
#[test]
fn a_file_that_takes_no_changes_is_read_and_taken_again_when_it_does() {
    let place = Place::new("read_only");
    let mut writer = place.writer();
    assert_eq!(written(&mut writer, vec![insert(1, 10)]), [Ok(Applied::Done)]);
    writer.connection().pragma_update(None, "query_only", true).unwrap();
    let (batch, told) = writes(vec![remove(1)]);
    writer.write(batch);
    let error = told.into_iter().map(|told| block_on(told).unwrap().unwrap_err()).next().unwrap();
    let hint = Some("this user must be able to write the file and its directory");
    assert_eq!((error.kind(), error.hint()), (Kind::ReadOnly, hint), "{error}");
    assert!(block_on(place.store().load(RecordId::from_bytes([1; 16]))).unwrap().0.is_some());
    // The connection is made again after an error.
    assert_eq!(written(&mut writer, vec![insert(2, 10)]), [Ok(Applied::Done)]);
}

#[test]
fn a_lock_of_another_program_is_waited_for_but_not_for_long() {
    let place = Place::new("locked");
    let store = place.store();
    block_on(store.apply(&[insert(1, 10)])).unwrap();
    let held = place.sql("BEGIN IMMEDIATE");
    let (sender, answers) = std::sync::mpsc::channel();
    for number in 2..10 {
        let (store, sender) = (store.clone(), sender.clone());
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100 * u64::from(number)));
            sender.send(block_on(store.apply(&[insert(number, 10)]))).unwrap();
        });
    }
    for _ in 2..10 {
        let error = answers.recv_timeout(Duration::from_millis(3_000)).unwrap().unwrap_err();
        assert_eq!(error.kind(), Kind::Unreachable);
        let reason = ": another process has had the file locked for too long";
        assert!(error.to_string().ends_with(reason), "{error}");
    }
    // A reader waits for nobody.
    assert!(block_on(store.load(RecordId::from_bytes([1; 16]))).unwrap().0.is_some());
    drop(held);
    assert_eq!(block_on(store.apply(&[insert(2, 10)])).unwrap().0, Applied::Done);
}

#[test]
fn only_what_ended_more_than_an_hour_ago_is_purged_and_a_few_at_a_time() {
    let place = Place::new("purge");
    let store = place.store();
    let other = SqliteStore::open(&format!("{}#other", place.path())).unwrap();
    block_on(other.apply(&[insert(1, 10)])).unwrap();
    for number in 1..=6 {
        block_on(store.apply(&[insert(number, 10)])).unwrap();
    }
    let update = "UPDATE gingersnap_sessions SET expires_at = unixepoch() - ";
    place.sql(&format!(
        "{update} 3590 WHERE hex(id) < '04'; {update} 3610 WHERE hex(id) >= '04' OR store = 'other'"
    ));
    for (limit, removed) in [(0, 0), (2, 2), (2, 1), (2, 0)] {
        assert_eq!(block_on(store.purge(limit)).unwrap().0, removed);
    }
    for number in 1..=6 {
        let there = block_on(store.load(RecordId::from_bytes([number; 16]))).unwrap().0.is_some();
        assert_eq!(there, number < 4);
    }
    assert_eq!(block_on(other.purge(9)).unwrap().0, 1);
    assert_eq!(store.upkeep(), Upkeep { removed: 3, failures: 0 });
    place.sql("DROP TABLE gingersnap_sessions");
    block_on(store.purge(9)).unwrap_err();
    assert_eq!((store.upkeep().failures, other.upkeep()), (1, Upkeep { removed: 1, failures: 0 }));
}

/// The same happens after the machine has lost its power, and the log with it.
#[test]
fn the_file_itself_has_what_was_written_a_second_ago_and_what_a_purge_left() {
    let place = Place::new("carried_over");
    let store = place.store();
    let in_file = || -> rusqlite::Result<u32> {
        let copy = place.0.join("copy.db");
        // Another process copies it: this one would lose its locks.
        assert!(process::Command::new("cp").arg(place.path()).arg(&copy).status().unwrap().success());
        let connection = Connection::open(copy)?;
        connection.query_row("SELECT count(*) FROM gingersnap_sessions", (), |row| row.get(0))
    };
    for number in 1..=9 {
        block_on(store.apply(&[insert(number, 10)])).unwrap();
    }
    let is_there = (0..500).any(|_| {
        thread::sleep(Duration::from_millis(20));
        in_file() == Ok(9)
    });
    assert!(is_there, "{:?}", in_file());
    place.sql("PRAGMA wal_autocheckpoint = 0; UPDATE gingersnap_sessions SET expires_at = 0");
    assert_eq!(block_on(store.purge(7)).unwrap().0, 7);
    assert_eq!(in_file(), Ok(2));
}

#[test]
fn upkeep_comes_once_a_minute_and_each_second_while_there_is_more() {
    let place = Place::new("upkeep");
    let mut writer = place.writer();
    let ended = |number: u32| {
        place.sql(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {number}) \
             INSERT INTO gingersnap_sessions SELECT 'default', randomblob(16), 1, NULL, x'', 0 FROM n"
        ));
    };
    let left = || -> u32 {
        let count = "SELECT count(*) FROM gingersnap_sessions";
        place.sql("").query_row(count, (), |row| row.get(0)).unwrap()
    };
    ended(600);
    for (second, expected) in [(0, 600), (59, 600), (60, 344), (60, 344), (61, 88), (62, 0)] {
        writer.tidy_at(1_000 + second);
        assert_eq!(left(), expected, "{second} s after the first look");
    }
    ended(1);
    for (second, expected) in [(63, 1), (121, 1), (122, 0)] {
        writer.tidy_at(1_000 + second);
        assert_eq!(left(), expected, "{second} s after the first look");
    }
}

#[test]
fn tables_of_another_version_are_refused_and_those_that_go_are_missed() {
    let place = Place::new("schema");
    let store = place.store();
    block_on(store.apply(&[insert(1, 10)])).unwrap();
    place.sql("ALTER TABLE gingersnap_sessions RENAME TO gone");
    let id = RecordId::from_bytes([1; 16]);
    for error in [block_on(store.load(id)).map(drop), block_on(store.apply(&[insert(2, 9)])).map(drop)] {
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind(), error.hint()),
            (Kind::NoTables, Some("`gingersnap store init` makes them"))
        );
    }
    block_on(store.create_tables()).unwrap();
    assert!(block_on(store.load(id)).unwrap().0.is_none());
    place.sql("UPDATE gingersnap_schema SET version = 3");
    let error = SqliteStore::open(&place.path()).unwrap_err();
    let message = format!(
        "cannot read sessions at sqlite:{}#default: its tables are of version 3, and this program knows version 2",
        place.path()
    );
    assert_eq!((error.kind(), error.to_string()), (Kind::WrongSchema, message));
    assert_eq!(block_on(store.create_tables()).unwrap_err().kind(), Kind::WrongSchema);
}

#[test]
fn many_writes_are_one_transaction_and_each_has_its_outcome() {
    let place = Place::new("gathered");
    let mut writer = place.writer();
    let operations = (0..100).map(|number| insert(number / 2, 10)).collect();
    let outcomes = written(&mut writer, operations);
    for (at, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome, Ok(if at % 2 == 0 { Applied::Done } else { Applied::Conflict(0) }));
    }
}
