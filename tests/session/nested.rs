//! Several layers: one inside another, side by side in one program, and another application on the same host.

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{
    Flash, Identity, Level, Passive, Session, SessionError, SessionLayer, SessionLayerBuilder, SignedIn, View,
};

use crate::browser::{Browser, Cart, Line, START, TestClock, Theme, Visits, builder, ring, with_ring};
use crate::events::Events;

/// The sessions of the inner layer: visits, which the outer one has too.
fn staff(clock: &TestClock, name: &str) -> SessionLayerBuilder {
    staff_under(ring(), clock, name)
}

fn staff_under(ring: Keyring, clock: &TestClock, name: &str) -> SessionLayerBuilder {
    let layer = SessionLayer::builder(ring, "tests").named(name);
    layer.session::<Visits>("visits").clock(clock.clone())
}

/// An application with a layer of this name.
fn app(ring: Keyring, clock: &TestClock, name: &str) -> Router {
    let layer = staff_under(ring, clock, name).session::<Cart>("session").browser_session::<Theme>("theme");
    routes().layer(layer.build().unwrap())
}

async fn show(cart: View<Cart>, visits: View<Visits>, theme: View<Theme>, who: Identity) -> String {
    let items = cart.lines.iter().map(|line| line.item.as_str()).collect::<Vec<_>>().join(" ");
    format!("{}: {items} | {} | {}", who.subject().unwrap_or("nobody"), visits.0, theme.0)
}

