//! Messages that survive a redirect.

use axum::Router;
use axum::extract::Path;
use axum::response::Redirect;
use axum::routing::get;
use futures_util::FutureExt as _;
use gingersnap::{Flash, Level};

use crate::browser::{Browser, START, TestClock, builder};
use crate::events::Events;
use crate::steps::after;

async fn push(Path(text): Path<String>, mut flash: Flash) -> Redirect {
    flash.push(Level::Success, text);
    Redirect::to("/show")
}

async fn show(mut flash: Flash) -> String {
    let messages = flash.messages().into_iter().map(|it| format!("{} {}", it.level.name(), it.text));
    messages.collect::<Vec<_>>().join(", ")
}

fn app(clock: &TestClock) -> Router {
    Router::new()
        .route("/push/{text}", get(push))
        .route("/show", get(show))
        .route("/ignore", get(async |_: Flash| {}))
        .route(
            "/twice",
            get(async |mut one: Flash, mut two: Flash| {
                format!("{} {}", one.messages().len(), two.messages().len())
            }),
        )
        .route(
            "/show-and-push",
            get(async |mut flash: Flash| {
                flash.push(Level::Info, "new");
                flash.messages().len().to_string()
            }),
        )
        .route(
            "/levels",
            get(async |mut flash: Flash| {
                for level in [Level::Info, Level::Success, Level::Warning, Level::Error] {
                    flash.push(level, "");
                }
            }),
        )
        .route(
            "/show-and-fail",
            get(async |flash: Flash| {
                show(flash).await;
                http::StatusCode::INTERNAL_SERVER_ERROR
            }),
        )
        .layer(builder(clock).build().unwrap())
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn browser() -> Browser {
    Browser::new(app(&TestClock::new()))
}

#[tokio::test]
async fn a_message_survives_a_redirect_and_is_shown_once() {
    let mut browser = browser();
    let answer = browser.get("/push/hello").await;
    assert_eq!((answer.status, answer.sets().as_str()), (303, "__Host-flash"));
    let answer = browser.get("/show").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("success hello", "-__Host-flash"));
    let answer = browser.get("/show").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("", ""));
}

#[tokio::test]
async fn messages_that_were_not_shown_stay_in_order() {
    let mut browser = browser();
    for path in ["/push/one", "/ignore", "/push/two"] {
        browser.get(path).await;
    }
    assert_eq!(browser.get("/show").await.body, "success one, success two");
}

#[tokio::test]
async fn a_response_shows_a_message_at_most_once() {
    let mut browser = browser();
    browser.get("/push/one").await;
    assert_eq!(browser.get("/twice").await.body, "1 0");
}

#[tokio::test]
async fn a_message_added_beside_shown_ones_is_for_the_next_page() {
    let mut browser = browser();
    browser.get("/push/old").await;
    assert_eq!(browser.get("/show-and-push").await.body, "1");
    assert_eq!(browser.get("/show").await.body, "info new");
}

#[tokio::test]
async fn each_level_has_its_name() {
    let mut browser = browser();
    browser.get("/levels").await;
    assert_eq!(browser.get("/show").await.body, "info , success , warning , error ");
}

#[tokio::test]
async fn a_message_shown_by_a_failed_response_is_shown_again() {
    let mut browser = browser();
    browser.get("/push/hello").await;
    assert_eq!(browser.get("/show-and-fail").await.sets(), "");
    assert_eq!(browser.get("/show").await.body, "success hello");
}

#[tokio::test]
async fn a_message_is_forgotten_after_an_hour() {
    for (age, shown) in [(3599, "success hello"), (3600, ""), (3601, "")] {
        let clock = TestClock::new();
        let mut browser = Browser::new(app(&clock));
        browser.get("/push/hello").await;
        clock.set(START + age);
        assert_eq!(browser.get("/show").await.body, shown, "{age}");
    }
}

#[tokio::test]
async fn old_messages_that_nobody_shows_give_way_to_new_ones() {
    let mut browser = browser();
    for n in 0..300 {
        assert_eq!(browser.get(&format!("/push/a-message-of-some-length-{n:03}")).await.status, 303);
    }
    let shown = browser.get("/show").await.body;
    assert!(shown.ends_with("success a-message-of-some-length-298, success a-message-of-some-length-299"));
    assert!(shown.len() > 2500, "{}", shown.len());
}

