//! The places of a session, and its move to the store.

use gingersnap::store::{MemoryStore, Op};
use gingersnap::{BuildError, Map, Place, SessionLayer, Timestamp};

use super::faulty::Faulty;
use super::{RING, all_stored, sessions, shop_at, shop_of, value};
use crate::browser::{Browser, Cart, START, TestClock, Theme, ring, with_ring};
use crate::events::Events;
use crate::steps::{Wishes, does, shop, shows};

#[tokio::test]
async fn what_does_not_fit_its_cookie_moves_to_the_store_with_one_cookie_and_one_row() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    browser.get("/add-tea").await;
    assert!(store.taken().is_empty(), "it fits");
    let events = Events::start();
    does(&mut browser, "/big-5000", "__Host-session", "").await;
    assert!(matches!(store.taken().as_slice(), [Op::Insert { owner: None, .. }]));
    assert_eq!(
        events.take(),
        ["INFO session moved to the store: it does not fit its cookie cookie=\"__Host-session\""]
    );
    assert_eq!(value(&browser, "__Host-session").len(), 96);
    assert!(browser.get("/show").await.body.starts_with("nobody: tea xxxx"));
}

#[tokio::test]
async fn once_in_the_store_a_session_stays_there_and_a_write_sets_no_cookie() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    browser.get("/big-5000").await;
    let pointer = value(&browser, "__Host-session");
    does(&mut browser, "/empty/add-tea", "", "").await;
    assert_eq!(value(&browser, "__Host-session"), pointer);
    shows(&mut browser, "nobody: tea").await;
    // Also where the layer keeps all in cookies again.
    let mut browser = browser.moved_to(shop_at(Place::Cookie, &store, &clock));
    does(&mut browser, "/add-milk/show", "", "nobody: tea milk").await;
}

#[tokio::test]
async fn what_the_other_cookies_leave_no_room_for_moves_too() {
    let (clock, store) = Faulty::and_clock();
    let app = shop_of(sessions(Place::CookieThenStore, &store, &clock).request_budget(4_096));
    let mut browser = Browser::new(app);
    browser.get("/big-2500").await;
    assert!(store.taken().is_empty());
    let wish = format!("/wish-{}", "w".repeat(2_000));
    let answer = browser.get(&wish).await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-wishes"));
    assert!(matches!(store.taken().as_slice(), [Op::Insert { .. }]));
    assert_eq!(value(&browser, "__Host-wishes").len(), 96);
}

#[tokio::test]
async fn what_is_kept_in_the_store_is_there_from_its_first_write() {
    let (mut browser, store) = all_stored();
    does(&mut browser, "/add-tea", "__Host-session", "").await;
    assert_eq!(value(&browser, "__Host-session").len(), 96);
    assert!(matches!(store.taken().as_slice(), [Op::Insert { .. }]));
    does(&mut browser, "/add-milk/show", "", "nobody: tea milk").await;
    let [Op::Replace { was: 1, record, .. }] = &store.taken()[..] else { panic!() };
    assert_eq!(record.version, 2);
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn a_session_in_a_cookie_asks_the_store_for_none_of_its_data() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    for path in ["/add-tea", "/show", "/in-ann", "/add-milk/show", "/renew", "/take/destroy", "/out"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    // Who is signed in is told to the store, with one call each.
    let is_told = |op: &Op| matches!(op, Op::Enter { .. } | Op::End { .. });
    assert!(store.taken().iter().all(is_told));
    assert_eq!(*store.loads.lock().unwrap(), 0);
}

/// Story 13: an old cookie would be a replay.
#[tokio::test]
async fn a_cookie_of_what_is_kept_in_the_store_is_dead_unless_it_is_of_before_the_move() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    browser.get("/add-tea").await;
    let mut strict = browser.moved_to(shop_at(Place::Store, &store, &clock));
    shows(&mut strict, "nobody: ").await;
    does(&mut strict, "/add-milk/show", "__Host-session", "nobody: milk").await;
    let since = |at| shop_at(Place::StoreSince(Timestamp::from_unix(at)), &store, &clock);
    shows(&mut browser.moved_to(since(START)), "nobody: ").await;
    let mut moved = browser.moved_to(since(START + 1));
    shows(&mut moved, "nobody: tea").await;
    does(&mut moved, "/add-more", "__Host-session", "").await;
    assert_eq!(value(&moved, "__Host-session").len(), 96);
}