fn routes() -> Router {
    Router::new()
        .route("/", get(show))
        .route("/in", get(async |mut who: Identity| who.sign_in("42").await.map(drop)))
        .route("/out", get(async |mut who: Identity| who.sign_out().await))
        .route("/renew", get(async |mut who: Identity| who.renew().await.map(drop)))
        .route(
            "/add",
            get(async |mut cart: Session<Cart>| cart.lines.push(Line { item: "tea".into(), qty: 1 })),
        )
        .route("/count", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/dark", get(async |mut theme: Session<Theme>| theme.0 = "dark".into()))
        .route("/say", get(async |mut flash: Flash| flash.push(Level::Info, "hello")))
        .route("/hear", get(async |mut flash: Flash| format!("{:?}", flash.messages().len())))
        .route("/poll", get(async |_: Passive, _: View<Cart>, _: View<Visits>| ()))
        .route("/needs", get(async |_: SignedIn| ()))
}

/// The shop, and under `/admin` the same handlers inside a layer of their own.
fn shop_and_admin(clock: &TestClock) -> Router {
    let admin = routes().layer(staff(clock, "admin").build().unwrap());
    routes().nest("/admin", admin).layer(builder(clock).build().unwrap())
}

async fn shows(browser: &mut Browser, path: &str, shown: &str) {
    assert_eq!(browser.get(path).await.body, shown, "{path}");
}

#[tokio::test]
async fn a_layer_inside_another_has_sign_ins_of_its_own() {
    let mut browser = Browser::new(shop_and_admin(&TestClock::new()));
    assert_eq!(browser.get("/admin/in").await.sets(), "__Host-admin-id");
    shows(&mut browser, "/admin", "42:  | 0 | ").await;
    shows(&mut browser, "/", "nobody:  | 0 | ").await;
    assert_eq!(browser.get("/needs").await.status, 401);
    assert_eq!(browser.get("/in").await.sets(), "__Host-id");
    assert_eq!(browser.get("/admin/renew").await.sets(), "__Host-admin-id");
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id");
    shows(&mut browser, "/admin", "42:  | 0 | ").await;
    assert_eq!(browser.get("/admin/out").await.sets(), "-__Host-admin-id");
    shows(&mut browser, "/admin", "nobody:  | 0 | ").await;
}

#[tokio::test]
async fn a_session_is_that_of_the_innermost_layer_that_has_it_and_goes_by_its_identity() {
    let mut browser = Browser::new(shop_and_admin(&TestClock::new()));
    browser.get("/in").await;
    assert_eq!(browser.get("/admin/add").await.sets(), "__Host-session-own");
    assert_eq!(browser.get("/admin/dark").await.sets(), "__Host-theme");
    assert_eq!(browser.get("/admin/count").await.sets(), "__Host-admin-visits");
    assert_eq!(browser.get("/count").await.sets(), "__Host-visits-own");
    browser.get("/count").await;
    shows(&mut browser, "/admin", "nobody: tea | 1 | dark").await;
    shows(&mut browser, "/", "42: tea | 2 | dark").await;
    // A sign-in of the inner layer adopts what is the inner layer's, and nothing else.
    let sets = "__Host-admin-id __Host-admin-visits-own -__Host-admin-visits";
    assert_eq!(browser.get("/admin/in").await.sets(), sets);
    assert_eq!(browser.get("/admin/out").await.sets(), "-__Host-admin-id -__Host-admin-visits-own");
    shows(&mut browser, "/", "42: tea | 2 | dark").await;
}

/// Customer 42 and staff 42 are two people.
#[tokio::test]
async fn the_same_subject_of_two_layers_is_two_people() {
    let (ring, clock) = (ring(), TestClock::new());
    let app = |name| app(ring.clone(), &clock, name);
    let mut browser = Browser::new(app("a"));
    for path in ["/in", "/add"] {
        browser.get(path).await;
    }
    let cart = browser.jar["__Host-a-session-own"].clone();
    let mut other = browser.moved_to(app("b"));
    other.get("/in").await;
    other.jar.insert("__Host-b-session-own".into(), cart);
    shows(&mut other, "/", "42:  | 0 | ").await;
}

#[tokio::test]
async fn messages_are_the_innermost_layers() {
    let mut browser = Browser::new(shop_and_admin(&TestClock::new()));
    assert_eq!(browser.get("/admin/say").await.sets(), "__Host-admin-flash");
    shows(&mut browser, "/hear", "0").await;
    shows(&mut browser, "/admin/hear", "1").await;
}

#[tokio::test]
async fn a_passive_request_is_passive_in_every_layer() {
    let clock = TestClock::new();
    let mut browser = Browser::new(shop_and_admin(&clock));
    browser.get("/in").await;
    browser.get("/admin/in").await;
    clock.set(START + 1800);
    assert_eq!(browser.get("/admin/poll").await.sets(), "");
    assert_eq!(browser.get("/admin").await.sets(), "__Host-admin-seen __Host-seen");
}

#[tokio::test]
async fn two_layers_side_by_side_leave_each_other_alone() {
    let (ring, clock) = (ring(), TestClock::new());
    let app = |name| app(ring.clone(), &clock, name);
    let both = Router::new().nest("/a", app("a")).nest("/b", app("b")).merge(app(""));
    let mut browser = Browser::new(both);
    for path in ["/a/in", "/b/in", "/in", "/a/add", "/b/out"] {
        browser.get(path).await;
    }
    shows(&mut browser, "/a", "42: tea | 0 | ").await;
    shows(&mut browser, "/b", "nobody:  | 0 | ").await;
    shows(&mut browser, "/", "42:  | 0 | ").await;
}

/// Another application on the same host name: browsers know no port.
#[tokio::test]
async fn a_name_keeps_two_applications_on_one_host_apart() {
    let (rings, clock) = ([ring(), ring()], TestClock::new());
    let app = |name, ring: &Keyring| app(ring.clone(), &clock, name);
    let mut shop = Browser::new(app("shop", &rings[0]));
    shop.get("/in").await;
    let mut wiki = shop.moved_to(app("wiki", &rings[1]));
    for path in ["/in", "/add", "/out"] {
        assert_eq!(wiki.get(path).await.status, 200, "{path}");
    }
    shows(&mut wiki.moved_to(app("shop", &rings[0])), "/", "42:  | 0 | ").await;
}

#[tokio::test]
async fn nested_layers_that_share_a_cookie_are_told_of_names() {
    let clock = TestClock::new();
    let outer = || builder(&clock).build().unwrap();
    let unnamed = || with_ring(ring(), &clock).build().unwrap();
    let data_alone =
        SessionLayer::builder(ring(), "tests").session::<Visits>("admin-visits").clock(clock.clone());
    for (inner, outer, cookie) in [
        (unnamed(), outer(), "__Host-id"),
        (staff(&clock, "admin").build().unwrap(), staff(&clock, "admin").build().unwrap(), "__Host-admin-id"),
        (staff(&clock, "admin").build().unwrap(), data_alone.build().unwrap(), "__Host-admin-visits"),
    ] {
        let mut browser = Browser::new(Router::new().nest("/in", routes().layer(inner)).layer(outer));
        for path in ["/in", "/in/in"] {
            let events = Events::start();
            let answer = browser.get(path).await;
            assert_eq!((answer.status, answer.sets().as_str()), (500, ""), "{path}");
            assert_eq!(answer.error, Some(SessionError::SharedCookie(cookie.into())));
            let text = format!(
                "two SessionLayers, one inside the other, both have the cookie {cookie}: give one of them a name, as in `.named(\"admin\")`"
            );
            assert_eq!(answer.error.unwrap().to_string(), text);
            assert_eq!(events.take(), [format!("ERROR the session layer is misused error={text:?}")]);
        }
    }
}

/// The same layer met twice is one layer, as `Router::nest` makes it.
#[tokio::test]
async fn a_layer_met_twice_is_one_also_with_another_between() {
    let clock = TestClock::new();
    let layer = builder(&clock).build().unwrap();
    let admin = routes().layer(layer.clone()).layer(staff(&clock, "admin").build().unwrap());
    let mut browser = Browser::new(routes().nest("/admin", admin).layer(layer));
    assert_eq!(browser.get("/admin/in").await.sets(), "__Host-admin-id");
    assert_eq!(browser.get("/admin/add").await.sets(), "__Host-session");
}

#[test]
fn a_layers_name_is_a_part_of_cookie_names() {
    let build = |name| staff(&TestClock::new(), name).build().map(drop).map_err(|error| error.to_string());
    assert_eq!(build("admin"), Ok(()));
    for name in ["a b", "a;b", "a=b", "\u{e4}", "__Host-a"] {
        assert!(build(name).unwrap_err().contains("the cookie name"), "{name}");
    }
}
