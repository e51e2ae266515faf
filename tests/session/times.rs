//! Timeouts, clocks and cut-offs.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Clock as _, Identity, Policy, Session, SessionLayerBuilder, SystemClock, View};

use crate::browser::{Browser, START, TestClock, Visits, ring, with_ring};
use crate::events::Events;
use crate::rings::{made_at, rotated, sessions_dead_before};
use crate::steps::shop;

const DAY: u64 = 86_400;

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

async fn show(visits: View<Visits>) -> String {
    visits.0.to_string()
}

async fn who(who: Identity) -> String {
    who.subject().unwrap_or("nobody").to_owned()
}

async fn renew(mut who: Identity) -> String {
    format!("{} {:?}", who.renew().await.unwrap(), who.started_at().map(|at| at.unix()))
}

fn app(builder: SessionLayerBuilder) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/count", get(count))
        .route("/who", get(who))
        .route("/renew", get(renew))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop).unwrap()))
        .layer(builder.build().unwrap())
}

/// A ring, a clock at `START`, and a browser with a visit and a sign-in of that second. No idle timeout.
async fn start() -> (Keyring, TestClock, Browser) {
    let (ring, clock) = (ring(), TestClock::new());
    let policy = Policy::standard().idle_timeout(None);
    let mut browser = Browser::new(app(with_ring(ring.clone(), &clock).policy(policy)));
    browser.get("/in").await;
    browser.get("/count").await;
    (ring, clock, browser)
}

#[tokio::test]
async fn a_session_ends_when_its_age_reaches_the_absolute_timeout() {
    let (_, clock, mut browser) = start().await;
    let events = Events::start();
    for (age, subject, visits) in [(DAY - 1, "ann", "1"), (DAY, "nobody", "0"), (DAY + 1, "nobody", "0")] {
        clock.set(START + age);
        assert_eq!(browser.get("/who").await.body, subject, "{age}");
        assert_eq!(browser.get("/").await.body, visits, "{age}");
    }
    assert!(events.take().iter().all(|event| event.ends_with("reason=\"timed_out\" unsettled=false")));
}

#[tokio::test]
async fn an_anonymous_session_ends_at_the_absolute_timeout_however_often_it_is_written() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(with_ring(ring(), &clock)));
    for hour in 0..24 {
        clock.set(START + hour * 3600);
        assert_eq!(browser.get("/count").await.body, (hour + 1).to_string());
    }
    clock.set(START + DAY);
    assert_eq!(browser.get("/count").await.body, "1");
}

#[tokio::test]
async fn renewing_does_not_prolong_a_session() {
    let (_, clock, mut browser) = start().await;
    clock.set(START + DAY - 1);
    assert_eq!(browser.get("/renew").await.body, format!("true Some({START})"));
    clock.set(START + DAY);
    assert_eq!(browser.get("/who").await.body, "nobody");
}

#[tokio::test]
async fn a_shortened_policy_acts_on_sessions_that_are_out_already() {
    let (ring, clock, browser) = start().await;
    clock.set(START + 3599);
    let hour = || with_ring(ring.clone(), &clock).policy(Policy::standard().absolute_timeout(3600));
    let mut browser = browser.moved_to(app(hour()));
    assert_eq!(browser.get("/").await.body, "1");
    clock.set(START + 3600);
    assert_eq!(browser.get("/").await.body, "0");
    assert_eq!(browser.get("/who").await.body, "nobody");
}

#[tokio::test]
async fn a_longer_absolute_timeout_acts_on_new_sign_ins_alone_and_a_longer_idle_timeout_at_once() {
    let (ring, clock, browser) = start().await;
    let longer = Policy::standard().idle_timeout(None).absolute_timeout(2 * DAY);
    let mut browser = browser.moved_to(app(with_ring(ring.clone(), &clock).policy(longer)));
    clock.set(START + DAY - 1);
    assert_eq!(browser.get("/who").await.body, "ann");
    clock.set(START + DAY);
    assert_eq!(browser.get("/who").await.body, "nobody");
    browser.get("/in").await;
    clock.advance(2 * DAY - 1);
    assert_eq!(browser.get("/who").await.body, "ann");

    let idle = |seconds| app(with_ring(ring.clone(), &clock).policy(longer.idle_timeout(Some(seconds))));
    let mut browser = browser.moved_to(idle(3600));
    browser.get("/in").await;
    clock.advance(3600);
    assert_eq!(browser.get("/who").await.body, "nobody");
    assert_eq!(browser.moved_to(idle(7200)).get("/who").await.body, "ann");
}

