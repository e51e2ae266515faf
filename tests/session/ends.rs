//! The time that is left of a sign-in, and its trace in the activity cookie.

use axum::Router;
use axum::routing::get;
use gingersnap::{Identity, Passive, Policy};

use crate::browser::{Browser, START, TestClock, builder};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

async fn left(who: Identity, clock: TestClock) -> String {
    let now = gingersnap::Clock::now(&clock).unix();
    who.ends_at().map_or("nobody".into(), |at| (at.unix() - now).to_string())
}

async fn activity(who: Identity) -> String {
    let report = who.activity_report();
    report.map_or("none".into(), |it| {
        let since = it.sealed_at.unix() - START;
        format!("{} {} {since} {:?}", it.cookie, it.octets, it.fields)
    })
}

/// A clock, and a browser that has just signed in; ends are counted in seconds from now.
async fn start(policy: Policy, remember: bool) -> (TestClock, Browser) {
    let clock = TestClock::new();
    let (seen, looked, again) = (clock.clone(), clock.clone(), clock.clone());
    let enter = async move |mut who: Identity| {
        match remember {
            true => who.sign_in_and_remember("ann", 7 * DAY).await.unwrap(),
            false => who.sign_in("ann").await.unwrap(),
        };
        left(who, seen.clone()).await
    };
    let renew = async move |mut who: Identity| {
        who.renew().await.unwrap();
        left(who, again.clone()).await
    };
    let (look, peek) = (looked.clone(), looked);
    let app = Router::new()
        .route("/in", get(enter))
        .route("/left", get(async move |who: Identity| left(who, look.clone()).await))
        .route("/peek", get(async move |_: Passive, who: Identity| left(who, peek.clone()).await))
        .route("/renew", get(renew))
        .route("/activity", get(activity))
        .layer(builder(&clock).policy(policy).build().unwrap());
    (clock, Browser::new(app))
}

#[tokio::test]
async fn who_leaves_is_signed_in_until_the_idle_timeout() {
    let (clock, mut browser) = start(Policy::standard(), false).await;
    assert_eq!(browser.get("/left").await.body, "nobody");
    assert_eq!(browser.get("/in").await.body, HOUR.to_string());
    clock.advance(5 * MINUTE);
    // Too early to be written down: it ends as if this request had not been.
    assert_eq!(browser.get("/left").await.body, (55 * MINUTE).to_string());
    clock.advance(45 * MINUTE);
    assert_eq!(browser.get("/peek").await.body, (10 * MINUTE).to_string());
    assert_eq!(browser.get("/left").await.body, HOUR.to_string());
    clock.advance(HOUR - 1);
    assert_eq!(browser.get("/peek").await.body, "1");
    clock.advance(1);
    assert_eq!(browser.get("/peek").await.body, "nobody");
}

#[tokio::test]
async fn a_new_session_id_counts_from_now() {
    let (clock, mut browser) = start(Policy::standard(), false).await;
    browser.get("/in").await;
    clock.advance(5 * MINUTE);
    assert_eq!(browser.get("/renew").await.body, HOUR.to_string());
    assert_eq!(browser.get("/peek").await.body, HOUR.to_string());
}

#[tokio::test]
async fn nobody_is_signed_in_beyond_the_absolute_timeout() {
    let (clock, mut browser) = start(Policy::standard().absolute_timeout(90 * MINUTE), false).await;
    browser.get("/in").await;
    clock.advance(50 * MINUTE);
    assert_eq!(browser.get("/left").await.body, (40 * MINUTE).to_string());
    let (clock, mut browser) = start(Policy::relaxed(), false).await;
    assert_eq!(browser.get("/in").await.body, (30 * DAY).to_string());
    clock.advance(DAY);
    assert_eq!(browser.get("/left").await.body, (29 * DAY).to_string());
}

#[tokio::test]
async fn who_is_remembered_has_the_end_that_was_chosen() {
    let (clock, mut browser) = start(Policy::standard().remember_for(30 * DAY), true).await;
    assert_eq!(browser.get("/in").await.body, (7 * DAY).to_string());
    clock.advance(2 * DAY);
    assert_eq!(browser.get("/left").await.body, (5 * DAY).to_string());
    assert_eq!(browser.get("/activity").await.body, "none");
}

#[tokio::test]
async fn the_activity_cookie_reports_when_activity_was_written_down() {
    let (clock, mut browser) = start(Policy::standard(), false).await;
    assert_eq!(browser.get("/activity").await.body, "none");
    browser.get("/in").await;
    assert_eq!(browser.get("/activity").await.body, "none", "the identity's own time tells");
    clock.advance(7 * MINUTE);
    browser.get("/left").await;
    let octets = "__Host-seen".len() + browser.jar["__Host-seen"].len();
    clock.advance(2 * MINUTE);
    let told = format!("__Host-seen {octets} {} [(\"session id\", 16)]", 7 * MINUTE);
    assert_eq!(browser.get("/activity").await.body, told);

    // The activity of another session counts for nobody.
    let old = browser.jar["__Host-seen"].clone();
    browser.get("/renew").await;
    browser.jar.insert("__Host-seen".into(), old);
    assert_eq!(browser.get("/activity").await.body, "none");
}
