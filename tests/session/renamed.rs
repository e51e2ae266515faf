//! Cookies whose prefix or name was changed: what came under the former name is read until a day, and moves with the next
//! write.

use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::get;
use gingersnap::cookie::{CookieSettings, Prefix};
use gingersnap::keyring::Keyring;
use gingersnap::{Identity, SessionError, SessionLayer, SessionLayerBuilder, Timestamp};
use http::HeaderValue;

use crate::browser::{Browser, Cart, START, TestClock, Theme, ring};
use crate::steps::{Wishes, does, routes, shows};

const DAY: u64 = 86_400;
const UNTIL: Timestamp = Timestamp::from_unix(START + DAY);

fn settings(prefix: Prefix) -> CookieSettings {
    CookieSettings { prefix, ..CookieSettings::default() }
}

fn layer(ring: &Keyring, clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(ring.clone(), "tests").clock(clock.clone())
}

/// The shop before and after its cookies got another prefix, and the cart another name.
fn shops(clock: &TestClock) -> (Router, Router) {
    let ring = ring();
    let before = layer(&ring, clock).cookies(settings(Prefix::Secure)).session::<Cart>("session");
    let after = layer(&ring, clock).former_cookies(settings(Prefix::Secure), UNTIL);
    let after = after.session::<Cart>("cart").former_name("session", UNTIL);
    let [before, after] =
        [before, after].map(|it| it.session::<Wishes>("wishes").browser_session::<Theme>("theme"));
    (routes().layer(before.build().unwrap()), routes().layer(after.build().unwrap()))
}

/// A browser with a cookie of each kind under the former names, and the shop as it is now.
async fn moved(clock: &TestClock) -> Browser {
    let (before, after) = shops(clock);
    let mut browser = Browser::new(before);
    for path in ["/in-ann/add-tea/wish-book/theme-dark", "/say-hello"] {
        assert_eq!(browser.get(path).await.status, 200);
    }
    browser.moved_to(after)
}

#[tokio::test]
async fn a_change_of_names_signs_nobody_out_and_a_read_moves_nothing() {
    let mut browser = moved(&TestClock::new()).await;
    does(&mut browser, "/all", "", "ann: tea | book | dark").await;
    does(&mut browser, "/hear", "-__Host-flash -__Secure-flash", "hello").await;
}

#[tokio::test]
async fn what_is_written_moves_to_its_new_name_in_that_response() {
    let mut browser = moved(&TestClock::new()).await;
    let sets = "__Host-cart-own -__Secure-session-own";
    does(&mut browser, "/add-milk", sets, "").await;
    does(&mut browser, "/theme-light", "__Host-theme -__Secure-theme", "").await;
    does(&mut browser, "/renew", "__Host-id -__Secure-id", "").await;
    does(&mut browser, "/say-more", "__Host-flash -__Secure-flash", "").await;
    does(&mut browser, "/all/hear", "-__Host-flash", "ann: tea milk | book | light, hello more").await;
    let names = browser.jar.keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(names, ["__Host-cart-own", "__Host-id", "__Host-theme", "__Secure-wishes-own"]);
}

#[tokio::test]
async fn activity_moves_when_it_is_due() {
    let clock = TestClock::new();
    let mut browser = moved(&clock).await;
    clock.set(START + 1_800);
    assert_eq!(browser.get("/show").await.sets(), "__Host-seen");
    let (before, after) = shops(&clock);
    let mut browser = Browser::new(before);
    browser.get("/in-ann").await;
    clock.set(START + 3_600);
    browser.get("/show").await;
    let mut browser = browser.moved_to(after);
    clock.set(START + 7_199);
    does(&mut browser, "/show", "-__Secure-seen __Host-seen", "ann: ").await;
}

