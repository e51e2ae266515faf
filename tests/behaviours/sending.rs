//! The cookies that a response sends.

use axum::Router;
use axum::extract::Request;
use axum::response::AppendHeaders;
use axum::routing::{any, get};
use gingersnap::testing::{self, TestClock};
use gingersnap::{
    Clock as _, Entropy as _, Flash, Identity, OsEntropy, Passive, Session, SessionData, SessionLayer,
    SignedIn, View,
};
use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{Method, Request as HttpRequest};
use serde::{Deserialize, Serialize};

use crate::app::{Browser, Cart, DAY, HOUR, Visits, app, browser, builder, routes};

/// Every way to ask for something that a browser may have.
fn ways() -> Router {
    Router::new()
        .route("/session", get(async |_: Session<Cart>| {}))
        .route("/maybe-session", get(async |_: Option<Session<Cart>>| {}))
        .route("/view", get(async |_: View<Cart>| {}))
        .route("/maybe-view", get(async |_: Option<View<Cart>>| {}))
        .route("/identity", get(async |_: Identity| {}))
        .route("/signed-in", get(async |_: SignedIn| {}))
        .route("/maybe-signed-in", get(async |_: Option<SignedIn>| {}))
        .route("/lately", get(async |_: SignedIn<600>| {}))
        .route("/flash", get(async |_: Flash| {}))
        .route(
            "/parts",
            get(async |request: Request| View::<Cart>::from_parts(&request.into_parts().0).await.map(drop)),
        )
}

#[tokio::test]
async fn however_a_session_is_asked_for_the_response_varies_by_cookie_and_is_not_stored() {
    let clock = TestClock::new();
    let layer = builder(testing::keyring(), &clock).build().unwrap();
    let mut strangers = Browser::new(ways().merge(routes()).layer(layer));
    let mut anns = strangers.clone();
    anns.get("/in/ann").await;
    anns.get("/add/tea").await;
    for browser in [&mut strangers, &mut anns] {
        for path in [
            "/session",
            "/maybe-session",
            "/view",
            "/maybe-view",
            "/identity",
            "/signed-in",
            "/maybe-signed-in",
            "/lately",
            "/flash",
            "/parts",
        ] {
            let answer = browser.get(path).await;
            assert!([200, 401].contains(&answer.status), "{path} {}", answer.status);
            let all =
                |name| answer.headers.get_all(name).iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>();
            assert_eq!((all(VARY), all(CACHE_CONTROL)), (vec!["Cookie"], vec!["no-store"]), "{path}");
        }
    }
}

#[tokio::test]
async fn to_call_a_request_passive_asks_for_nothing() {
    let routes = Router::new().route("/", get(async |_: Passive| {}));
    let layer = builder(testing::keyring(), &TestClock::new()).build().unwrap();
    Browser::new(routes.layer(layer)).get("/").await.assert_untouched();
}

#[tokio::test]
async fn what_is_ended_is_removed_whether_the_request_brought_it_or_not() {
    for (path, removed) in [("/destroy", "-__Host-cart"), ("/out", "-__Host-id")] {
        let mut browser = browser(&TestClock::new());
        let answer = browser.late(path).await;
        answer.assert_sets(removed);
        assert_eq!(answer.headers[VARY], "Cookie");
        // A response that was on its way sets the ended session again.
        browser.get("/add/tea").await;
        browser.get("/in/ann").await;
        browser.keep(&answer);
        assert!(!browser.jar.contains_key(&removed[1..]), "{path}");
    }
    browser(&TestClock::new()).get("/clear").await.assert_sets("");
}

#[tokio::test]
async fn other_cookies_of_a_response_go_out_beside_ours() {
    let others = async |mut cart: Session<Cart>, visits: Session<Visits>| {
        cart.0.push("tea".into());
        visits.destroy();
        AppendHeaders([(SET_COOKIE, "lang=de"), (SET_COOKIE, "__Host-lang=de; Path=/; Secure")])
    };
    let layer = builder(testing::keyring(), &TestClock::new()).build().unwrap();
    let answer = Browser::new(Router::new().route("/", get(others)).layer(layer)).get("/").await;
    assert_eq!(answer.sets(), "lang __Host-lang __Host-cart -__Host-visits");
    assert_eq!(answer.set_cookie("__Host-lang").attributes, "Path=/; Secure");
}

#[tokio::test]
async fn a_log_out_removes_all_that_is_the_persons_and_is_not_stored() {
    let clear = ("clear-site-data", "\"cache\", \"storage\"");
    let log_out = async move |mut who: Identity| who.sign_out().await.map(|()| [clear]);
    let clock = TestClock::new();
    let layer = builder(testing::keyring(), &clock).build().unwrap();
    let mut browser = Browser::new(routes().route("/log-out", get(log_out)).layer(layer));
    for path in ["/in/ann", "/add/tea", "/say/hello"] {
        browser.get(path).await;
    }
    clock.advance(HOUR / 2);
    browser.get("/").await.assert_sets("__Host-seen");
    let answer = browser.get("/log-out").await;
    answer.assert_sets("-__Host-id -__Host-seen -__Host-cart-own -__Host-flash");
    for cookie in &answer.set_cookies {
        assert_eq!(cookie.attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(cookie.value, "", "{}", cookie.name);
    }
    assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
    assert_eq!(answer.headers[clear.0], clear.1);
    assert_eq!(browser.cookies(), "");
}

/// The cart, a version later.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Newer(Vec<String>, u32);

impl SessionData for Newer {
    const TAG: &'static str = Cart::TAG;
    const VERSION: u16 = 2;

    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        Cart::read(version, bytes).map(|cart| Self(cart.0, 0))
    }
}

#[tokio::test]
async fn a_safe_request_that_only_reads_changes_nothing_but_the_activity() {
    let reads = async |who: Identity, cart: Session<Newer>, visits: View<Visits>, _: Flash| {
        format!("{:?} {:?} {}", who.subject(), cart.0, visits.0)
    };
    let (ring, clock) = (testing::keyring(), TestClock::new());
    let mut browser = Browser::new(app(builder(ring.clone(), &clock)));
    for path in ["/count", "/in/ann", "/add/tea", "/say/hello"] {
        browser.get(path).await;
    }
    // The key is retired, the data's version is old, the idle timeout half over, and a message waits.
    clock.advance(HOUR / 2);
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = ring.rotate(0, None, clock.now(), &mut random).unwrap();
    let layer = SessionLayer::builder(ring, "tests").session::<Newer>("cart").session::<Visits>("visits");
    let layer = layer.clock(clock.clone()).build().unwrap();
    let browser = browser.moved_to(Router::new().route("/", any(reads)).layer(layer));
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        let mut browser = browser.clone();
        // Nobody looks at the answer to HEAD.
        for sets in [if method == Method::HEAD { "" } else { "__Host-seen" }, ""] {
            let request = HttpRequest::builder().method(&method).uri("/").body(String::new()).unwrap();
            let answer = browser.send(request).await;
            answer.assert_sets(sets);
            let body = if method == Method::HEAD { "" } else { "Some(\"ann\") [\"tea\"] 1" };
            assert_eq!(answer.body, body, "{method}");
        }
    }
    clock.advance(DAY);
    assert_eq!(browser.late("/").await.sets(), "");
}
