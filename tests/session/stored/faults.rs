//! A store that fails, and answers that are lost.

use std::future::Future as _;
use std::task::{Context, Waker};

use axum::body::Body;
use gingersnap::store::StoreErrorKind;
use gingersnap::{Place, SessionError};
use http::Request;
use tower::Service as _;

use super::faulty::{Fault, Faulty};
use super::{all_stored, shop_at};
use crate::browser::Browser;
use crate::events::Events;
use crate::steps::{does, shows};

#[tokio::test]
async fn while_the_store_is_down_a_stored_session_is_503_and_nothing_is_removed() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let cookies = browser.cookies();
    store.is_down(true);
    for path in ["/show", "/add-milk", "/take/destroy", "/add-milk/save"] {
        let events = Events::start();
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{path}");
        assert!(matches!(answer.error, Some(SessionError::StoreUnavailable(_))), "{path}");
        assert_eq!(answer.headers["retry-after"], "5", "{path}");
        assert!(events.take().iter().any(|it| it.starts_with("ERROR store not reached")), "{path}");
    }
    assert_eq!(browser.cookies(), cookies);
    store.is_down(false);
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn while_the_store_is_down_sessions_in_cookies_go_on_and_nobody_signs_in() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::CookieThenStore, &store, &clock));
    browser.get("/in-ann/add-tea").await;
    store.is_down(true);
    does(&mut browser, "/add-milk/show", "__Host-session-own", "ann: tea milk").await;
    does(&mut browser, "/out", "-__Host-id -__Host-session-own", "").await;
    let answer = browser.get("/in-ann").await;
    assert_eq!(
        (answer.status, answer.sets().as_str()),
        (503, ""),
        "what could not be listed could not be ended"
    );
    let answer = browser.get("/big-5000").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "what must spill");
    assert!(matches!(answer.error, Some(SessionError::StoreUnavailable(_))));
}

#[tokio::test]
async fn a_write_that_fails_is_503_and_sends_no_cookie_of_it() {
    for kind in [StoreErrorKind::Unreachable, StoreErrorKind::ReadOnly, StoreErrorKind::Full] {
        let (mut browser, store) = all_stored();
        browser.get("/in-ann/add-tea").await;
        store.next(Fault::Fails(kind));
        let answer = browser.get("/theme-dark/add-milk").await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{kind:?}");
        shows(&mut browser, "ann: tea").await;
    }
}

/// Story 16: the row holds our very bytes.
#[tokio::test]
async fn a_write_whose_answer_is_lost_counts_and_is_not_made_twice() {
    let (mut browser, store) = all_stored();
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/add-tea", "__Host-session", "").await;
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/add-milk", "", "").await;
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/in-ann", "__Host-id __Host-session-own -__Host-session", "+__Host-session").await;
    shows(&mut browser, "ann: tea milk").await;
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/add-more/save", "", "ok").await;
    store.next(Fault::LosesAnswer);
    does(&mut browser, "/out", "-__Host-id -__Host-session-own", "").await;
}

#[tokio::test]
async fn a_sign_out_goes_out_though_its_rows_cannot_be_removed() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    store.is_down(true);
    let answer = browser.get("/out").await;
    assert!(answer.sets().contains("-__Host-id"), "{} {}", answer.status, answer.sets());
    store.is_down(false);
    shows(&mut browser, "nobody: ").await;
}

/// Story 7.
#[tokio::test]
async fn a_client_that_goes_away_interrupts_neither_a_write_nor_a_sign_out() {
    for (path, shown) in [("/add-milk", "ann: tea milk"), ("/out", "nobody: ")] {
        let (clock, store) = Faulty::and_clock();
        let mut app = shop_at(Place::Store, &store, &clock);
        let mut browser = Browser::new(app.clone());
        browser.get("/in-ann/add-tea").await;
        let (gate, wait) = tokio::sync::oneshot::channel::<()>();
        store.next(Fault::Waits(Box::pin(async move {
            wait.await.unwrap();
        })));
        let request = Request::get(path).header("cookie", browser.cookies()).body(Body::empty()).unwrap();
        let mut response = Box::pin(app.call(request));
        let is_pending = response.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        assert!(is_pending, "it waits for the store");
        drop(response);
        gate.send(()).unwrap();
        // The task goes on in a thread of the store's own.
        for _ in 0..100 {
            if browser.get("/show").await.body == shown {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        shows(&mut browser, shown).await;
    }
}

/// A sign-out is carried out in the store although its handler never answers.
#[tokio::test]
async fn a_sign_out_whose_handler_is_dropped_removes_its_rows() {
    let (clock, store) = Faulty::and_clock();
    let app = shop_at(Place::Store, &store, &clock);
    let mut browser = Browser::new(app.clone());
    browser.get("/in-ann/add-tea").await;
    let request = Request::get("/out/stay").header("cookie", browser.cookies()).body(Body::empty()).unwrap();
    let mut slow = app.clone();
    let mut response = Box::pin(slow.call(request));
    assert!(response.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(response);
    shows(&mut browser, "nobody: ").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: ").await;
}