#[tokio::test]
async fn a_sign_out_and_a_destroy_remove_what_came_under_both() {
    let browser = moved(&TestClock::new()).await;
    let answer = browser.clone().get("/out").await;
    for name in ["id", "session-own", "wishes-own", "flash"] {
        assert!(answer.sets().contains(&format!("-__Secure-{name}")), "{name}: {}", answer.sets());
    }
    let failed = browser.clone().get("/out/status-500").await;
    assert!(failed.sets().contains("-__Secure-id") && failed.sets().contains("-__Secure-session-own"));
    let answer = browser.clone().get("/destroy").await;
    assert!(answer.sets().contains("-__Secure-session-own"), "{}", answer.sets());
    let mut guest = moved(&TestClock::new()).await;
    guest.jar.retain(|name, _| name == "__Secure-theme");
    shows(&mut guest, "nobody: ").await;
}

#[tokio::test]
async fn what_came_under_the_new_name_counts_alone() {
    let clock = TestClock::new();
    let mut browser = moved(&clock).await;
    let former = browser.jar.clone();
    browser.get("/add-milk").await;
    browser.get("/in-bob").await;
    browser.jar.extend(former);
    shows(&mut browser, "bob: ").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: tea milk").await;
}

#[tokio::test]
async fn from_that_day_on_the_former_name_is_nobodys() {
    let clock = TestClock::new();
    let mut browser = moved(&clock).await;
    clock.set(START + DAY - 1);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | dark");
    clock.set(START + DAY);
    let jar = browser.cookies();
    does(&mut browser, "/all", "", "nobody:  |  | ").await;
    assert_eq!(browser.cookies(), jar);
}

/// A guest's data under the former name is adopted as under the new one.
#[tokio::test]
async fn a_sign_in_adopts_what_came_under_the_former_name() {
    let clock = TestClock::new();
    let (before, after) = shops(&clock);
    let mut browser = Browser::new(before);
    browser.get("/add-tea").await;
    let mut browser = browser.moved_to(after);
    let answer = browser.get("/in-ann").await;
    assert_eq!(answer.body, "+__Host-cart");
    shows(&mut browser, "ann: tea").await;
    assert_eq!(browser.jar.keys().collect::<Vec<_>>(), ["__Host-cart-own", "__Host-id"]);
}

#[tokio::test]
async fn no_response_gives_another_sessions_identity_under_the_former_name_either() {
    let (ring, clock) = (ring(), TestClock::new());
    let enter = get(async |mut who: Identity| who.sign_in("eve").await.map(drop));
    let before = layer(&ring, &clock).cookies(settings(Prefix::Secure)).build().unwrap();
    let mut eve = Browser::new(Router::new().route("/in", enter).layer(before));
    eve.get("/in").await;
    let field = format!("__Secure-id={}; Path=/; Secure", eve.jar["__Secure-id"]);
    let leak = axum::middleware::map_response(move |mut response: Response| {
        let field = HeaderValue::try_from(field.clone()).unwrap();
        async move {
            response.headers_mut().append(SET_COOKIE, field);
            response
        }
    });
    let after = layer(&ring, &clock).former_cookies(settings(Prefix::Secure), UNTIL).build().unwrap();
    let routes = Router::new().route("/", get(async || "page")).layer(leak).layer(after);
    let answer = Browser::new(routes).get("/").await;
    assert_eq!((answer.status, answer.error), (500, Some(SessionError::ForeignIdentity)));
}

#[test]
fn former_names_are_held_to_the_rules_of_names() {
    let (ring, clock) = (ring(), TestClock::new());
    let build = |layer: SessionLayerBuilder| layer.build().map(drop).map_err(|error| error.to_string());
    assert_eq!(build(layer(&ring, &clock).session::<Cart>("cart").former_name("session", UNTIL)), Ok(()));
    let bad = layer(&ring, &clock).session::<Cart>("cart").former_name("a b", UNTIL);
    assert!(build(bad).unwrap_err().starts_with("the cookie name \"a b\" is not a token"));
    let none = layer(&ring, &clock).former_name("session", UNTIL);
    assert!(build(none).unwrap_err().contains("stands before it"));
    let insecure = CookieSettings { secure: false, ..CookieSettings::default() };
    assert!(build(layer(&ring, &clock).former_cookies(insecure, UNTIL)).unwrap_err().contains("need Secure"));
}
