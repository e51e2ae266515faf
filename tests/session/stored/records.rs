//! Records at rest: what whoever writes the database can do, and what they cannot.

use gingersnap::store::{Op, Record, Store as _};
use gingersnap::{Place, Timestamp};

use super::faulty::Faulty;
use super::{RING, all_stored, last_record, overwrite, sessions, shop_at, shop_of};
use crate::browser::{Browser, START, TestClock};
use crate::events::Events;
use crate::rings::rotated;
use crate::steps::{Wishes, does, routes, shows};

fn refused(reason: &str, text: &str) -> String {
    format!("ERROR cookie refused cookie=\"__Host-session\" reason=\"{reason}\" unsettled=false error={text}")
}

#[tokio::test]
async fn a_record_is_sealed_and_says_nothing() {
    let (mut browser, store) = all_stored();
    browser.get("/add-marzipan").await;
    let (_, record) = last_record(&store).await;
    assert!(!record.bytes.windows(8).any(|it| it == b"marzipan"));
    assert_eq!(record.bytes.len() % 32, 8, "40 bytes of seal, and padded to 32");
}

#[tokio::test]
async fn a_record_in_the_place_of_anothers_does_not_open() {
    let (mut ann, store) = all_stored();
    let mut bob = ann.clone();
    ann.get("/in-ann/add-tea").await;
    let (anns, record) = last_record(&store).await;
    bob.get("/in-ann/add-evil").await;
    let (_, other) = last_record(&store).await;
    assert_eq!(record.version, other.version);
    overwrite(&store, anns, other).await;
    let events = Events::start();
    shows(&mut ann, "ann: ").await;
    assert!(events.take()[0].contains("reason=\"bad_record\""));
    overwrite(&store, anns, record).await;
    shows(&mut ann, "ann: tea").await;
}

#[tokio::test]
async fn a_record_of_another_type_does_not_open() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let (carts, _) = last_record(&store).await;
    browser.get("/wish-tea").await;
    let (_, wishes) = last_record(&store).await;
    overwrite(&store, carts, wishes).await;
    shows(&mut browser, "nobody: ").await;
}

/// Story 45: the version is inside the seal.
#[tokio::test]
async fn a_record_whose_version_is_not_the_sealed_one_does_not_open_and_a_whole_older_one_does() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let (id, first) = last_record(&store).await;
    browser.get("/add-milk").await;
    let (_, second) = last_record(&store).await;
    for version in [1, 3] {
        overwrite(&store, id, Record { version, ..second.clone() }).await;
        shows(&mut browser, "nobody: ").await;
    }
    overwrite(&store, id, first).await;
    shows(&mut browser, "nobody: tea").await;
}

#[tokio::test]
async fn a_flipped_bit_a_cut_and_nothing_at_all_do_not_open() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let (id, record) = last_record(&store).await;
    let flipped = (0..record.bytes.len() * 8).step_by(7).map(|bit| {
        let mut bytes = record.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    });
    let cut = (0..record.bytes.len()).step_by(5).map(|len| record.bytes[..len].to_vec());
    for bytes in flipped.chain(cut) {
        overwrite(&store, id, Record { bytes, ..record }).await;
        shows(&mut browser, "nobody: ").await;
    }
}

/// Story 18.
#[tokio::test]
async fn a_pointer_whose_row_is_gone_is_dead_and_a_write_starts_anew() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let (id, _) = last_record(&store).await;
    let person = store.taken().iter().find_map(|op| match op {
        Op::Insert { owner, .. } => *owner,
        _ => None,
    });
    store.inner.apply(&[Op::Remove { id, owner: person }]).await.unwrap();
    let events = Events::start();
    shows(&mut browser, "ann: ").await;
    assert_eq!(
        events.take(),
        ["INFO cookie refused cookie=\"__Host-session-own\" reason=\"gone\" unsettled=false"]
    );
    does(&mut browser, "/add-milk/show", "__Host-session-own", "ann: milk").await;
    assert_ne!(last_record(&store).await.0, id);
}

#[tokio::test]
async fn a_record_outlives_a_rotation_and_moves_to_the_new_key_with_its_next_write() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Store, &store, &clock));
    browser.get("/add-tea").await;
    let ring = rotated(&RING, START + 5);
    clock.advance(10);
    let builder = gingersnap::SessionLayer::builder(ring.clone(), "tests")
        .store(store.clone())
        .session::<crate::browser::Cart>("session")
        .place(Place::Store)
        .session::<Wishes>("wishes")
        .clock(clock.clone());
    let mut browser = browser.moved_to(routes().layer(builder.build().unwrap()));
    shows(&mut browser, "nobody: tea").await;
    let key = |record: &Record| record.bytes[1..4].to_vec();
    let (_, before) = last_record(&store).await;
    does(&mut browser, "/add-milk/show", "", "nobody: tea milk").await;
    let (_, after) = last_record(&store).await;
    assert_ne!(key(&before), key(&after));
    let active = ring.active(Timestamp::from_unix(START + 10)).unwrap().id();
    assert_eq!(key(&after), active.to_bytes());
}

#[tokio::test]
async fn a_renamed_session_keeps_its_row() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Store, &store, &clock));
    browser.get("/add-tea").await;
    let builder = gingersnap::SessionLayer::builder(RING.clone(), "tests")
        .store(store.clone())
        .session::<crate::browser::Cart>("basket")
        .former_name("session", Timestamp::from_unix(START + 1_000))
        .clock(clock.clone());
    let mut browser = browser.moved_to(shop_of(builder));
    shows(&mut browser, "nobody: tea").await;
    does(&mut browser, "/add-milk/show", "__Host-basket -__Host-session", "nobody: tea milk").await;
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn other_tests_of_this_file_would_notice_a_wrong_text() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let (id, record) = last_record(&store).await;
    overwrite(&store, id, Record { version: 9, ..record }).await;
    let events = Events::start();
    shows(&mut browser, "nobody: ").await;
    let text = "the session's record in the store is not what it is kept as";
    assert_eq!(events.take(), [refused("bad_record", text)]);
    drop(sessions(Place::Store, &store, &TestClock::new()));
}
