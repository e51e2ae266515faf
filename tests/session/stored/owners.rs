//! Whose a row is.

use gingersnap::Place;
use gingersnap::store::Op;

use super::faulty::Faulty;
use super::{all_stored, last_record, shop_at, value};
use crate::browser::{Browser, START, TestClock};
use crate::events::Events;
use crate::steps::{does, shows};

/// Story 4: the row keeps its name, and the pointer moves.
#[tokio::test]
async fn a_sign_in_makes_a_guests_row_hers_and_moves_the_pointer() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let (id, _) = last_record(&store).await;
    let mallory = browser.clone();
    does(&mut browser, "/in-ann", "__Host-id __Host-session-own -__Host-session", "+__Host-session").await;
    assert_eq!(last_record(&store).await.0, id);
    shows(&mut browser, "ann: tea").await;
    // Whoever has a copy of the guest's pointer sees nothing any more, and cannot write there.
    let mut mallory = mallory;
    shows(&mut mallory, "nobody: ").await;
    mallory.get("/in-mallory/add-evil").await;
    shows(&mut browser, "ann: tea").await;
}

/// Story 66: said in SECURITY.
#[tokio::test]
async fn before_that_all_who_hold_a_guests_pointer_share_its_row() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let mut other = browser.clone();
    other.get("/add-milk").await;
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn a_sign_out_removes_her_row_and_the_guests_beside_it_and_nobody_elses() {
    let (mut browser, store) = all_stored();
    let late = browser.late("/add-milk").await;
    browser.get("/in-ann/add-tea/wish-tea").await;
    browser.keep(&late);
    let mut bob = browser.clone();
    bob.jar.retain(|name, _| name == "__Host-session-own");
    store.taken();
    let sets = "-__Host-id -__Host-session -__Host-session-own -__Host-wishes-own";
    does(&mut browser, "/out", sets, "").await;
    let removed = store.taken().iter().filter(|op| matches!(op, Op::Remove { .. })).count();
    assert!(removed >= 3, "{removed}");
    // A copy of what she had opens nothing, even when she is there again.
    bob.get("/in-ann").await;
    shows(&mut bob, "ann: ").await;
}

#[tokio::test]
async fn another_persons_pointer_is_left_alone_by_a_sign_out() {
    let (mut browser, _) = all_stored();
    browser.get("/in-ann/add-tea").await;
    browser.get("/in-bob").await;
    does(&mut browser, "/out", "-__Host-id", "").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn a_sign_out_removes_the_row_whatever_the_status_and_though_the_handler_is_dropped() {
    for path in ["/out/status-500", "/out/status-408", "/out/status-404"] {
        let (mut browser, _) = all_stored();
        browser.get("/in-ann/add-tea").await;
        let mut copy = browser.clone();
        browser.get(path).await;
        shows(&mut copy, "nobody: ").await;
        copy.get("/in-ann").await;
        shows(&mut copy, "ann: ").await;
    }
}

#[tokio::test]
async fn destroy_removes_the_row_and_the_other_tab_starts_anew() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let (id, _) = last_record(&store).await;
    let mut tab = browser.clone();
    does(&mut browser, "/take/destroy", "-__Host-session-own", "").await;
    assert!(store.record(id).await.is_none());
    shows(&mut tab, "ann: ").await;
    does(&mut tab, "/add-milk/show", "__Host-session-own", "ann: milk").await;
}

#[tokio::test]
async fn of_hers_and_a_guests_that_merge_the_row_is_hers_and_the_guests_goes() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/wish-tea").await;
    let (hers, _) = last_record(&store).await;
    browser.jar.remove("__Host-id");
    browser.get("/wish-milk").await;
    let (guests, _) = last_record(&store).await;
    store.taken();
    does(&mut browser, "/in-ann", "__Host-id -__Host-wishes", "*__Host-wishes").await;
    assert_eq!(last_record(&store).await.0, hers);
    assert!(store.record(guests).await.is_none());
    does(&mut browser, "/all", "", "ann:  | tea milk | ").await;
}

/// Whichever of the two is stored, the merged is.
#[tokio::test]
async fn hers_in_a_cookie_and_a_guests_row_become_her_row() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    browser.get("/in-ann/wish-tea").await;
    browser.jar.remove("__Host-id");
    browser.get(&format!("/wish-{}", "w".repeat(5_000))).await;
    let (guests, _) = last_record(&store).await;
    does(&mut browser, "/in-ann", "__Host-id __Host-wishes-own -__Host-wishes", "*__Host-wishes").await;
    assert_eq!(last_record(&store).await.0, guests);
    assert_eq!(value(&browser, "__Host-wishes-own").len(), 96);
    assert!(browser.get("/all").await.body.starts_with("ann:  | tea www"));
}

