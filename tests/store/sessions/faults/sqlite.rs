//! An SQLite file: locked by another program, without tables, flushed.

use std::fs;
use std::path::Path;

use gingersnap::store::open;
use rusqlite::Connection;

use super::super::{browser_of, shop};
use super::{Browser, Fault, begins_anew, survives};
use crate::events::Events;

const FAULTS: [Fault; 2] = [
    Fault { name: "locked", begin: "BEGIN IMMEDIATE", end: "ROLLBACK", reads: true },
    Fault {
        name: "no table",
        begin: "ALTER TABLE gingersnap_sessions RENAME TO elsewhere",
        end: "ALTER TABLE elsewhere RENAME TO gingersnap_sessions",
        reads: false,
    },
];

#[tokio::test]
async fn sessions_wait_for_an_sqlite_file_that_refuses_them_and_what_was_flushed_is_gone() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store/sessions");
    drop(fs::remove_dir_all(&directory));
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join("sessions.db");
    let store = open(&format!("sqlite:{}", path.display())).unwrap();
    store.create_tables().await.unwrap();
    let mut browser = browser_of("ann", &shop(store)).await;
    let other = Connection::open(path).unwrap();
    let run = |statement: &str| other.execute_batch(statement).unwrap();
    survives(&mut browser, &FAULTS, run).await;
    run("DELETE FROM gingersnap_sessions");
    begins_anew(&mut browser).await;
}

#[tokio::test]
async fn a_file_without_tables_is_told_with_the_command_that_makes_them() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-tables.db");
    let mut browser = Browser::new(shop(open(&format!("sqlite:{}", path.display())).unwrap()));
    let events = Events::start();
    assert_eq!(browser.get("/add/milk").await.status, 503);
    let events = events.take();
    assert!(events.iter().any(|it| it.contains("hint=\"`gingersnap store init` makes them\"")), "{events:?}");
}
