//! The times at which a ring is loaded again.

use gingersnap::testing::Browser;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_newer_ring_is_in_use_within_one_and_a_fifth_of_the_interval() {
    let old = ring();
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.every(Duration::from_secs(30))).await;
    place.put(&rotated(&old).to_bytes());
    seconds(23.0).await;
    assert_eq!(node.generation(), 1, "before four fifths of the interval");
    seconds(14.0).await;
    assert_eq!((node.generation(), node.events()), (2, vec!["1 -> 2".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn the_interval_has_jitter() {
    let place = Place::of(&ring());
    let _node = Running::start(&place, |it| it.every(Duration::from_secs(100))).await;
    let mut at = Vec::new();
    let start = Instant::now();
    while at.len() < 20 {
        let loads = place.loads();
        while place.loads() == loads {
            assert!(start.elapsed() < HOUR, "nothing is loaded any more");
            sleep(Duration::from_millis(100)).await;
        }
        at.push(start.elapsed());
    }
    let apart: Vec<f64> = at.windows(2).map(|two| (two[1] - two[0]).as_secs_f64()).collect();
    assert!(apart.iter().all(|apart| (79.0..=121.0).contains(apart)), "{apart:?}");
    let spread =
        apart.iter().copied().fold(f64::MIN, f64::max) - apart.iter().copied().fold(f64::MAX, f64::min);
    assert!(spread > 2.0, "no jitter: {apart:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ring_that_is_still_the_newest_counts_as_loaded_anew() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it).await;
    seconds(100.0).await;
    assert!(node.keyring.loaded_at().unix() >= START + 98);
    assert!(node.events().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hint_loads_at_once() {
    let old = ring();
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    seconds(5.0).await;
    place.put(&rotated(&old).to_bytes());
    place.hint();
    seconds(0.2).await;
    assert_eq!(node.generation(), 2);
}

#[tokio::test(start_paused = true)]
async fn hints_without_end_load_twenty_times_a_second_at_most() {
    let place = Place::of(&ring());
    let _node = Running::start(&place, |it| it.every(HOUR)).await;
    for _ in 0..5000 {
        place.hint();
        sleep(Duration::from_millis(1)).await;
    }
    assert!((50..=102).contains(&place.loads()), "{} loads in 5 s", place.loads());
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_gets_a_reload_at_once() {
    let old = ring();
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    seconds(5.0).await;
    place.put(&rotated(&old).to_bytes());
    (node.reload_now)();
    seconds(0.2).await;
    assert_eq!(node.generation(), 2);
}

/// A browser that signed in at a node with `newer`, and now asks the one with `keyring`.
async fn moved(keyring: &LiveKeyring, newer: &Keyring) -> Browser<Router> {
    let mut browser = Browser::new(app(LiveKeyring::new(newer.clone(), Timestamp::from_unix(START))));
    browser.get("/in").await;
    browser.moved_to(app(keyring.clone()))
}

#[tokio::test(start_paused = true)]
async fn a_token_of_an_unknown_key_loads_the_ring_within_a_second_and_stays() {
    let old = ring();
    // After two rotations the key that seals is one that the old ring does not have.
    let newer = rotated(&rotated(&old));
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    seconds(5.0).await;
    let mut browser = moved(&node.keyring, &newer).await;
    place.put(&newer.to_bytes());
    let answer = browser.get("/who").await;
    assert_eq!(answer.body, "nobody");
    answer.assert_sets("");
    seconds(1.2).await;
    assert_eq!(node.generation(), 3);
    assert_eq!(browser.get("/who").await.body, "ann");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_keys_loads_once_a_second_in_all() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    let mut browsers = Vec::new();
    for _ in 0..10 {
        browsers.push(moved(&node.keyring, &ring()).await);
    }
    let before = place.loads();
    for _ in 0..100 {
        for browser in &mut browsers {
            assert_eq!(browser.get("/who").await.body, "nobody");
        }
        seconds(0.1).await;
    }
    let loads = place.loads() - before;
    assert!((8..=10).contains(&loads), "{loads} loads in 10 s");
    assert_eq!(node.keyring.unknown_keys(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_is_over_loads_no_more() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    moved(&node.keyring, &ring()).await.get("/who").await;
    seconds(3.0).await;
    let loads = place.loads();
    seconds(600.0).await;
    assert_eq!(place.loads(), loads);
}

#[tokio::test(start_paused = true)]
async fn known_keys_load_nothing() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it.every(HOUR)).await;
    let mut browser = Browser::new(app(node.keyring.clone()));
    browser.get("/in").await;
    for _ in 0..100 {
        assert_eq!(browser.get("/who").await.body, "ann");
        seconds(0.1).await;
    }
    assert_eq!((place.loads(), node.keyring.unknown_keys()), (1, 0));
}