const DROPPED: &str = "WARN messages dropped or cut: they have no room cookie=\"__Host-flash\"";

#[tokio::test]
async fn a_message_that_does_not_fit_is_cut_at_a_character_and_the_older_ones_go() {
    let mut browser = browser();
    browser.get("/push/old").await;
    for (text, character) in [("x", 1), ("\u{e4}", 2), ("\u{20ac}", 3), ("\u{1f36a}", 4)] {
        let long = text.repeat(4000 / character);
        let events = Events::start();
        let answer = browser.get(&format!("/push/{}", encoded(&long))).await;
        assert_eq!((answer.status, answer.sets().as_str()), (303, "__Host-flash"));
        let cookie = &answer.set_cookies[0];
        assert!(cookie.name.len() + cookie.value.len() <= 4096);
        assert!(events.take().contains(&format!("{DROPPED} dropped=1 cut=true")));
        let shown = browser.clone().get("/show").await.body;
        let shown = shown.strip_prefix("success ").unwrap();
        assert!(long.starts_with(shown) && (2990..3030).contains(&shown.len()), "{}", shown.len());
    }
}

#[tokio::test]
async fn the_largest_message_that_fits_is_whole() {
    let longest = (2900..3100).rev().find(|len| {
        let events = Events::start();
        let layer = builder(&TestClock::new()).build().unwrap();
        let pushed = "x".repeat(*len);
        let push = get(async move |mut flash: Flash| flash.push(Level::Info, pushed.clone()));
        let mut browser = Browser::new(Router::new().route("/", push).layer(layer));
        browser.get("/").now_or_never().unwrap();
        !events.take().iter().any(|event| event.starts_with(DROPPED))
    });
    // 4,096 octets less the name are 4,084 characters, or 3,063 bytes; less 40, the mark, form, level and length.
    assert_eq!(longest, Some(3063 - 40 - 1 - 1 - 1 - 2));
}

/// A sign-in, a change of the cart and a message that is too long, in one response.
#[tokio::test]
async fn messages_never_fail_what_goes_out_beside_them() {
    let message = "x".repeat(3200);
    let mut browser = after(&[]).await;
    let events = Events::start();
    let answer = browser.get(&format!("/in-ann/add-tea/say-{message}")).await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id __Host-session-own __Host-flash"));
    assert!(events.take().contains(&format!("{DROPPED} dropped=0 cut=true")));
    assert_eq!(browser.get("/show/hear").await.body.split_at(11).0, "ann: tea, x");
}

/// A default nginx answers 400 to a head with more: the browser would be locked out.
#[tokio::test]
async fn messages_have_the_room_that_the_data_leaves_in_a_request() {
    let message = "x".repeat(3200);
    let mut browser = after(&["/in-ann", "/big-2700", "/theme-dark"]).await;
    let octets =
        |browser: &Browser| browser.jar.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    for text in ["one", "two", message.as_str(), message.as_str()] {
        assert_eq!(browser.get(&format!("/say-{text}")).await.status, 200);
        assert!(octets(&browser) <= 7168, "{}", octets(&browser));
    }
    let room = 7168 - octets(&browser);
    assert!(browser.jar.contains_key("__Host-flash") && room < 40, "{room}");
}

#[tokio::test]
async fn where_there_is_no_room_at_all_messages_are_dropped_and_nothing_fails() {
    let layer = builder(&TestClock::new()).request_budget(300);
    let mut browser = Browser::new(crate::steps::shop(layer));
    browser.get("/say-hello").await;
    assert!(browser.jar.contains_key("__Host-flash"));
    let events = Events::start();
    let answer = browser.get("/in-ann/say-more").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id __Host-flash"));
    browser.jar.remove("__Host-flash");
    events.take();
    let answer = browser.get(&format!("/theme-{}/say-lost", "d".repeat(30))).await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-theme"));
    assert_eq!(events.take(), [format!("{DROPPED} dropped=1 cut=false")]);
}
