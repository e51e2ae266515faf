//! Sessions through the layer on real servers: one in the store, beside one in its cookie and a sign-in.

#[cfg(feature = "sqlite")]
mod behind_proxies;
mod cut_off;
mod failover;
mod faults;
mod outages;
mod signed_out;
mod skewed;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::any;
use gingersnap::keyring::Keyring;
use gingersnap::store::Store;
use gingersnap::testing::Answer;
use gingersnap::token::Suite;
use gingersnap::{
    Clock, Entropy as _, Identity, OsEntropy, Place, Session, SessionData, SessionError, SessionLayer,
    SystemClock, View,
};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

type Browser = gingersnap::testing::Browser<Router>;

/// A session in the store.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Cart(Vec<String>);

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

/// A session in its cookie.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Theme(String);

impl SessionData for Theme {
    const TAG: &'static str = "theme";
    const VERSION: u16 = 1;
}

/// A node's application.
fn shop(store: Arc<dyn Store>) -> Router {
    shop_by(SystemClock, store)
}

/// One whose node has a clock of its own.
fn shop_by(clock: impl Clock, store: Arc<dyn Store>) -> Router {
    let sessions = SessionLayer::builder(RING.clone(), "tests")
        .store(store)
        .session::<Cart>("cart")
        .place(Place::Store)
        .session::<Theme>("theme")
        .place(Place::Cookie)
        .clock(clock);
    Router::new()
        .route("/in/{name}", any(sign_in))
        .route("/out", any(async |mut who: Identity| who.sign_out().await))
        .route("/others", any(async |mut who: Identity| who.end_others().await.map(drop)))
        .route("/add/{item}", any(async |Path(item), mut cart: Session<Cart>| cart.0.push(item)))
        .route("/cart", any(show_cart))
        .route("/theme/{name}", any(async |Path(name), mut theme: Session<Theme>| theme.0 = name))
        .route("/theme", any(show_theme))
        .layer(sessions.build().unwrap())
}

async fn sign_in(Path(name): Path<String>, mut who: Identity) -> Result<(), SessionError> {
    who.sign_in(name).await.map(drop)
}

async fn show_cart(who: Identity, cart: View<Cart>) -> String {
    format!("{}: {}", who.subject().unwrap_or("nobody"), cart.0.join(" "))
}

async fn show_theme(who: Identity, theme: View<Theme>) -> String {
    format!("{}: {}", who.subject().unwrap_or("nobody"), theme.0)
}

/// A browser of somebody who is signed in, has tea in the cart, and a dark theme.
async fn browser_of(name: &str, shop: &Router) -> Browser {
    let mut browser = Browser::new(shop.clone());
    for path in [format!("/in/{name}"), "/add/tea".into(), "/theme/dark".into()] {
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
    }
    browser
}

/// The store is down: what is in it is 503, what is in cookies goes on, and no cookie is removed.
#[track_caller]
fn is_down<'a>(browser: &'a mut Browser, name: &str) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    let (dark, light) = (format!("{name}: dark"), format!("{name}: light"));
    async move {
        let cookies = browser.cookies();
        for path in ["/cart", "/add/milk"] {
            let begun = Instant::now();
            is_unavailable(&browser.get(path).await, &format!("{path} {place}"));
            // One call's limit, on a busy machine.
            assert!(begun.elapsed() < Duration::from_millis(2_500), "{path} {place}: {:?}", begun.elapsed());
        }
        assert_eq!(browser.cookies(), cookies, "{place}");
        for (path, sets, body) in [
            ("/theme", "", dark.as_str()),
            ("/theme/light", "__Host-theme-own", ""),
            ("/theme", "", &light),
            ("/theme/dark", "__Host-theme-own", ""),
        ] {
            let answer = browser.get(path).await;
            let found = (answer.status, answer.sets(), answer.body.as_str());
            assert_eq!(found, (200, sets.to_owned(), body), "{path} {place}");
        }
    }
}

#[track_caller]
fn is_unavailable(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{what}: {}", answer.body);
    assert!(matches!(answer.error, Some(SessionError::StoreUnavailable(_))), "{what}: {:?}", answer.error);
    assert_eq!(answer.headers["retry-after"], "5", "{what}");
}

/// The store is there again within seconds, without a restart of the application: the cart is this, and takes more.
async fn is_back(browser: &mut Browser, cart: &str) {
    is_read(browser, cart).await;
    assert_eq!(browser.get("/add/more").await.status, 200);
    shows(browser, &format!("{cart} more")).await;
}

/// The cart is this, within seconds.
async fn is_read(browser: &mut Browser, cart: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut answer = browser.get("/cart").await;
    while answer.status != 200 {
        is_unavailable(&answer, "not yet back");
        assert!(Instant::now() < deadline, "it does not come back: {:?}", answer.error);
        sleep(Duration::from_millis(50)).await;
        answer = browser.get("/cart").await;
    }
    assert_eq!((answer.sets(), answer.body), (String::new(), cart.to_owned()));
}

#[track_caller]
fn shows<'a>(browser: &'a mut Browser, cart: &'a str) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let answer = browser.get("/cart").await;
        assert_eq!(
            (answer.status, answer.sets(), answer.body.as_str()),
            (200, String::new(), cart),
            "{place}"
        );
    }
}

/// The ring of every node.
static RING: LazyLock<Keyring> = LazyLock::new(|| {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * 86_400, SystemClock.now(), &mut random).unwrap()
});
