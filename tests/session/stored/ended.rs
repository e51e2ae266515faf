//! A sign-out that is real: copies, other nodes, late responses, other people's sign-ins.

use gingersnap::Place;
use gingersnap::store::Op;

use super::faulty::{Fault, Faulty};
use super::{all_stored, shop_at};
use crate::browser::Browser;
use crate::events::Events;
use crate::steps::{does, shows};

/// A browser at a node, and the same browser at another node of the same store.
async fn two_nodes(place: Place) -> (Browser, Browser, Faulty) {
    let (clock, store) = Faulty::and_clock();
    let mut here = Browser::new(shop_at(place, &store, &clock));
    here.get("/in-ann/add-tea").await;
    let there = here.moved_to(shop_at(place, &store, &clock));
    (here, there, store)
}

#[tokio::test]
async fn a_copy_of_the_cookies_is_dead_after_a_sign_out_on_this_node_and_on_another() {
    for place in [Place::Cookie, Place::CookieThenStore, Place::Store] {
        let (mut here, mut there, _) = two_nodes(place).await;
        let mut copy = here.clone();
        shows(&mut there, "ann: tea").await;
        here.get("/out").await;
        shows(&mut copy, "nobody: ").await;
        shows(&mut there, "nobody: ").await;
    }
}

/// A sign-in that was renewed lives on for requests under way, and no longer than its browser does.
#[tokio::test]
async fn a_sign_out_ends_at_once_what_it_was_renewed_from() {
    let (mut browser, _) = all_stored();
    browser.get("/in-ann").await;
    let mut before = browser.clone();
    browser.get("/renew").await;
    shows(&mut before, "ann: ").await;
    browser.get("/out").await;
    shows(&mut before, "nobody: ").await;
}

#[tokio::test]
async fn a_node_that_starts_later_knows_what_ended_before() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann").await;
    let copy = browser.clone();
    browser.get("/out").await;
    shows(&mut copy.moved_to(shop_at(Place::Cookie, &store, &clock)), "nobody: ").await;
}

/// CVE-2025-46336: a request under way brings nothing back.
#[tokio::test]
async fn a_response_that_was_on_its_way_at_a_sign_out_signs_nobody_in_again() {
    for path in ["/renew", "/again", "/others"] {
        let (mut browser, _) = all_stored();
        browser.get("/in-ann/add-tea").await;
        let late = browser.late(path).await;
        assert!(late.sets().contains("__Host-id"), "{path}");
        browser.get("/out").await;
        browser.keep(&late);
        shows(&mut browser, "nobody: ").await;
    }
}

/// Story 52: who signs in at somebody's open browser ends their sign-in there.
#[tokio::test]
async fn a_sign_in_ends_the_one_that_the_request_brought_whoevers_it_is() {
    for next in ["/in-bob", "/in-ann", "/remember-bob", "/in-eve/in-bob", "/out/in-bob"] {
        let (clock, store) = Faulty::and_clock();
        let policy = gingersnap::Policy::standard().remember_for(86_400);
        let app = super::shop_of(super::sessions(Place::Cookie, &store, &clock).policy(policy));
        let mut browser = Browser::new(app);
        browser.get("/in-ann").await;
        let mut copy = browser.clone();
        assert_eq!(browser.get(next).await.status, 200, "{next}");
        shows(&mut copy, "nobody: ").await;
        assert!(!browser.get("/show").await.body.starts_with("nobody"), "{next}");
    }
}

/// Whatever happened to the response, and to the rest of the request.
#[tokio::test]
async fn a_sign_out_ends_the_sign_in_whatever_the_status_and_whatever_fails_beside_it() {
    for path in
        ["/out/status-500", "/out/status-408", "/out/status-404", "/big-70000/out", "/out/theme-x/big-70000"]
    {
        let (mut browser, _) = all_stored();
        browser.get("/in-ann").await;
        let mut copy = browser.clone();
        let answer = browser.get(path).await;
        shows(&mut copy, "nobody: ").await;
        assert!(answer.sets().contains("-__Host-id"), "{path}: {} {}", answer.status, answer.sets());
    }
}

/// Two sign-ins of two people under one name: refused, and both end.
#[tokio::test]
async fn a_sign_out_ends_both_of_two_conflicting_identities() {
    let (mut ann, store) = all_stored();
    let mut bob = ann.clone();
    ann.get("/in-ann").await;
    bob.get("/in-bob").await;
    let both = [&ann, &bob].map(|it| format!("__Host-id={}", it.jar["__Host-id"])).join("; ");
    store.taken();
    let answer = ann.send_with("/out", &[both]).await;
    assert_eq!(answer.status, 200);
    let ends = store.taken().iter().filter(|op| matches!(op, Op::End { .. })).count();
    assert_eq!(ends, 2);
    shows(&mut ann, "nobody: ").await;
    shows(&mut bob, "nobody: ").await;
}

#[tokio::test]
async fn what_was_ended_elsewhere_reads_as_signed_out_and_her_data_waits_for_her() {
    let (mut here, mut there, _) = two_nodes(Place::Cookie).await;
    here.get("/others").await;
    let events = Events::start();
    shows(&mut there, "nobody: ").await;
    let refused = "INFO cookie refused cookie=\"__Host-id\" reason=\"cut_off\"";
    assert!(events.take().iter().any(|it| it.starts_with(refused)));
    does(&mut there, "/add-milk/show", "__Host-session", "nobody: milk").await;
    assert_eq!(there.get("/in-ann/show").await.body, "-__Host-session, ann: tea");
}

/// The answer of the store was lost: it is looked up, and nobody is signed in twice.
#[tokio::test]
async fn a_sign_in_whose_answer_is_lost_is_one_sign_in() {
    let (mut browser, store) = all_stored();
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/in-ann", "__Host-id", "").await;
    assert_eq!(browser.get("/list").await.body.matches("this").count(), 1);
    assert_eq!(browser.get("/list").await.body.matches(", ").count(), 0);
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/renew", "__Host-id", "").await;
    shows(&mut browser, "ann: ").await;
}

/// An identity of before the layer had a store: not listed, renewed into the list, and cut off with all others.
#[tokio::test]
async fn sign_ins_of_before_the_store_are_renewed_into_it_and_cut_off_with_all_others() {
    let (clock, store) = Faulty::and_clock();
    let mut old = Browser::new(crate::steps::shop(crate::browser::with_ring(super::RING.clone(), &clock)));
    old.get("/in-ann").await;
    let mut old = old.moved_to(shop_at(Place::Cookie, &store, &clock));
    let mut another = old.clone();
    shows(&mut old, "ann: ").await;
    assert_eq!(old.get("/list").await.body, "");
    old.get("/renew").await;
    assert_eq!(old.get("/list").await.body.len(), 70);
    old.get("/others").await;
    shows(&mut another, "nobody: ").await;
    shows(&mut old, "ann: ").await;
}
