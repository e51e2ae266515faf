//! A big ring that is swapped all the time.

use gingersnap::{
    Clock as _, Entropy as _, OsEntropy, SystemClock,
    keyring::{KeyState, Keyring},
    token::Suite,
};

use crate::node::{Node, OFTEN, Ring, while_people_ask};

#[test]
fn swapping_a_ring_of_64_keys_under_load_loses_no_request_and_signs_nobody_out() {
    let random = &mut |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let now = SystemClock.now();
    let mut keyring = Keyring::init(Suite::default(), 86_400, now, random).expect("a ring");
    while keyring.keys().len() < 64 {
        keyring = keyring.add(Suite::default(), "", now, random).expect("one more");
    }
    let ring = Ring::new();
    ring.put(&*keyring.to_bytes());
    let node = Node::start(&ring, &OFTEN);
    let first = node.ready()["active_key"].clone();
    let asked = while_people_ask(&node, 4, || {
        for _ in 0..40 {
            let now = SystemClock.now();
            let standbys = keyring.keys().iter().filter(|key| keyring.state(key, now) == KeyState::Standby);
            let next = standbys.map(|key| key.id()).next().expect("a standby");
            keyring = keyring.promote(next, now, random).expect("promotes");
            assert_eq!(keyring.keys().len(), 64);
            ring.put(&*keyring.to_bytes());
            node.server.signal("-HUP");
            node.until_ready("generation", keyring.generation());
            assert_eq!(node.ready()["active_key"], next.to_string());
        }
    });
    assert_ne!(node.ready()["active_key"], first);
    assert_eq!(node.metric("gingersnap_keyring_reloads_total{result=\"replaced\"}"), 40.0);
    assert_eq!(node.metric("gingersnap_keyring_reload_failures_total"), 0.0);
    assert!(asked > 100, "{asked}");
}