/// Story I6: the response of the adoption was lost; the only pointer to her row lies under the guest's name.
#[tokio::test]
async fn a_guests_pointer_to_a_persons_row_is_hers_and_a_guests_write_moves_it() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    let before = browser.clone();
    browser.get("/in-ann").await;
    // The answer never came: the browser has its old cookies.
    let mut browser = before;
    shows(&mut browser, "nobody: ").await;
    let events = Events::start();
    does(&mut browser, "/add-milk/show", "__Host-session __Host-session-own", "nobody: milk").await;
    assert_eq!(events.take(), Vec::<String>::new());
    does(&mut browser, "/in-ann", "__Host-id -__Host-session", "-__Host-session").await;
    shows(&mut browser, "ann: tea").await;
    drop(store);
}

#[tokio::test]
async fn a_guest_who_destroys_leaves_a_persons_pointer_under_the_guests_name() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let mut before = browser.clone();
    browser.get("/in-ann").await;
    does(&mut before, "/take/destroy", "", "").await;
    before.get("/in-ann").await;
    shows(&mut before, "ann: tea").await;
}

#[tokio::test]
async fn signed_in_again_she_finds_her_row_under_the_guests_name_and_her_write_moves_it() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let mut before = browser.clone();
    browser.get("/in-ann").await;
    does(&mut before, "/in-ann", "__Host-id", "").await;
    shows(&mut before, "ann: tea").await;
    does(&mut before, "/add-milk/show", "__Host-session-own -__Host-session", "ann: tea milk").await;
    shows(&mut before, "ann: tea milk").await;
    shows(&mut browser, "ann: tea milk").await;
}

/// The copy under the guest's name is older, or another browser's.
#[tokio::test]
async fn who_has_her_own_pointer_is_sent_no_other_for_a_copy_under_the_guests_name() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let guests = value(&browser, "__Host-session");
    browser.get("/in-ann").await;
    for path in ["/in-ann/add-milk", "/add-more"] {
        browser.jar.insert("__Host-session".into(), guests.clone());
        let sets = browser.get(path).await.sets();
        assert!(!sets.contains("__Host-session-own"), "{path}: {sets}");
    }
    shows(&mut browser, "ann: tea milk more").await;
}

/// The cart has no merge: hers counts, and what points to it lies under the guest's name.
#[tokio::test]
async fn a_guests_change_that_does_not_merge_takes_no_pointer_to_her_row_along() {
    let (mut browser, _) = all_stored();
    browser.get("/add-tea").await;
    let mut before = browser.clone();
    browser.get("/in-ann").await;
    let mut bob = before.clone();
    does(&mut before, "/add-milk/in-ann", "__Host-id", "-__Host-session").await;
    shows(&mut before, "ann: tea").await;
    bob.get("/in-bob").await;
    does(&mut bob, "/in-ann", "__Host-id", "").await;
    shows(&mut bob, "ann: tea").await;
}

/// Table G: the row would be Ada's and the guest's cart gone.
#[tokio::test]
async fn under_a_sign_in_that_is_not_sent_a_save_is_not_made() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.taken();
    let answer = browser.get("/in-ann/add-milk/save/status-500").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert!(store.taken().is_empty());
    shows(&mut browser, "nobody: tea").await;
    let answer = browser.get("/in-ann/add-milk/save").await;
    assert_eq!(answer.sets(), "__Host-id __Host-session-own -__Host-session");
    shows(&mut browser, "ann: tea milk").await;
}

#[tokio::test]
async fn a_save_is_stored_at_once_and_its_pointer_goes_out_whatever_the_status() {
    let (mut browser, store) = all_stored();
    let answer = browser.get("/add-tea/save/status-500").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, "__Host-session"));
    assert_eq!(store.taken().len(), 1);
    browser.get("/add-milk/save/add-more").await;
    assert_eq!(store.taken().len(), 2);
    shows(&mut browser, "nobody: tea milk more").await;
    let mut fresh = Browser::new(shop_at(Place::Store, &store, &TestClock::new()));
    does(&mut fresh, "/add-tea/save/add-milk/show", "__Host-session", "ok, nobody: tea milk").await;
    shows(&mut fresh, "nobody: tea milk").await;
}

#[tokio::test]
async fn a_persons_row_is_there_when_they_come_back_after_an_idle_timeout() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Store, &store, &clock));
    browser.get("/in-ann/add-tea").await;
    clock.set(START + 4_000);
    shows(&mut browser, "nobody: ").await;
    does(&mut browser, "/add-milk/show", "__Host-session", "nobody: milk").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: tea").await;
}
