//! examples/moving_in.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use gingersnap::testing::Browser;

use crate::both_applications::Move;

const GONE: &str = "None, 0 lines";

#[tokio::test]
async fn the_first_request_is_signed_in_with_the_cart_and_the_second_ends_the_old_session() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea", "/login/7/7", "/add/rye"]).await;
    let copy = browser.clone();
    let first = browser.get("/").await;
    assert_eq!(first.body, "user 7, 1 x rye, 1 x tea\n");
    first.assert_sets("__Host-id __Host-cart-own __Host-moved");
    assert_eq!(all.old(&copy).await, "Some(7), 2 lines");
    let second = browser.get("/").await;
    assert_eq!(second.body, "user 7, 1 x rye, 1 x tea\n");
    second.assert_sets("-id");
    assert_eq!(all.old(&copy).await, GONE);
    let third = browser.get("/").await;
    third.assert_sets("");
    assert_eq!(third.body, "user 7, 1 x rye, 1 x tea\n");
}

#[tokio::test]
async fn who_logs_out_here_stays_out_whichever_request_that_is() {
    for (requests, always_save) in [(0, false), (1, false), (2, false), (0, true), (1, true), (2, true)] {
        let all = Move::with(|old| old.with_always_save(always_save));
        let mut browser = all.browser(&["/add/tea", "/login/7/7"]).await;
        let copy = browser.clone();
        for _ in 0..requests {
            assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
        }
        assert_eq!(browser.post("/logout", "").await.status, 200);
        assert_eq!(all.old(&copy).await, GONE, "after {requests} requests, {always_save}");
        for mut browser in [browser, copy] {
            assert_eq!(browser.get("/").await.body, "user unknown\n");
        }
    }
}

#[tokio::test]
async fn a_guests_cart_moves_and_becomes_that_of_who_signs_in() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea"]).await;
    let mut early = browser.clone();
    browser.get("/").await.assert_sets("__Host-cart __Host-moved");
    browser.get("/").await.assert_sets("-id");
    browser.post("/login/8", "").await;
    assert_eq!(browser.get("/").await.body, "user 8, 1 x tea\n");
    // The first request signs in.
    let mut browser = all.browser(&["/add/tea"]).await;
    browser.post("/login/8", "").await.assert_sets("__Host-id __Host-cart-own __Host-moved");
    assert_eq!(browser.get("/").await.body, "user 8, 1 x tea\n");
    assert_eq!(early.get("/").await.body, "user unknown\n", "a copy finds nothing any more");
}

#[tokio::test]
async fn a_cart_that_does_not_fit_stays_in_the_old_session_while_the_login_moves() {
    let all = Move::new();
    let large = format!("/add/{}", "x".repeat(4000));
    let mut browser = all.browser(&[&large, "/login/7/7"]).await;
    for _ in 0..3 {
        assert_eq!(browser.get("/").await.body, "user 7\n");
        assert_eq!(all.old(&browser).await, "Some(7), 1 lines");
    }
    // It is nobody else's.
    let mut others = browser.clone();
    others.post("/login/8", "").await;
    assert_eq!(all.old(&browser).await, GONE);
    assert_eq!(others.get("/").await.body, "user 8\n");
    // And a log-out takes it along.
    let mut browser = all.browser(&[&large, "/login/7/7"]).await;
    let copy = browser.clone();
    browser.get("/").await;
    browser.post("/logout", "").await;
    assert_eq!(all.old(&copy).await, GONE);
    assert_eq!(browser.get("/").await.body, "user unknown\n");
}

#[tokio::test]
async fn what_is_left_in_the_old_session_signs_nobody_in_and_waits_for_its_owner() {
    let all = Move::new();
    let large = format!("/add/{}", "x".repeat(4000));
    let mut browser = all.browser(&[&large, "/login/7/7"]).await;
    browser.get("/").await;
    browser.jar.remove("__Host-id"); // as when it has timed out
    let mut before = browser.moved_to(all.before.clone());
    before.post("/empty", "").await;
    before.post("/add/tea", "").await;
    assert_eq!(browser.get("/").await.body, "user unknown\n");
    browser.post("/login/7", "").await;
    assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
    browser.get("/").await;
    assert_eq!(all.old(&before).await, GONE);
}

