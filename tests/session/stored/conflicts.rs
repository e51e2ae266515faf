//! Two requests at once on one row: nothing is lost, and nothing is done twice.

use axum::Router;
use axum::routing::{any, get};
use gingersnap::store::Op;
use gingersnap::{Identity, Map, Place, Session, SessionData, SessionError, SessionLayer, View};

use super::faulty::{Faulty, another};
use super::{RING, all_stored, shop_at};
use crate::browser::{Browser, TestClock};
use crate::events::Events;
use crate::steps::{does, shows};

/// The cart has no merge of its own.
#[tokio::test]
async fn a_form_whose_change_does_not_merge_is_409_and_stores_nothing() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    let answer = browser.post("/add-late", "").await;
    assert_eq!((answer.status, answer.sets().as_str()), (409, ""));
    assert_eq!(answer.error, Some(SessionError::Conflict));
    shows(&mut browser, "nobody: tea milk").await;
    // It may be sent again.
    assert_eq!(browser.post("/add-late/show", "").await.body, "nobody: tea milk late");
}

/// Story 17: a counter in a middleware, and one page with six requests.
#[tokio::test]
async fn a_request_that_only_reads_gives_way_and_its_page_goes_out() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    let events = Events::start();
    does(&mut browser, "/add-late/show", "", "nobody: tea late").await;
    let gave_way = "WARN change of a request that only reads dropped: another request was faster cookie=\"__Host-session\"";
    assert_eq!(events.take(), [gave_way]);
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn changes_that_merge_are_both_kept_whatever_the_method() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let mut other = Browser::new(shop_at(Place::Store, &store, &TestClock::new()));
    other.get("/wish-tea").await;
    let mut browser = other;
    // `Wishes` merges at a sign-in alone: its merge insists on an empty base.
    let (map, store) = maps();
    browser = browser.moved_to(map);
    browser.jar.clear();
    browser.get("/put/a/1").await;
    store.next(another(&browser, "/put/b/2"));
    assert_eq!(browser.get("/put/c/3").await.status, 200);
    assert_eq!(browser.get("/").await.body, "a=1 b=2 c=3");
    store.next(another(&browser, "/put/a/4"));
    assert_eq!(browser.post("/put/a/5", "").await.status, 409);
    store.next(another(&browser, "/put/a/6"));
    assert_eq!(browser.post("/put/a/6", "").await.status, 200, "the same on both sides");
    store.next(another(&browser, "/remove/b"));
    assert_eq!(browser.post("/put/d/7", "").await.status, 200);
    store.next(another(&browser, "/put/a/8"));
    assert_eq!(browser.post("/remove/a", "").await.status, 409);
    assert_eq!(browser.get("/").await.body, "a=8 c=3 d=7");
}

/// Story 6: an item moves from one session to another.
#[tokio::test]
async fn of_two_stored_sessions_of_one_request_both_are_written_or_neither() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea/wish-milk").await;
    store.next(another(&browser, "/add-more"));
    assert_eq!(browser.post("/add-milk/unwish", "").await.status, 409);
    does(&mut browser, "/all", "", "nobody: tea more | milk | ").await;
    store.next(another(&browser, "/add-end"));
    assert_eq!(browser.get("/add-milk/unwish").await.status, 200, "both give way");
    does(&mut browser, "/all", "", "nobody: tea more end | milk | ").await;
}

#[tokio::test]
async fn a_save_in_a_conflict_tells_the_handler() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    let answer = browser.post("/take/add-late/save/status-503", "").await;
    assert_eq!(answer.body, "Conflict");
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn a_session_that_another_tab_destroyed_is_a_conflict_for_a_form() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    store.next(another(&browser, "/take/destroy"));
    assert_eq!(browser.post("/add-late", "").await.status, 409);
    shows(&mut browser, "ann: ").await;
    assert_eq!(browser.post("/add-late/show", "").await.body, "ann: late");
}

/// Table G: 409, not 500.
#[tokio::test]
async fn a_guests_form_while_another_tab_signs_in_is_a_conflict() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let mut ann = browser.clone();
    store.next(another(&browser, "/in-ann"));
    let answer = browser.post("/add-late", "").await;
    assert_eq!((answer.status, answer.sets().as_str()), (409, ""));
    ann.get("/in-ann").await;
    shows(&mut ann, "ann: tea").await;
}

#[tokio::test]
async fn a_busy_tab_fails_no_sign_in_and_what_it_wrote_is_adopted() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    store.next(another(&browser, "/add-more"));
    assert_eq!(browser.post("/in-ann", "").await.sets(), "__Host-id __Host-session-own -__Host-session");
    shows(&mut browser, "ann: tea milk more").await;
}

#[tokio::test]
async fn after_three_conflicts_a_sign_in_leaves_the_row_a_guests() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    for path in ["/add-a", "/add-b", "/add-c"] {
        store.next(another(&browser, path));
    }
    assert_eq!(browser.post("/in-ann", "").await.sets(), "__Host-id");
    shows(&mut browser, "ann: tea a b c").await;
    does(&mut browser, "/add-d/show", "__Host-session-own -__Host-session", "ann: tea a b c d").await;
}

#[tokio::test]
async fn beside_a_sign_in_a_change_in_a_conflict_is_dropped_and_the_rest_goes() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    let events = Events::start();
    let answer = browser.post("/add-late/renew", "").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id"));
    assert!(events.take()[0].starts_with("WARN session not sent beside a sign-in or sign-out"));
    shows(&mut browser, "ann: tea milk").await;
}

