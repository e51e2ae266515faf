//! Tests with a route made for them: the real layers around handlers that misbehave.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header;
use gingersnap::store::MemoryStore;
use gingersnap::testing::store::Faulty;
use gingersnap::testing::{Answer, Browser, keyring};
use gingersnap::{OriginGuard, Place, Session};
use tokio::time::timeout;

use super::cart::Visits;
use super::*;
use gingersnap_server::{Limits, protect};

const SITE: Site = Site {
    https: false,
    guard: OriginGuard::insecure_http(),
    insecure_cookies: false,
    store: None,
    place: None,
};

/// Asks for `path` of `routes`, inside everything that a server puts around the application.
async fn ask(routes: Router, path: &str) -> Answer {
    let app = routes.layer(sessions::layer(keyring(), &SITE).expect("a layer"));
    let app = decorate(protect(app, Limits::new(1, Duration::from_millis(400))), &SITE);
    // If a limit is missing, the test must fail, not hang.
    timeout(Duration::from_secs(5), Browser::new(app).get(path)).await.expect("in time")
}

async fn change(mut visits: Session<Visits>) {
    visits.count += 1;
}

async fn change_and_panic(mut visits: Session<Visits>) {
    visits.count += 1;
    panic!("the panic's own words");
}

async fn change_and_hang(mut visits: Session<Visits>) {
    visits.count += 1;
    std::future::pending::<()>().await;
}

fn routes() -> Router {
    Router::new()
        .route("/change", get(change))
        .route("/panic", get(change_and_panic))
        .route("/hang", get(change_and_hang))
}

#[tokio::test]
async fn a_change_sets_a_cookie() {
    let answer = ask(routes(), "/change").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-visits"));
}

#[tokio::test]
async fn a_panic_is_a_500_without_a_cookie_and_without_its_words() {
    let answer = ask(routes(), "/panic").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(answer.body.contains("Something broke"), "{}", answer.body);
    assert!(!answer.body.contains("own words"), "{}", answer.body);
}

#[tokio::test]
async fn a_handler_out_of_time_is_a_408_without_a_cookie() {
    let answer = ask(routes(), "/hang").await;
    assert_eq!((answer.status, answer.sets().as_str()), (408, ""));
    assert!(answer.body.contains("That took too long"), "{}", answer.body);
}

#[tokio::test]
async fn an_attack_while_the_store_is_down_is_no_proof_and_says_so() {
    let store = Faulty::new(MemoryStore::new());
    let site = Site { store: Some(Arc::new(store.clone())), place: Some(Place::Store), ..SITE };
    let mut ada = Browser::new(decorate(Shop::new(&keyring().into(), &site).expect("a shop").router, &site));
    assert_eq!(ada.post("/login", "email=ada@example.com").await.status, 303);
    assert_eq!(ada.post("/cart-items", "item=gift-tin&qty=1").await.status, 303);
    for attack in ["attack=plant", "attack=gone", "attack=older", "attack=rollback", "attack=flip"] {
        let answer = ada.post("/attacks", attack).await;
        assert_eq!(answer.status, 200, "{attack}: {}", answer.body);
        store.set_down(true);
        let answer = ada.post("/attacks", attack).await;
        assert_eq!(answer.status, 503, "{attack}: {}", answer.body);
        assert!(answer.body.contains("Not at the moment"), "{attack}: {}", answer.body);
        store.set_down(false);
    }
}
