//! Whole visits: what lies in the browser, and who sees it, after each step.

use gingersnap::token::Padding;
use gingersnap::{Policy, SessionError};

use crate::browser::{Browser, TestClock, builder, ring, with_ring};
use crate::rings::{edited, overridden};
use crate::steps::{after, at, does, shop, shows};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const ADOPTED: &str = "__Host-id __Host-session-own -__Host-session";

/// The cookies' names, without the prefix.
fn jar(browser: &Browser) -> String {
    let names = browser.jar.keys().map(|name| name.trim_start_matches("__Host-"));
    names.collect::<Vec<_>>().join(" ")
}

/// Story H1.
#[tokio::test]
async fn a_guest_signs_in_with_a_cart_and_leaves_nothing_at_the_sign_out() {
    let mut browser = after(&["/add-tea"]).await;
    assert_eq!(jar(&browser), "session");
    does(&mut browser, "/in-ann", ADOPTED, "+__Host-session").await;
    assert_eq!(jar(&browser), "id session-own");
    does(&mut browser, "/out", "-__Host-id -__Host-session-own", "").await;
    assert_eq!(jar(&browser), "");
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: ").await;
}

/// Story H2.
#[tokio::test]
async fn of_two_tabs_one_signs_out_and_the_others_form_arrives_later() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let tab = browser.late("/add-late").await;
    browser.get("/out").await;
    browser.keep(&tab);
    assert_eq!(jar(&browser), "session-own");
    shows(&mut browser, "nobody: ").await;
    does(&mut browser, "/add-milk", "__Host-session", "").await;
    shows(&mut browser, "nobody: milk").await;
    // Both had something: hers counts.
    does(&mut browser, "/in-ann", "__Host-id -__Host-session", "-__Host-session").await;
    shows(&mut browser, "ann: tea late").await;
}

/// Story H3.
#[tokio::test]
async fn on_a_shared_computer_the_next_person_sees_nothing_of_who_was_idle() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea/say-hello"]).await;
    clock.advance(HOUR);
    does(&mut browser, "/show/hear", "", "nobody: , ").await;
    does(&mut browser, "/in-bob", "__Host-id", "").await;
    does(&mut browser, "/show/hear", "", "bob: , ").await;
    assert_eq!(jar(&browser), "flash id session-own");
    does(&mut browser, "/add-milk/show", "__Host-session-own", "bob: milk").await;
    browser.get("/out").await;
    browser.get("/in-ann").await;
    does(&mut browser, "/show", "", "ann: ").await;
}

/// Story H3b, and the price that is stated: what was left for size, its owner-to-be has only seen.
#[tokio::test]
async fn a_cart_that_was_left_for_size_is_a_guests_until_the_next_write() {
    let policy = Policy::standard().remember_for(30 * DAY);
    let sessions = builder(&TestClock::new()).policy(policy).padding(Padding::None);
    let mut browser = Browser::new(shop(sessions));
    browser.get("/big-2600").await;
    does(&mut browser, "/in-ann", "__Host-id", "+__Host-session").await;
    browser.jar.remove("__Host-id");
    browser.restart();
    assert_eq!(jar(&browser), "session");
    browser.get("/in-bob").await;
    assert!(browser.get("/show").await.body.starts_with("bob: xxx"));
}

#[tokio::test]
async fn a_closed_browser_forgets_who_did_not_ask_to_be_remembered() {
    let mut browser = after(&["/add-tea", "/in-ann", "/add-milk", "/wish-book"]).await;
    browser.restart();
    assert_eq!(jar(&browser), "");
}

/// Story H4.
#[tokio::test]
async fn two_people_who_take_turns_each_lose_to_the_others_writes_alone() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    for (path, shown) in [("/in-bob", "bob: "), ("/in-ann", "ann: tea"), ("/in-bob/add-milk", "bob: milk")] {
        browser.get(path).await;
        shows(&mut browser, shown).await;
    }
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: ").await;
    browser.get("/in-bob").await;
    shows(&mut browser, "bob: milk").await;
}

/// Story H5.
#[tokio::test]
async fn who_is_remembered_is_there_after_a_restart_with_all_that_is_theirs() {
    let policy = Policy::standard().remember_for(30 * DAY);
    let clock = TestClock::new();
    let mut browser = Browser::new(shop(builder(&clock).policy(policy)));
    for path in ["/add-tea", "/remember-ann", "/wish-book"] {
        browser.get(path).await;
    }
    clock.advance(HOUR / 2);
    browser.restart();
    assert_eq!(jar(&browser), "id session-own wishes-own");
    does(&mut browser, "/all", "", "ann: tea | book | ").await;
}

/// Stories H6 and I10.
#[tokio::test]
async fn who_comes_back_after_lunch_and_adds_something_first_loses_nothing_where_it_merges_and_is_told() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea/wish-book"]).await;
    clock.advance(HOUR);
    does(&mut browser, "/all", "", "nobody:  |  | ").await;
    does(&mut browser, "/add-milk/wish-cake", "__Host-session __Host-wishes", "").await;
    does(&mut browser, "/all", "", "nobody: milk | cake | ").await;
    let answer = browser.get("/in-ann").await;
    assert_eq!(answer.body, "*__Host-wishes -__Host-session");
    does(&mut browser, "/all", "", "ann: tea | book cake | ").await;
    assert_eq!(jar(&browser), "id session-own wishes-own");
}

