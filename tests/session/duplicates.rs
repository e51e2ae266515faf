//! Several cookies of one name.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{Identity, Session, View};

use crate::browser::{Browser, START, TestClock, Visits, builder};
use crate::events::Events;

async fn count(mut visits: Session<Visits>) {
    visits.0 += 1;
}

async fn show(visits: View<Visits>) -> String {
    visits.0.to_string()
}

async fn who(who: Identity) -> String {
    who.subject().unwrap_or("nobody").to_owned()
}

fn app(clock: &TestClock) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/count", get(count))
        .route("/who", get(who))
        .route(
            "/in/{subject}",
            get(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it).await.map(drop).unwrap()),
        )
        .route("/renew", get(async |mut who: Identity| who.renew().await.unwrap().to_string()))
        .layer(builder(clock).build().unwrap())
}

/// Every cookie called `name` that the browser had after each of these requests, as `name=value`.
async fn history(browser: &mut Browser, name: &str, paths: &[&str]) -> Vec<String> {
    let mut pairs = Vec::new();
    for path in paths {
        browser.get(path).await;
        pairs.push(format!("{name}={}", browser.jar[name]));
    }
    pairs
}

fn browser() -> Browser {
    Browser::new(app(&TestClock::new()))
}

fn refusal(name: &str, reason: &str) -> String {
    format!("INFO cookie refused cookie=\"{name}\" reason=\"{reason}\" unsettled=false")
}

#[tokio::test]
async fn of_four_sealed_in_one_second_the_highest_generation_wins() {
    let mut browser = browser();
    let mut pairs = history(&mut browser, "__Host-visits", &["/count"; 4]).await;
    for _ in 0..4 {
        pairs.rotate_left(1);
        assert_eq!(browser.send_with("/", &[&pairs.join("; ")]).await.body, "4");
    }
}

#[tokio::test]
async fn the_latest_sealed_at_wins_over_a_higher_generation() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock));
    let many = history(&mut browser, "__Host-visits", &["/count"; 3]).await;
    browser.jar.clear();
    clock.set(START + 1);
    let one = history(&mut browser, "__Host-visits", &["/count"]).await;
    for pairs in [[&many[2], &one[0]], [&one[0], &many[2]]] {
        assert_eq!(browser.send_with("/", &pairs.map(String::as_str)).await.body, "1");
    }
}

#[tokio::test]
async fn five_different_ones_are_refused_and_one_five_times_is_one() {
    let mut browser = browser();
    let pairs = history(&mut browser, "__Host-visits", &["/count"; 5]).await;
    let events = Events::start();
    assert_eq!(browser.send_with("/", &[&pairs.join("; ")]).await.body, "0");
    assert_eq!(events.take(), [refusal("__Host-visits", "too_many_cookies")]);
    let same = [pairs[0].as_str(); 5].join(";");
    assert_eq!(browser.send_with("/", &[&same]).await.body, "1");
    assert_eq!(events.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_good_one_beside_junk_is_used_and_the_junk_is_an_event() {
    let mut browser = browser();
    let good = history(&mut browser, "__Host-visits", &["/count"]).await.remove(0);
    let events = Events::start();
    for fields in [vec!["__Host-visits=junk", &good], vec![&good, "__Host-visits=junk"]] {
        assert_eq!(browser.send_with("/", &fields).await.body, "1");
        assert_eq!(events.take(), [refusal("__Host-visits", "too_short")]);
    }
}

#[tokio::test]
async fn a_request_has_one_event_for_a_name_however_many_of_it_are_refused() {
    let browser = browser();
    let events = Events::start();
    let pairs = "__Host-visits=a;__Host-visits=b;__Host-visits=AAAA;__Host-visits=c";
    assert_eq!(browser.send_with("/", &[pairs]).await.body, "0");
    assert_eq!(events.take(), [refusal("__Host-visits", "not_base64url")]);
    let pairs = pairs.replace("visits", "id");
    assert_eq!(browser.send_with("/who", &[&pairs, &pairs]).await.body, "nobody");
    assert_eq!(events.take(), [refusal("__Host-id", "not_base64url")]);
}

#[tokio::test]
async fn what_may_yet_be_accepted_is_the_event_among_what_is_dead() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock));
    clock.set(START + 120);
    let ahead = history(&mut browser, "__Host-id", &["/in/ann"]).await.remove(0);
    clock.set(START);
    let events = Events::start();
    assert_eq!(browser.send_with("/who", &["__Host-id=a", &ahead, "__Host-id=b"]).await.body, "nobody");
    let unsettled = "INFO cookie refused cookie=\"__Host-id\" reason=\"from_future\" unsettled=true";
    assert_eq!(events.take(), [unsettled]);
}

