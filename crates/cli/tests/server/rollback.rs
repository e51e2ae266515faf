//! Rings that would bring dead keys back: refused while serving, and at the next start.

use std::{fs, os::fd::AsRawFd as _};

use crate::node::{Node, OFTEN, Ring, keys_at, start_fails, while_people_ask};

#[test]
fn an_older_ring_is_refused_and_alarms_once() {
    let ring = Ring::new();
    let older = fs::read(ring.copy("older.json")).expect("a copy");
    ring.keys(&["rotate", "--now"]);
    alarms(&ring, &older, "rolled_back", "generation 1 is older than generation 2, which is in use");
}

#[test]
fn another_ring_of_the_same_generation_is_refused_and_alarms_once() {
    let ring = Ring::new();
    let copy = ring.copy("copy.json");
    keys_at(&copy, &["rotate", "--now"]);
    ring.keys(&["rotate", "--now"]);
    let other = fs::read(copy).expect("a copy");
    alarms(&ring, &other, "diverged", "there are two different rings of generation 2");
}

#[test]
fn a_ring_of_another_service_is_refused_and_alarms_once() {
    let ring = Ring::new();
    ring.keys(&["rotate", "--now"]);
    let other = Ring::new();
    for _ in 0..5 {
        other.keys(&["add"]);
    }
    let other = fs::read(other.path()).expect("a ring");
    alarms(&ring, &other, "other_ring", " is not ring ");
}

/// Serves with generation 2, and puts `bad` in its place.
#[track_caller]
fn alarms(ring: &Ring, bad: &[u8], reason: &str, error: &str) {
    let node = Node::start(ring, &OFTEN);
    let good = fs::read(ring.path()).expect("a ring");
    let before = node.ready();
    assert_eq!(before["generation"], 2);
    while_people_ask(&node, 2, || {
        ring.put(bad);
        node.until_ready("status", "degraded");
        assert_eq!(node.ready()["generation"], 2);
        assert_eq!(node.ready()["active_key"], before["active_key"]);
        assert_eq!(node.logged(&["ERROR", error, "hint="]), 1);
        assert_eq!(node.logged(&["ERROR"]), 1);
        let failures = format!("gingersnap_keyring_reload_failures_total{{reason=\"{reason}\"}}");
        assert_eq!(node.metric(&failures), 1.0);
        assert_eq!(node.metric("gingersnap_keyring_generation"), 2.0);
        ring.put(&good);
        node.until_ready("status", "ready");
        assert_eq!(node.metric(&failures), 1.0);
    });
}

#[test]
fn a_restart_refuses_what_is_older_than_the_node_has_had() {
    let ring = Ring::new();
    let older = fs::read(ring.copy("older.json")).expect("a copy");
    ring.keys(&["rotate", "--now"]);
    let options = [&OFTEN[..], &["--node", "blue"]].concat();
    let mut node = Node::start(&ring, &options);
    node.server.signal("-TERM");
    assert_eq!(node.server.wait().code(), Some(0));

    ring.put(&older);
    let output = start_fails(&ring.path(), &options);
    let expected = format!(
        "gingersnap: error: {}: generation 1 is older than generation 2, which node blue has had\n\
         gingersnap: hint: an old ring brings revoked keys back; `gingersnap keys restore` puts a backup in place; \
         `gingersnap keys rollout --forget NODE` is for a node that is not yours\n",
        ring.path().display()
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
}

#[test]
fn a_node_that_may_write_nothing_starts_and_says_that_it_does_not_remember() {
    let ring = Ring::new();
    // Nobody can write beside this name of the ring, whoever runs the test.
    let open = fs::File::open(ring.path()).expect("a ring");
    let read_only = format!("/proc/{}/fd/{}", std::process::id(), open.as_raw_fd());
    let node = Node::start_at(read_only.as_ref(), &OFTEN);
    node.signed_in("ada@example.com");
    assert_eq!(node.ready()["status"], "ready");
    assert_eq!(node.logged(&["WARN", "key ring's generation not registered or not compared"]), 1);
    assert!(node.metric("gingersnap_keyring_registration_failures_total") >= 1.0);
}
