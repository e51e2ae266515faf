//! A ring that changes while a node serves.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use crate::{
    help::{Dir, Server, read_all, status},
    node::{Node, OFTEN, Ring, SELDOM, key_of, keys_at, until, until_read, while_people_ask},
};

#[test]
fn a_rotation_reaches_a_node_and_nobody_is_signed_out() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let old = ring.key("active");
    let mut ada = node.signed_in("ada@example.com");
    assert_eq!(key_of(&ada, "__Host-id"), old);

    while_people_ask(&node, 2, || {
        ring.keys(&["rotate", "--now"]);
        node.until_ready("generation", 2);
    });
    let new = ring.key("active");
    assert_ne!(new, old);
    assert_eq!(node.ready()["active_key"], new);

    // Her login is still the one of the old key; what she changes now is sealed under the new one.
    ada.get("/session").says("ada@example.com");
    ada.submit("/cart-items", "item=gingersnaps&qty=3");
    assert_eq!([key_of(&ada, "__Host-id"), key_of(&ada, "__Host-session-own")], [old, new.clone()]);
    assert_eq!(key_of(&node.signed_in("bob@example.com"), "__Host-id"), new);
    until("it is logged", || node.logged(&["INFO", "key ring reloaded from=1 to=2"]) == 1);
}

#[test]
fn a_promoted_key_seals_on_the_node_too() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let mut ada = node.signed_in("ada@example.com");
    let standby = ring.key("standby");
    ring.keys(&["promote", &standby]);
    node.until_ready("active_key", standby.as_str());
    ada.get("/session").says("ada@example.com");
    assert_eq!(key_of(&node.signed_in("bob@example.com"), "__Host-id"), standby);
}

#[test]
fn a_revoked_key_opens_nothing_more_on_the_node() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let mut ada = node.signed_in("ada@example.com");
    ring.keys(&["emergency", "--yes"]);
    node.until_ready("generation", 2);
    ada.get("/session").does_not_say("ada@example.com");
}

/// On the attack page: its routers in memory have the ring in use as well.
#[test]
fn the_attacks_go_by_the_ring_in_use() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    ring.keys(&["rotate", "--now"]);
    ring.keys(&["rotate", "--now"]);
    node.until_ready("generation", 3);
    // Sealed by a key that the first ring did not have.
    let mut ada = node.signed_in("ada@example.com");
    let page = ada.post("/attacks", "attack=replay");
    page.says("to the shop this is ada@example.com");
    page.does_not_say("refused, unknown_key");
}

/// Publishes as the kubelet does with a Secret: a new directory, and `..data` that leads to it, renamed into place.
fn publish(mount: &Path, version: &str, ring: &Path) {
    let folder = mount.join(version);
    fs::create_dir(&folder).expect("a directory");
    fs::copy(ring, folder.join("ring.json")).expect("a copy");
    fs::set_permissions(folder.join("ring.json"), Permissions::from_mode(0o440)).expect("a mode");
    symlink(version, mount.join("..data_tmp")).expect("a link");
    fs::rename(mount.join("..data_tmp"), mount.join("..data")).expect("renames");
}

#[test]
fn a_secret_that_kubernetes_swaps_is_followed() {
    let (ring, mount) = (Ring::new(), Dir::new());
    publish(mount.path(), "..2026_01_31_12_00_00.1", &ring.path());
    let path = mount.path().join("ring.json");
    symlink("..data/ring.json", &path).expect("a link");
    let options = [&OFTEN[..], &["--allow-group-read"]].concat();
    let node = Node::start_at(&path, &options);
    while_people_ask(&node, 2, || {
        for generation in 2..5 {
            ring.keys(&["rotate", "--now"]);
            publish(mount.path(), &format!("..2026_01_31_12_00_00.{generation}"), &ring.path());
            let old = format!("..2026_01_31_12_00_00.{}", generation - 1);
            fs::remove_dir_all(mount.path().join(old)).expect("removes");
            node.until_ready("generation", generation);
        }
    });
    assert_eq!(node.metric("gingersnap_keyring_reload_failures_total"), 0.0);
}

#[test]
fn sighup_reloads_at_once() {
    let ring = Ring::new();
    let node = Node::start(&ring, &SELDOM);
    ring.keys(&["rotate", "--now"]);
    assert_eq!(node.ready()["generation"], 1);
    node.server.signal("-HUP");
    node.until_ready("generation", 2);
    until("it is logged", || node.logged(&["INFO", "SIGHUP: reloading the key ring"]) == 1);
    assert_eq!(node.metric("gingersnap_keyring_reloads_total"), 1.0);
    assert_eq!(node.metric("gingersnap_keyring_reloads_total{result=\"replaced\"}"), 1.0);
}

#[test]
fn sighup_does_not_kill_while_stopping() {
    use std::io::Write as _;
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let mut partial = server.connect();
    partial.write_all(b"GET /healthz HTTP/1.1\r\n").expect("writes");
    until_read(&server, &partial);
    server.signal("-TERM");
    until("nobody is let in", || std::net::TcpStream::connect(server.address).is_err());
    server.signal("-HUP");
    partial.write_all(b"host: a\r\n\r\n").expect("writes");
    assert_eq!(status(&read_all(&mut partial)), 200);
    server.signal("-HUP");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_node_says_what_it_holds_and_that_it_has_stopped() {
    let ring = Ring::new();
    let mut node = Node::start(&ring, &[&OFTEN[..], &["--node", "blue"]].concat());
    let said = || fs::read_to_string(ring.folder().join("ring.json.nodes/blue")).unwrap_or_default();
    until("it says what it holds", || said().contains("\"generation\":1,"));
    keys_at(&ring.path(), &["rotate", "--now"]);
    until("it says the next", || said().contains("\"generation\":2,"));
    assert!(said().contains("\"stopped\":false"), "{}", said());
    node.server.signal("-TERM");
    assert_eq!(node.server.wait().code(), Some(0));
    assert!(said().contains("\"stopped\":true"), "{}", said());
}
