//! The runbooks of docs/OPERATIONS.md do what they are for: each is run as it stands there, by a shell, beside a node that
//! serves, with a ring for the nodes alone and with an escrow.

mod site;

use std::collections::BTreeSet;

use super::operations::document;
use super::*;
use site::{Site, section};

/// The headings of the runbooks, and the tests below that run them.
const RUN: [&str; 9] = [
    "Planned rotation",
    "Stolen ring",
    "One leaked key",
    "Stolen sessions, or a bug that made some",
    "Verify bug",
    "Lost ring",
    "A clock that was ahead",
    "One node lagging",
    "Moving from a file to PostgreSQL",
];

fn with_one_and_with_two(test: &str, run: impl Fn(Site)) {
    for parties in [1, 2] {
        run(Site::new(test, parties));
    }
}

#[test]
fn every_runbook_is_among_those_that_are_run() {
    let document = document();
    let (_, runbooks) = document.split_once("\n## Runbooks\n").unwrap();
    let (runbooks, _) = runbooks.split_once("\n## ").unwrap();
    let headings: BTreeSet<_> = runbooks.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert_eq!(headings, RUN.into_iter().collect());
    let blocks = RUN.into_iter().filter(|it| *it != "Verify bug").map(|heading| section(heading).len());
    // Each is run below: one of Planned rotation, four of Stolen ring, and so on.
    assert_eq!(blocks.collect::<Vec<_>>(), [1, 4, 1, 1, 3, 1, 1, 1]);
}

#[test]
fn what_is_done_every_day_is_done() {
    with_one_and_with_two("daily", |site| {
        // Without an escrow `lint` has something to say.
        let block = section("Every day")[0].replace("keys lint", "keys lint || true");
        site.run(&block);
        let backups = site.place.names();
        assert_eq!(backups.iter().filter(|name| name.starts_with("ring-20")).count(), 1, "{backups:?}");
        site.is_well();
    });
}

#[test]
fn a_planned_rotation_goes_as_it_is_written() {
    with_one_and_with_two("rotation", |site| {
        site.run(&section("Planned rotation")[0]);
        assert!(site.states().iter().any(|(_, state)| state == "staged"));
        site.is_well();
    });
}

#[test]
fn a_stolen_ring_is_worthless_as_it_is_written() {
    with_one_and_with_two("stolen", |site| {
        let stolen = site.active();
        site.run(&section("Stolen ring")[0]);
        assert!(site.states().contains(&(stolen, "revoked".into())));
        assert_ne!(site.active(), "");
        site.is_well();
    });
}

#[test]
fn a_thief_with_an_identity_is_locked_out_and_nobody_else_as_it_is_written() {
    with_one_and_with_two("stolen_identity", |mut site| {
        let [_, next, rewrap, emergency] = &section("Stolen ring")[..] else { panic!("four blocks") };
        fs::copy(site.place.0.join("nodes.identity"), site.place.0.join("thief.identity")).unwrap();
        assert!(site.opened_by("thief.identity").is_some());
        let before = site.active();
        site.run(next);
        // The node has both identities; nothing is changed yet.
        site.restart();
        let told = site.run(rewrap);
        let stolen = fs::read_to_string(site.place.0.join("stolen.txt")).unwrap();
        assert_eq!(told.matches(stolen.trim()).count(), 1, "named by `cat` alone: {told}");
        assert!(!told.contains("the same recipients"), "{told}");
        assert_eq!(site.opened_by("thief.identity"), None);
        site.run(emergency);
        assert!(site.states().contains(&(before, "revoked".into())));
        assert_eq!(site.opened_by("thief.identity"), None);
        site.restart();
        site.is_well();
        let identity = fs::read_to_string(site.place.0.join("nodes.identity")).unwrap();
        assert_eq!(identity.matches("AGE-SECRET-KEY-1").count(), 1);
    });
}

#[test]
fn a_leaked_key_is_revoked_as_it_is_written() {
    with_one_and_with_two("leaked", |site| {
        let leaked = site.active();
        let block = section("One leaked key")[0].replace("KEY=1aaee5", &format!("KEY={leaked}"));
        assert!(block.contains(&leaked));
        site.run(&block);
        assert!(site.states().contains(&(leaked, "revoked".into())));
        site.is_well();
    });
}

