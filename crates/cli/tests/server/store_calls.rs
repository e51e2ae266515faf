//! What `/metrics` tells of a store's calls.

use rusqlite::Connection;

use crate::{
    browser::Browser,
    help::{Dir, program},
    node::{Node, Ring, SELDOM, until},
};

/// A file for sessions.
struct File {
    dir: Dir,
}

impl File {
    fn new() -> Self {
        let file = Self { dir: Dir::new() };
        let output = program(&file.dir, &["store", "init", &file.url()]).output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        file
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.dir.path().join("sessions.db").display())
    }

    fn sql(&self, statements: &str) {
        let connection = Connection::open(self.dir.path().join("sessions.db")).expect("a database");
        connection.execute_batch(statements).expect("runs");
    }

    /// A node that keeps sessions at this place.
    fn node(&self, ring: &Ring, place: &str) -> Node {
        Node::start(ring, &[&SELDOM[..], &["--store", &self.url(), "--place", place]].concat())
    }
}

/// Calls of the application, without the server's own.
fn calls(node: &Node) -> [f64; 2] {
    ["load", "apply"].map(|call| {
        let series = format!("gingersnap_store_call_duration_seconds_count{{call=\"{call}\"}}");
        if node.metrics().contains(&series) { node.metric(&series) } else { 0.0 }
    })
}

#[test]
fn the_calls_of_a_stored_session_are_counted_and_one_in_its_cookie_makes_none_but_for_the_sign_in() {
    let (ring, file) = (Ring::new(), File::new());
    let in_cookies = file.node(&ring, "cookie-then-store");
    in_cookies.signed_in("ada@example.com").get("/");
    assert_eq!(calls(&in_cookies), [0.0, 1.0]);

    let stored = file.node(&ring, "store");
    let mut browser = Browser::new(&stored.server);
    browser.submit("/cart-items", "item=gift-tin&qty=1");
    let [loads, applies] = calls(&stored);
    assert!(loads >= 1.0 && applies >= 1.0, "{loads} loads, {applies} writes");
    browser.submit("/cart-items", "item=gift-tin&qty=3");
    assert_eq!(calls(&stored)[1], applies + 1.0, "one write a response");
    let times = "gingersnap_store_call_duration_seconds_bucket{call=\"apply\",le=\"2.5\"}";
    assert_eq!(stored.metric(times), applies + 1.0);
}

#[test]
fn every_count_of_a_store_is_there_before_anything_happened() {
    let (ring, file) = (Ring::new(), File::new());
    let node = file.node(&ring, "store");
    for series in [
        "gingersnap_store_errors_total{call=\"load\",kind=\"unreachable\"}",
        "gingersnap_store_errors_total{call=\"apply\",kind=\"full\"}",
        "gingersnap_store_errors_total{call=\"check\",kind=\"other\"}",
        "gingersnap_store_conflicts_total",
        "gingersnap_store_purged_total",
        "gingersnap_store_purge_failures_total",
        "gingersnap_sessions_spilled_total",
        "gingersnap_sessions_gave_way_total",
        "gingersnap_cookies_refused_total{reason=\"gone\"}",
    ] {
        assert_eq!(node.metric(series), 0.0, "{series}");
    }
    assert!(node.metric("gingersnap_store_answered_age_seconds") < 30.0);
}

#[test]
fn a_flushed_store_is_counted_by_a_reason_of_its_own_and_a_broken_one_by_the_kind_of_its_errors() {
    let (ring, file) = (Ring::new(), File::new());
    let node = file.node(&ring, "store");
    let mut people: Vec<_> = (0..3).map(|_| Browser::new(&node.server)).collect();
    for browser in &mut people {
        browser.submit("/cart-items", "item=gift-tin&qty=1");
    }
    file.sql("DELETE FROM gingersnap_sessions");
    let gone = "gingersnap_cookies_refused_total{reason=\"gone\"}";
    for browser in &mut people {
        let before = node.metric(gone);
        browser.get("/").says("Nothing in it yet.");
        assert!(node.metric(gone) > before, "each pointer is");
    }
    assert_eq!(node.metric("gingersnap_store_errors_total"), 0.0, "the store answers");

    file.sql("DROP TABLE gingersnap_sessions");
    people[0].submit("/cart-items", "item=gift-tin&qty=1");
    let missing = "gingersnap_store_errors_total{call=\"load\",kind=\"no_tables\"}";
    until("a call has failed", || node.metric(missing) >= 1.0);
}