/// Data of the browser was not written by anybody who could have been impersonated.
#[tokio::test]
async fn sessions_dead_before_leaves_what_belongs_to_the_browser() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/theme-dark/wish-tea/add-tea").await;
    let cut = |at| shop(with_ring(sessions_dead_before(&ring, at), &clock));
    assert_eq!(browser.moved_to(cut(START)).get("/all").await.body, "nobody: tea | tea | dark");
    assert_eq!(browser.moved_to(cut(START + 1)).get("/all").await.body, "nobody:  |  | dark");
}

#[tokio::test]
async fn sessions_dead_before_refuses_what_began_before_it() {
    let (ring, clock, browser) = start().await;
    clock.set(START + 60);
    let cut = |at| app(with_ring(sessions_dead_before(&ring, at), &clock));
    assert_eq!(browser.moved_to(cut(START)).get("/who").await.body, "ann");
    let events = Events::start();
    let mut after = browser.moved_to(cut(START + 1));
    assert_eq!(after.get("/who").await.body, "nobody");
    assert_eq!(
        events.take(),
        ["INFO cookie refused cookie=\"__Host-id\" reason=\"sessions_dead\" unsettled=false"]
    );
    assert_eq!(after.get("/count").await.body, "1");
}

#[tokio::test]
async fn a_clock_that_goes_back_by_minutes_leaves_the_cookies_alone() {
    for back in [61, 300] {
        let (_, clock, mut browser) = start().await;
        clock.set(START - back);
        let jar = browser.cookies();
        assert_eq!(browser.get("/").await.body, "0");
        let answer = browser.get("/count").await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
        clock.set(START);
        assert_eq!(browser.cookies(), jar);
        assert_eq!(browser.get("/").await.body, "1");
    }
}

#[tokio::test]
async fn a_clock_up_to_a_minute_behind_opens_and_never_lets_sealed_at_fall() {
    let (_, clock, mut browser) = start().await;
    clock.set(START - 60);
    assert_eq!(browser.get("/count").await.body, "2");
    assert_eq!(browser.get("/renew").await.status, 200);
    for name in ["__Host-visits-own", "__Host-id"] {
        assert_eq!(sealed_at(&browser.jar[name]), START, "{name}");
    }
    clock.set(START - 61);
    assert_eq!(browser.get("/count").await.status, 503);
}

/// The time in a token's header, which stands in clear.
fn sealed_at(token: &str) -> u64 {
    use gingersnap::token::Unopened;
    Unopened::parse(token.as_bytes()).unwrap().header().sealed_at.unix()
}

#[tokio::test]
async fn a_clock_at_the_ends_of_the_header_fails_and_removes_nothing() {
    let (ring, clock, browser) = start().await;
    let mut browser = browser.moved_to(app(with_ring(made_at(&ring, START), &clock)));
    let jar = browser.cookies();
    for (now, status) in [(0, 503), (u64::from(u32::MAX) + 1, 500), (u64::MAX, 500)] {
        clock.set(now);
        assert_eq!(browser.get("/").await.status, 200);
        assert_eq!(browser.get("/count").await.status, status, "{now}");
        assert_eq!(browser.cookies(), jar);
    }
    clock.set(u64::from(u32::MAX));
    assert_eq!(browser.get("/count").await.body, "1");
    assert_eq!(browser.get("/").await.body, "1");
}

#[tokio::test]
async fn a_read_after_a_rotation_seals_nothing_and_a_write_moves_to_the_new_key() {
    let (ring, clock, browser) = start().await;
    let (old, new) = (ring.keys()[0].id(), ring.keys()[1].id());
    clock.advance(10);
    let mut browser = browser.moved_to(app(with_ring(rotated(&ring, START + 5), &clock)));
    assert_eq!(browser.get("/").await.sets(), "");
    assert_eq!(key_id(&browser.jar["__Host-visits-own"]), old);
    assert_eq!(browser.get("/count").await.body, "2");
    assert_eq!(key_id(&browser.jar["__Host-visits-own"]), new);
    assert_eq!(key_id(&browser.jar["__Host-id"]), old);
}

fn key_id(token: &str) -> gingersnap::token::KeyId {
    gingersnap::token::Unopened::parse(token.as_bytes()).unwrap().header().key_id
}

/// An application that stamps a changed password and then signs in must not find the sign-in older than the change.
#[test]
#[expect(clippy::disallowed_methods, reason = "it is the machine's clock that is looked at")]
fn the_systems_clock_is_never_behind_that_of_the_application() {
    let start = Instant::now();
    let mut seconds = BTreeSet::new();
    while start.elapsed() < Duration::from_millis(2_100) {
        let changed_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!(SystemClock.now().unix() >= changed_at);
        seconds.insert(changed_at);
    }
    assert!(seconds.len() >= 3, "it saw a second begin, twice");
}