#[test]
fn a_key_of_a_clock_that_was_ahead_is_revoked_as_it_is_written() {
    with_one_and_with_two("clock", |site| {
        site.run("env -u GINGERSNAP_RECIPIENTS gingersnap keys export --plaintext --output ring.json");
        let ring = Keyring::parse(&fs::read(site.place.0.join("ring.json")).unwrap()).unwrap();
        let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
        let ahead = SystemClock.now().plus(365 * 86_400);
        let ring = ring.add(ring.keys()[0].suite(), "", ahead, &mut random).unwrap();
        let late = ring.made_after(SystemClock.now()).unwrap().to_string();
        fs::write(site.place.0.join("ring.json"), &*ring.to_bytes()).unwrap();
        site.keys("restore ring.json");
        let block = &section("A clock that was ahead")[0].replace("keys lint", "keys lint || true");
        let told = site.run(&block.replace("KEY=a1b2c3", &format!("KEY={late}")));
        assert!(told.contains(&format!("key {late} was created in the future")), "{told}");
        assert!(site.states().contains(&(late, "revoked".into())));
        site.is_well();
    });
}

#[test]
fn stolen_sessions_are_ended_as_it_is_written() {
    with_one_and_with_two("sessions", |site| {
        let cut = time(days_ago(1));
        let block =
            section("Stolen sessions, or a bug that made some")[0].replace("2026-11-22T09:30:00Z", &cut);
        site.run(&block);
        let list = site.opened_by("nodes.identity").unwrap();
        assert_eq!(list["sessions_dead_before"], days_ago(1).unix());
        site.is_well();
    });
}

#[test]
fn a_lost_ring_comes_back_from_a_backup_as_it_is_written() {
    with_one_and_with_two("lost", |site| {
        site.keys("export --output ring-2026-11-01.age");
        site.keys("add");
        site.keys("rollout --wait --timeout 30s");
        site.run("mv keys.age damaged.age");
        site.run(&section("Lost ring")[0]);
        site.is_well();
    });
}

#[test]
fn a_lost_identity_is_replaced_by_the_escrows_as_it_is_written() {
    let mut site = Site::new("escrow", 2);
    let active = site.active();
    fs::remove_file(site.place.0.join("nodes.identity")).unwrap();
    site.run(&section("Lost ring")[1]);
    assert_eq!(site.active(), active);
    site.restart();
    site.is_well();
}

#[test]
fn where_all_is_lost_another_ring_is_made_as_it_is_written() {
    with_one_and_with_two("all_lost", |mut site| {
        let before = site.opened_by("nodes.identity").unwrap()["ring_id"].clone();
        fs::write(site.place.0.join("keys.age"), "damaged").unwrap();
        site.run(&section("Lost ring")[2]);
        assert_ne!(site.opened_by("nodes.identity").unwrap()["ring_id"], before);
        site.restart();
        site.is_well();
    });
}

#[test]
fn a_lagging_node_is_looked_at_as_it_is_written() {
    with_one_and_with_two("lagging", |site| {
        site.run(&section("One node lagging")[0]);
        site.is_well();
    });
}

#[test]
fn a_ring_moves_to_postgresql_as_it_is_written() {
    let Some(server) = servers::Postgres::start() else { return };
    with_one_and_with_two("moving", |site| {
        let to = server.database(&format!("moving_{}", site.parties));
        let block = section("Moving from a file to PostgreSQL")[0]
            .replace("postgres://operator:secret@db.example/shop", &to);
        assert!(block.contains(&to));
        let generation = site.opened_by("nodes.identity").unwrap()["generation"].clone();
        site.run(&block);
        let list = site.run(&format!("GINGERSNAP_KEYS='{to}' gingersnap keys list --json"));
        assert_eq!(serde_json::from_str::<Value>(&list).unwrap()["generation"], generation);
        site.run(&format!("GINGERSNAP_KEYS='{to}' gingersnap keys add"));
    });
}