/// Story H7.
#[tokio::test]
async fn a_password_change_leaves_the_data_as_it_is() {
    let mut browser = after(&["/in-ann/add-tea/wish-book/say-hello"]).await;
    let before = browser.jar.clone();
    does(&mut browser, "/again", "__Host-id", "").await;
    assert_ne!(browser.jar["__Host-id"], before["__Host-id"]);
    browser.jar.insert("__Host-id".into(), before["__Host-id"].clone());
    assert_eq!(browser.jar, before);
}

/// Story H8.
#[tokio::test]
async fn an_administrator_who_signs_in_as_somebody_leaves_their_own_data_and_takes_nothing_along() {
    let mut browser = after(&["/in-admin/add-file"]).await;
    let late = browser.send_with("/wish-book", &["a=1"]).await;
    browser.keep(&late);
    does(&mut browser, "/in-ann", "__Host-id -__Host-wishes", "-__Host-wishes").await;
    does(&mut browser, "/all", "", "ann:  |  | ").await;
    browser.get("/in-admin").await;
    shows(&mut browser, "admin: file").await;
}

/// Story H10: every key is revoked, and new ones are there.
#[tokio::test]
async fn after_an_emergency_all_is_dead_and_written_over() {
    let (old, clock) = (ring(), TestClock::new());
    let revoked = edited(&overridden(&old, "revoked"), |text| text);
    let mut browser = Browser::new(shop(with_ring(old, &clock)));
    browser.get("/add-guests/wish-book/theme-dark").await;
    let late = browser.late("/add-late").await;
    browser.get("/in-ann/add-tea/say-hello").await;
    browser.keep(&late);
    let mut browser = browser.moved_to(shop(with_ring(revoked, &clock)));
    does(&mut browser, "/all/hear", "", "nobody:  |  | , ").await;
    does(&mut browser, "/add-new/theme-light", "__Host-session __Host-theme", "").await;
    does(&mut browser, "/in-bob", ADOPTED, "+__Host-session").await;
    does(&mut browser, "/all", "", "bob: new |  | light").await;
}

/// Story I11, the second exception to promise 1: her first write takes a newer guest's along.
#[tokio::test]
async fn her_first_write_that_began_earlier_removes_a_guests_newer_one() {
    let mut browser = after(&[]).await;
    let guests = browser.late("/add-tea").await;
    browser.get("/in-ann").await;
    browser.keep(&guests);
    let hers = browser.late("/add-milk").await;
    let guest = [format!("__Host-session={}", browser.jar["__Host-session"])];
    let newer = browser.send_with("/add-newer", &guest).await;
    browser.keep(&newer);
    browser.keep(&hers);
    shows(&mut browser, "ann: tea milk").await;
    assert_eq!(jar(&browser), "id session-own");
}

/// Story 34: a middleware that notes each page must not make "switch account" fail.
#[tokio::test]
async fn a_middleware_that_writes_on_every_request_fails_no_verb() {
    for (path, shown) in [
        ("/add-page/in-bob", "bob: "),
        ("/add-page/out", "nobody: "),
        ("/add-page/in-ann", "ann: tea page"),
        ("/add-page/renew", "ann: tea page"),
        ("/add-page/again/add-more", "ann: tea page more"),
    ] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.error), (200, None::<SessionError>), "{path}");
        shows(&mut browser, shown).await;
    }
}

/// Story 64, and the table of cases: a person's data is another cookie, and stays theirs.
#[tokio::test]
async fn a_session_that_becomes_the_browsers_shows_nothing_of_a_persons_and_back() {
    use axum::Router;
    use axum::routing::get;
    use gingersnap::{Identity, Session, SessionLayer, View};

    use crate::browser::Theme;

    let (ring, clock) = (ring(), TestClock::new());
    let layer = || SessionLayer::builder(ring.clone(), "tests").clock(clock.clone());
    let app = |layer: gingersnap::SessionLayerBuilder| {
        let show = async |theme: View<Theme>| theme.0.clone();
        let dark = async |mut theme: Session<Theme>| theme.0 = "dark".into();
        let light = async |mut theme: Session<Theme>| theme.0 = "light".into();
        let enter = async |mut who: Identity| who.sign_in("ann").await.map(drop);
        let routes = Router::new().route("/show", get(show)).route("/dark", get(dark));
        routes.route("/light", get(light)).route("/in", get(enter)).layer(layer.build().unwrap())
    };
    let persons = app(layer().session::<Theme>("theme"));
    let browsers = app(layer().browser_session::<Theme>("theme"));
    let mut browser = Browser::new(persons.clone());
    browser.get("/in").await;
    browser.get("/dark").await;
    let mut browser = browser.moved_to(browsers);
    shows(&mut browser, "").await;
    does(&mut browser, "/light", "__Host-theme", "").await;
    shows(&mut browser, "light").await;
    let mut browser = browser.moved_to(persons);
    shows(&mut browser, "dark").await;
}