#[tokio::test]
async fn who_was_idle_is_one_event_beside_junk() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock));
    let good = history(&mut browser, "__Host-id", &["/in/ann"]).await.remove(0);
    clock.set(START + 3600);
    let events = Events::start();
    assert_eq!(browser.send_with("/who", &["__Host-id=junk", &good]).await.body, "nobody");
    assert_eq!(events.take().len(), 1);
}

#[tokio::test]
async fn several_cookie_fields_are_all_read() {
    let mut browser = browser();
    let good = history(&mut browser, "__Host-visits", &["/count"]).await.remove(0);
    assert_eq!(browser.send_with("/", &["a=1", "b=2; c", &good, ""]).await.body, "1");
}

#[tokio::test]
async fn two_sign_ins_at_once_are_refused_and_a_renewal_of_one_is_another() {
    let mut browser = browser();
    let mut pairs = history(&mut browser, "__Host-id", &["/in/ann"]).await;
    pairs.extend(history(&mut browser, "__Host-id", &["/renew"]).await);
    let events = Events::start();
    assert_eq!(browser.send_with("/who", &[&pairs.join("; ")]).await.body, "nobody");
    assert_eq!(events.take(), [refusal("__Host-id", "conflict")]);
    assert_eq!(browser.send_with("/who", &[&pairs[0]]).await.body, "ann");
}

#[tokio::test]
async fn a_persons_latest_comes_before_another_persons_and_a_guests_later_ones() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock));
    let mut pairs = history(&mut browser, "__Host-id", &["/in/ann"]).await;
    let ann = pairs[0].clone();
    pairs.extend(history(&mut browser, "__Host-visits-own", &["/count"; 2]).await);
    clock.set(START + 30);
    browser.get("/in/bob").await;
    pairs.extend(history(&mut browser, "__Host-visits-own", &["/count"]).await);
    browser.jar.clear();
    pairs.extend(history(&mut browser, "__Host-visits", &["/count"; 3]).await);
    for _ in 0..pairs.len() {
        pairs.rotate_left(1);
        assert_eq!(browser.send_with("/", &[&pairs.join("; ")]).await.body, "2");
    }
    pairs.retain(|pair| *pair != ann);
    assert_eq!(browser.send_with("/", &[&pairs.join("; ")]).await.body, "3");
}

#[tokio::test]
async fn a_name_that_only_looks_like_ours_is_not_ours() {
    let mut browser = browser();
    let good = history(&mut browser, "__Host-visits", &["/count"]).await.remove(0);
    let value = good.split_once('=').unwrap().1;
    let events = Events::start();
    for name in
        ["__%48ost-visits", "__host-visits", "__Host-visitsx", "__Host-visit", "visits", "$__Host-visits"]
    {
        assert_eq!(browser.send_with("/", &[&format!("{name}={value}")]).await.body, "0", "{name}");
    }
    assert_eq!(browser.send_with("/", &[&format!("__Host-visits=\"{value}\"")]).await.body, "0");
    assert_eq!(events.take(), [refusal("__Host-visits", "not_base64url")]);
}