#[tokio::test]
async fn who_is_signed_in_here_already_gets_the_cart_beside_their_own_and_no_other_sign_in() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/rye"]).await;
    browser.post("/login/7", "").await;
    browser.get("/").await;
    browser.jar.extend(all.browser(&["/add/tea", "/login/7/7"]).await.jar);
    let answer = browser.get("/").await;
    answer.assert_sets("__Host-cart-own __Host-moved");
    assert_eq!(answer.body, "user 7, 1 x rye, 1 x tea\n");
}

#[tokio::test]
async fn first_requests_at_the_same_time_are_all_signed_in_and_each_brings_the_cart() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea", "/login/7/7"]).await;
    let (first, second) = (browser.late("/").await, browser.late("/").await);
    for answer in [&first, &second] {
        assert_eq!(answer.body, "user 7, 1 x tea\n");
        browser.keep(answer);
    }
    assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
    assert_eq!(all.old(&browser).await, GONE);
}

#[tokio::test]
async fn a_response_that_is_lost_or_fails_costs_nothing() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea", "/login/7/7"]).await;
    drop(browser.late("/").await);
    browser.get("/fails").await.assert_sets("");
    assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
}

#[tokio::test]
async fn what_the_first_request_removes_does_not_come_back() {
    for forms in [["/add/tea"].as_slice(), &["/add/tea", "/login/7/7"]] {
        let all = Move::new();
        let mut browser = all.browser(forms).await;
        browser.post("/empty", "").await;
        for _ in 0..2 {
            assert!(!browser.get("/").await.body.contains("tea"));
        }
    }
}

#[tokio::test]
async fn an_old_session_of_somebody_else_changes_nothing_and_goes() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea"]).await;
    browser.post("/login/8", "").await;
    browser.get("/").await;
    let others = all.browser(&["/add/rye", "/login/7/7"]).await;
    browser.jar.extend(others.jar.clone());
    assert_eq!(browser.get("/").await.body, "user 8, 1 x tea\n");
    assert_eq!(all.old(&others).await, GONE);
}

#[tokio::test]
async fn a_login_with_an_earlier_password_moves_nothing_and_goes() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea", "/login/7/earlier"]).await;
    assert_eq!(browser.get("/").await.body, "user unknown\n");
    assert_eq!(all.old(&browser).await, GONE);
}

#[tokio::test]
async fn who_brings_no_old_session_or_an_unknown_one_is_not_touched() {
    let all = Move::new();
    let mut browser = Browser::new(all.now.clone());
    browser.get("/fails").await.assert_untouched();
    browser.jar = BTreeMap::from([("id".into(), "AAAAAAAAAAAAAAAAAAAAAA".into())]);
    browser.get("/").await.assert_sets("-id");
}

#[tokio::test]
async fn while_the_old_store_is_down_nothing_moves_and_nothing_is_gone() {
    let all = Move::new();
    let mut browser = all.browser(&["/add/tea", "/login/7/7"]).await;
    all.store.is_down.store(true, Ordering::SeqCst);
    let answer = browser.get("/").await;
    assert_eq!(answer.status, 503);
    answer.assert_sets("");
    all.store.is_down.store(false, Ordering::SeqCst);
    assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
    // Also where it cannot delete.
    all.store.is_down.store(true, Ordering::SeqCst);
    assert_eq!(browser.get("/").await.status, 503);
    all.store.is_down.store(false, Ordering::SeqCst);
    assert_eq!(browser.get("/").await.body, "user 7, 1 x tea\n");
    assert_eq!(all.old(&browser).await, GONE);
}
