//! A ring that is replaced under its users.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use gingersnap::keyring::{KeyState, Succession};
use gingersnap::testing::Browser;

use super::*;

/// A ring of 64 keys that is replaced a thousand times while four browsers ask.
#[test]
fn replacing_a_large_ring_loses_no_request() {
    let now = Timestamp::from_unix(START);
    let mut next = ring();
    while next.keys().len() < 64 {
        next = next.add(Suite::default(), "", now, &mut random).unwrap();
    }
    let other = next.keys()[63].id();
    let keyring = LiveKeyring::new(next.clone(), now);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&keyring, &over))).collect();
        for _ in 0..1000 {
            // One of the 64 goes off and on: each time another ring, under the sessions of the active key.
            next = match next.state(next.key(other).unwrap(), now) {
                KeyState::Disabled => next.enable(other, now),
                _ => next.disable(other, now, &mut random),
            }
            .unwrap();
            assert_eq!(keyring.replace(next.clone(), now), Ok(Succession::Newer));
        }
        over.store(true, Ordering::Relaxed);
        for asked in asking {
            assert!(asked.join().unwrap() > 10);
        }
    });
}

/// Signs in and asks until it is over; returns the number of requests.
fn ask(keyring: &LiveKeyring, over: &AtomicBool) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut browser = Browser::new(app(keyring.clone()));
        browser.get("/in").await;
        let mut asked = 0;
        while !over.load(Ordering::Relaxed) {
            assert_eq!(browser.get("/who").await.body, "ann");
            asked += 1;
        }
        asked
    })
}

#[test]
fn clones_share_the_ring() {
    let (old, now) = (ring(), Timestamp::from_unix(START));
    let keyring = LiveKeyring::new(old.clone(), now);
    let clone = keyring.clone();
    assert_eq!(keyring.replace(rotated(&old), now.plus(1)), Ok(Succession::Newer));
    assert_eq!((clone.get().generation(), clone.loaded_at()), (2, now.plus(1)));
}

#[test]
fn what_is_refused_replaces_nothing() {
    let (old, now) = (ring(), Timestamp::from_unix(START));
    let newer = rotated(&old);
    let keyring = LiveKeyring::new(newer.clone(), now);
    keyring.replace(old, now.plus(5)).unwrap_err();
    assert_eq!((keyring.get().generation(), keyring.loaded_at()), (2, now));
    assert_eq!(keyring.replace(newer, now.plus(6)), Ok(Succession::Same));
    assert_eq!(keyring.loaded_at(), now.plus(6));
}

/// Two that replace at once: the newest stays, whichever was last.
#[test]
fn of_many_replacements_at_once_the_newest_stays() {
    let now = Timestamp::from_unix(START);
    for _ in 0..50 {
        let mut rings = vec![ring()];
        for _ in 0..8 {
            rings.push(rotated(rings.last().unwrap()));
        }
        let keyring = LiveKeyring::new(rings.remove(0), now);
        thread::scope(|scope| {
            for ring in rings {
                scope.spawn(|| keyring.replace(ring, now));
            }
        });
        assert_eq!(keyring.get().generation(), 9);
    }
}

#[test]
fn debug_shows_no_secret() {
    let keyring = LiveKeyring::from(ring());
    let text = format!("{keyring:?}");
    assert!(text.starts_with("LiveKeyring(Keyring { ring_id: ") && !text.contains("secret"), "{text}");
}
