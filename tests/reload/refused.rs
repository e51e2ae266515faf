//! Rings that do not take the place of the one in use.

use super::place::Fault;
use super::*;

/// Starts a node with a ring of generation 2, puts something in its place, and returns the events.
async fn says(put: impl FnOnce(&Place, &Keyring)) -> Vec<String> {
    let first = ring();
    let second = rotated(&first);
    let place = Place::of(&second);
    let node = Running::start(&place, |it| it).await;
    seconds(5.0).await;
    let loaded_at = node.keyring.loaded_at();
    put(&place, &first);
    seconds(1.3).await;
    assert_eq!(*node.keyring.get().to_bytes(), *second.to_bytes(), "the ring in use stays");
    let events = node.events();
    seconds(100.0).await;
    assert_eq!(*node.keyring.get().to_bytes(), *second.to_bytes(), "and stays");
    assert!(node.keyring.loaded_at().unix() <= loaded_at.unix() + 1, "it counts as found to be the newest");
    place.with(|state| state.fault = None);
    let third = rotated(&second);
    place.put(&third.to_bytes());
    node.events();
    seconds(1.3).await;
    assert_eq!(
        (node.generation(), node.events()),
        (3, vec!["2 -> 3".to_owned()]),
        "a good one is taken again"
    );
    events
}

#[track_caller]
fn each_is(events: &[String], message: &str) {
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(event, message);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lower_generation_is_refused() {
    let events = says(|place, first| place.put(&first.to_bytes())).await;
    each_is(&events, "generation 1 is older than generation 2, which is in use");
}

#[tokio::test(start_paused = true)]
async fn another_ring_of_the_same_generation_is_refused() {
    let events = says(|place, first| place.put(&rotated(first).to_bytes())).await;
    each_is(&events, "there are two different rings of generation 2");
}

#[tokio::test(start_paused = true)]
async fn a_ring_of_another_id_is_refused() {
    let events = says(|place, _| place.put(&ring().to_bytes())).await;
    assert!(
        events.iter().all(|event| event.starts_with("ring ") && event.contains(" is not ring ")),
        "{events:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_no_ring_is_refused() {
    each_is(&says(|place, _| place.put(b"")).await, "the key ring is empty");
    each_is(&says(|place, _| place.put(b"{}")).await, "these bytes do not begin as a key ring does");
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_keystore_leaves_the_ring_in_use() {
    let events = says(|place, _| place.with(|state| state.fault = Some(Fault::Fails))).await;
    each_is(&events, "input/output error");
}

#[tokio::test(start_paused = true)]
async fn a_keystore_that_hangs_is_given_ten_seconds() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it).await;
    seconds(5.0).await;
    place.with(|state| state.fault = Some(Fault::Hangs));
    seconds(9.0).await;
    assert!(node.events().is_empty());
    seconds(3.0).await;
    assert_eq!(node.events(), ["the keystore did not answer within 10 s"]);
    place.with(|state| state.fault = None);
    seconds(12.0).await;
    assert!(node.keyring.loaded_at().unix() >= START + 25, "it is asked again");
}

/// The next generation cut off after each of its bytes, and then whole.
#[tokio::test(start_paused = true)]
async fn no_part_of_a_ring_is_ever_taken() {
    let old = ring();
    let newer = rotated(&old).to_bytes();
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    seconds(1.0).await;
    for len in 0..newer.len() {
        place.put(&newer[..len]);
        (node.reload_now)();
        seconds(0.1).await;
        assert_eq!((node.generation(), node.events().len()), (1, 1), "cut after {len} bytes");
    }
    place.put(&newer);
    (node.reload_now)();
    seconds(0.1).await;
    assert_eq!(node.generation(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_start_without_a_ring_fails() {
    let nothing = Place::default();
    let error = Reloader::start_by(nothing.clone(), clock()).await.unwrap_err();
    assert_eq!(error.to_string(), "the key ring is empty");
    nothing.with(|state| state.fault = Some(Fault::Fails));
    let error = Reloader::start_by(nothing, clock()).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.hint()), ("input/output error", None));
}

#[tokio::test]
async fn a_start_without_a_file_says_how_to_make_one_also_where_main_prints_the_error() {
    let nowhere = gingersnap::keystore::FileKeystore::new("/nowhere/keys.json");
    let error = Reloader::start(nowhere).await.unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "cannot read /nowhere/keys.json: no such file or directory\n\
         hint: `gingersnap keys init` makes a ring; for development there is `FileKeystore::for_development()`"
    );
}
