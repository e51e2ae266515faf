//! Encrypted rings that change while nodes serve.
#![cfg(feature = "reload")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gingersnap::{ReloadEvent, Reloader};

use super::*;

/// Waits until `is_so` returns true, within a time that a busy machine keeps.
#[expect(clippy::disallowed_methods, reason = "it measures time")]
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn other_recipients_are_the_same_ring_to_a_node_and_a_stranger_in_its_place_is_told() {
    let path = directory("sealed_reload").join("ring");
    let [node, other, stranger] = [Identity::generate(), Identity::generate(), Identity::generate()];
    let keystore = around(FileKeystore::new(&path), &[&node]);
    let mut random = |bytes: &mut [u8]| {
        bytes.fill(7);
        Ok(())
    };
    let first = ring();
    keystore.create(&first.to_bytes()).await.unwrap();

    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&events);
    let reloader = Reloader::start(around(FileKeystore::new(&path), &[&node])).await.unwrap();
    let reloader = reloader.every(Duration::from_millis(50)).on_event(move |event| {
        told.lock().unwrap().push(match event {
            ReloadEvent::Unchanged => return,
            ReloadEvent::Replaced { from, to } => format!("{from} -> {to}"),
            ReloadEvent::Failed(error) => error.to_string(),
            other => format!("{other:?}"),
        });
    });
    let live = reloader.keyring();
    let nodes_way = reloader.run(std::future::pending());
    let operators_way = async {
        // Encrypted for more recipients, and then in a later generation: no event came of the first change.
        let before = keystore.load().await.unwrap();
        let both = around(FileKeystore::new(&path), &[&node, &other]);
        both.store(before.bytes(), before.version()).await.unwrap();
        let unchanged = live.loaded_at();
        until("it is loaded again", || live.loaded_at() > unchanged).await;
        assert_eq!(events.lock().unwrap().as_slice(), <[String; 0]>::default());
        let now = Timestamp::from_unix(1_769_860_900);
        let next = first.add(Suite::default(), "", now, &mut random).unwrap();
        both.store(&next.to_bytes(), both.load().await.unwrap().version()).await.unwrap();
        until("the next generation is in use", || live.get().generation() == 2).await;

        // Encrypted for others alone: the ring in use stays.
        let version = both.load().await.unwrap().version();
        around(FileKeystore::new(&path), &[&stranger]).store(&next.to_bytes(), version).await.unwrap();
        until("the failure is told", || events.lock().unwrap().len() > 1).await;
        assert_eq!(live.get().generation(), 2);
        let events = events.lock().unwrap();
        assert_eq!(events[..2], ["1 -> 2", "the ring is encrypted, and no identity given opens it"]);
    };
    tokio::select! {
        () = nodes_way => panic!("it runs for ever"),
        () = operators_way => {}
    }
}