#[tokio::test]
async fn a_pointer_at_a_layer_without_a_store_is_left_alone_with_an_error_event() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let mut without = browser.moved_to(shop(with_ring(RING.clone(), &TestClock::new())));
    let events = Events::start();
    shows(&mut without, "nobody: ").await;
    let event = &events.take()[0];
    assert!(
        event.starts_with("ERROR cookie refused cookie=\"__Host-session\" reason=\"no_store\""),
        "{event}"
    );
    let answer = without.get("/add-milk").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
    shows(&mut browser, "nobody: tea").await;
}

#[tokio::test]
async fn a_pointer_is_sent_anew_with_a_write_once_it_is_a_tenth_of_the_longest_session_old() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Store, &store, &clock));
    browser.get("/in-ann/add-tea").await;
    let tenth = ring().longest_session() / 10;
    clock.set(START + tenth - 1);
    browser.get("/in-ann").await;
    does(&mut browser, "/add-milk", "", "").await;
    clock.set(START + tenth);
    does(&mut browser, "/show", "", "ann: tea milk").await;
    does(&mut browser, "/add-more", "__Host-session-own", "").await;
    does(&mut browser, "/add-end/show", "", "ann: tea milk more end").await;
}

#[tokio::test]
async fn a_row_lives_a_minute_longer_than_it_is_read() {
    let (clock, store) = Faulty::and_clock();
    let lasting = |it: gingersnap::SessionLayerBuilder| it.session::<Map>("map").lasting(1_000);
    let app = shop_of(lasting(sessions(Place::Store, &store, &clock)));
    let mut browser = Browser::new(app);
    let life = |op: &Op| match op {
        Op::Insert { lifetime, .. } | Op::Replace { lifetime, .. } => Some(*lifetime),
        Op::Enter { .. } => None,
        other => panic!("{other:?}"),
    };
    browser.get("/add-tea").await;
    let absolute = 86_400;
    assert_eq!(store.taken().iter().filter_map(life).collect::<Vec<_>>(), [absolute + 60]);
    clock.advance(100);
    browser.get("/add-milk").await;
    assert_eq!(store.taken().iter().filter_map(life).collect::<Vec<_>>(), [absolute - 100 + 60]);
    browser.get("/in-ann").await;
    assert_eq!(store.taken().iter().filter_map(life).collect::<Vec<_>>(), [ring().longest_session() + 60]);
}

#[tokio::test]
async fn a_record_has_a_limit_of_its_own() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_of(sessions(Place::Store, &store, &clock).record_limit(1_000)));
    let answer = browser.get("/big-1000").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    let text = answer.error.unwrap().to_string();
    assert!(
        text.contains("__Host-session needs 10") && text.contains("may have 1000; bytes by field: lines 1"),
        "{text}"
    );
    assert!(store.taken().is_empty());
}

#[tokio::test]
async fn what_empties_everything_removes_the_rows_of_the_persons_sessions_and_of_the_browsers() {
    for path in ["/clear", "/all/clear", "/clear/status-500"] {
        let (clock, store) = Faulty::and_clock();
        let themes = SessionLayer::builder(RING.clone(), "tests").store(store.clone()).clock(clock);
        let themes = themes.browser_session::<Theme>("theme").place(Place::Store);
        let sessions = themes.session::<Cart>("session").place(Place::Store).session::<Wishes>("wishes");
        let mut browser = Browser::new(shop_of(sessions));
        browser.get("/theme-dark/in-ann/add-rye").await;
        let rows: Vec<_> = store.taken().iter().filter_map(|op| op.record().and(op.record_id())).collect();
        assert_eq!(rows.len(), 2);
        browser.get(path).await;
        assert_eq!(browser.cookies(), "", "{path}");
        for id in rows {
            assert!(store.record(id).await.is_none(), "{path}");
        }
    }
}

#[test]
fn a_place_without_a_store_and_a_limit_that_could_not_be_are_refused() {
    let layer = || SessionLayer::builder(ring(), "tests").session::<Map>("session");
    let refused = layer().place(Place::Store).build().unwrap_err();
    assert_eq!(refused, BuildError::NoStore { name: "session".into() });
    assert!(refused.to_string().contains("add `.store(…)`"));
    for bytes in [0, 1_048_577] {
        let refused = layer().store(MemoryStore::new()).record_limit(bytes).build().unwrap_err();
        assert_eq!(refused, BuildError::BadRecordLimit(bytes));
    }
    let first = SessionLayer::builder(ring(), "tests").place(Place::Cookie).build().unwrap_err();
    assert_eq!(first, BuildError::NoSession);
    assert!(layer().store(MemoryStore::new()).place(Place::Store).record_limit(1_048_576).build().is_ok());
}