#[tokio::test]
async fn commit_makes_each_change_once_however_many_are_at_it() {
    let (app, _) = maps();
    let mut browser = Browser::new(app);
    browser.get("/put/other/1").await;
    let tasks = (0..64).map(|_| {
        let mut tab = browser.clone();
        tokio::spawn(async move { tab.get("/count").await.status })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), 200);
    }
    assert_eq!(browser.get("/").await.body, "n=64 other=1");
}

#[tokio::test]
async fn commit_starts_anew_on_what_another_request_wrote() {
    let (app, store) = maps();
    let mut browser = Browser::new(app);
    browser.get("/count").await;
    for _ in 0..5 {
        store.next(another(&browser, "/count"));
    }
    // Five are faster, each by one.
    assert_eq!(browser.get("/count").await.body, "6");
    assert_eq!(browser.get("/").await.body, "n=7");
}

#[tokio::test]
async fn commit_stores_first_what_is_pending() {
    let (app, store) = maps();
    let mut browser = Browser::new(app);
    browser.get("/count").await;
    store.taken();
    assert_eq!(browser.get("/put-and-count/x").await.body, "1");
    let asked = store.taken();
    assert!(matches!(asked[..], [Op::Replace { was: 1, .. }, Op::Replace { was: 2, .. }]), "{asked:?}");
    assert_eq!(browser.get("/").await.body, "n=2 x=1");
}

#[tokio::test]
async fn in_a_cookie_commit_is_a_change_and_a_save() {
    let (_, store) = Faulty::and_clock();
    let mut browser = Browser::new(map_routes(Place::Cookie, &store));
    assert_eq!(browser.get("/count").await.sets(), "__Host-map");
    browser.get("/count").await;
    assert_eq!(browser.get("/").await.body, "n=2");
    assert!(store.taken().is_empty());
}

/// A clear changes every name.
#[test]
fn a_map_merges_by_name_and_a_name_that_is_not_there_is_a_value() {
    let map = |text: &str| {
        let mut map = Map::default();
        for pair in text.split_whitespace() {
            let (name, value) = pair.split_once('=').unwrap();
            map.insert(name, value);
        }
        map
    };
    for (base, ours, theirs, merged) in [
        ("a=1", "a=1", "a=2", Some("a=2")),
        ("a=1", "a=2", "a=1", Some("a=2")),
        ("a=1", "a=2", "a=2", Some("a=2")),
        ("a=1", "a=2", "a=3", None),
        ("a=1 b=1", "b=1", "a=1 b=2", Some("b=2")),
        ("a=1 b=1", "b=1", "a=2 b=1", None),
        ("a=1 b=1", "a=2 b=1", "b=1", None),
        ("a=1", "a=1 b=1", "a=1 c=1", Some("a=1 b=1 c=1")),
        ("", "b=1", "b=2", None),
        ("", "b=1", "", Some("b=1")),
        ("a=1", "", "a=1 b=1", None),
        ("a=1", "a=1 b=1", "", None),
        ("a=1", "", "a=1", Some("")),
        ("a=1", "", "", Some("")),
    ] {
        let result = Map::merge(&map(base), &map(ours), &map(theirs));
        assert_eq!(result, merged.map(map), "{base} | {ours} | {theirs}");
        if let Some(result) = result {
            assert_eq!(
                Map::merge(&map(base), &result, &map(theirs)),
                Some(result),
                "{base} | {ours} | {theirs}"
            );
        }
    }
}

pub(super) fn maps() -> (Router, Faulty) {
    let (_, store) = Faulty::and_clock();
    (map_routes(Place::Store, &store), store)
}

fn map_routes(place: Place, store: &Faulty) -> Router {
    use axum::extract::Path;
    let put = async |Path((name, value)): Path<(String, i64)>, mut map: Session<Map>| {
        map.insert(&name, value);
    };
    let in_and_put =
        async |Path((name, value)): Path<(String, i64)>, mut who: Identity, mut map: Session<Map>| {
            who.sign_in("ann").await.unwrap();
            map.insert(&name, value);
        };
    let remove = async |Path(name): Path<String>, mut map: Session<Map>| {
        map.remove(&name);
    };
    let count = async |mut map: Session<Map>| -> Result<String, SessionError> {
        let count = map.commit(|map| {
            let n = map.get::<i64>("n").unwrap_or_default();
            map.insert("n", n + 1);
            n
        });
        count.await.map(|n| n.to_string())
    };
    let put_and_count =
        async |Path(name): Path<String>, mut map: Session<Map>| -> Result<String, SessionError> {
            map.insert(&name, 1);
            let count = map.commit(|map| {
                let n = map.get::<i64>("n").unwrap_or_default();
                map.insert("n", n + 1);
                n
            });
            count.await.map(|n| n.to_string())
        };
    let show = async |map: View<Map>| {
        let pairs = map.iter().map(|(name, _)| format!("{name}={}", map.get::<i64>(name).unwrap()));
        pairs.collect::<Vec<_>>().join(" ")
    };
    let layer = SessionLayer::builder(RING.clone(), "tests")
        .store(store.clone())
        .session::<Map>("map")
        .place(place)
        .clock(TestClock::new());
    Router::new()
        .route("/put/{name}/{value}", any(put))
        .route("/in-and-put/{name}/{value}", any(in_and_put))
        .route("/remove/{name}", any(remove))
        .route("/count", any(count))
        .route("/put-and-count/{name}", any(put_and_count))
        .route("/", get(show))
        .layer(layer.build().unwrap())
}
