//! People who ask to be remembered.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{BuildError, Identity, Policy, Session, SessionError, SignedIn, View};

use crate::browser::{Browser, START, TestClock, Visits, builder, ring, with_ring};
use crate::rings::with_longest_session;

const DAY: u64 = 86_400;
const WEEK: u64 = 7 * DAY;

async fn who(who: Identity) -> String {
    who.subject().unwrap_or("nobody").to_owned()
}

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

async fn remember(Path(seconds): Path<u64>, mut who: Identity) -> Result<String, SessionError> {
    who.sign_in_and_remember("ann", seconds).await?;
    Ok(format!("{:?}", who.expires_at().map(gingersnap::Timestamp::unix)))
}

fn routes() -> Router {
    Router::new()
        .route("/", get(who))
        .route("/visits", get(async |visits: View<Visits>| visits.0.to_string()))
        .route("/count", get(count))
        .route("/remember/{seconds}", get(remember))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/out", get(async |mut who: Identity| who.sign_out().await))
        .route("/account", get(async |_: SignedIn<600>| ()))
        .route("/renew", get(async |mut who: Identity| who.renew().await.unwrap().to_string()))
        .route("/again", get(async |mut who: Identity| who.reauthenticate().await.unwrap().to_string()))
}

const POLICY: Policy = Policy::standard().remember_for(WEEK);

fn browser(clock: &TestClock) -> Browser {
    Browser::new(routes().layer(builder(clock).policy(POLICY).build().unwrap()))
}

#[tokio::test]
async fn who_is_remembered_stays_signed_in_until_the_chosen_end_however_idle() {
    for (age, subject) in [(2 * DAY - 1, "ann"), (2 * DAY, "nobody"), (2 * DAY + 1, "nobody")] {
        let clock = TestClock::new();
        let mut browser = browser(&clock);
        browser.get(&format!("/remember/{}", 2 * DAY)).await;
        clock.advance(age);
        let answer = browser.get("/").await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), (subject, ""), "{age}");
    }
}

#[tokio::test]
async fn the_policy_is_the_longest_that_anybody_is_remembered() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    let answer = browser.get(&format!("/remember/{}", u64::MAX)).await;
    assert_eq!(answer.body, format!("Some({})", START + WEEK));
    clock.set(START + WEEK - 1);
    assert_eq!(browser.get("/").await.body, "ann");
    clock.set(START + WEEK);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn what_belongs_to_who_is_remembered_is_kept_as_long_as_they_are() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    browser.get("/count").await;
    browser.get(&format!("/remember/{WEEK}")).await;
    assert_eq!(browser.get("/count").await.body, "2");
    clock.set(START + WEEK - 1);
    assert_eq!(browser.get("/visits").await.body, "2");
    clock.set(START + WEEK);
    assert_eq!(browser.get("/visits").await.body, "0");
}

#[tokio::test]
async fn the_browser_keeps_the_identity_of_who_is_remembered_until_its_end() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    let answer = browser.get("/remember/1000").await;
    assert_eq!(answer.set_cookies[0].attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1000");
    clock.advance(400);
    for path in ["/renew", "/again"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.set_cookie("__Host-id").max_age(), Some(600), "{path}");
    }
}

#[tokio::test]
async fn the_identity_of_everybody_else_ends_with_the_browser() {
    let clock = TestClock::new();
    for layer in [builder(&clock), builder(&clock).policy(POLICY), builder(&clock).lasting(30 * DAY)] {
        let answer = Browser::new(routes().layer(layer.build().unwrap())).get("/in").await;
        assert_eq!(answer.set_cookie("__Host-id").max_age(), None);
    }
}

/// Four weeks without a request, a year at most.
const ROLLING: Policy = Policy::standard().remember_for(365 * DAY).remember_idle(4 * WEEK);

fn rolling(clock: &TestClock) -> Browser {
    let year = with_longest_session(&ring(), 365 * DAY);
    let layer = with_ring(year, clock).policy(ROLLING).build().unwrap();
    Browser::new(routes().layer(layer))
}

#[tokio::test]
async fn who_comes_often_enough_stays_signed_in_to_the_longest_that_anybody_is_remembered() {
    let clock = TestClock::new();
    let mut browser = rolling(&clock);
    browser.get(&format!("/remember/{}", u64::MAX)).await;
    for day in (7..365).step_by(7) {
        clock.set(START + day * DAY);
        browser.restart();
        let answer = browser.get("/").await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann", "__Host-seen"), "day {day}");
        assert_eq!(answer.set_cookie("__Host-seen").max_age(), Some((365 - day) * DAY));
    }
    clock.set(START + 365 * DAY - 1);
    assert_eq!(browser.get("/").await.body, "ann");
    clock.set(START + 365 * DAY);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn who_is_remembered_and_does_not_come_is_out_after_so_long() {
    let clock = TestClock::new();
    let mut browser = rolling(&clock);
    browser.get(&format!("/remember/{}", u64::MAX)).await;
    clock.set(START + 4 * WEEK - 1);
    assert_eq!(browser.late("/").await.body, "ann");
    clock.set(START + 4 * WEEK);
    assert_eq!(browser.get("/").await.body, "nobody");
}

/// A page that was on its way at the sign-out lands last, with the activity.
#[tokio::test]
async fn nothing_that_keeps_a_sign_in_alive_brings_it_back_after_a_sign_out() {
    let clock = TestClock::new();
    let mut browser = rolling(&clock);
    browser.get(&format!("/remember/{}", u64::MAX)).await;
    clock.advance(7 * DAY);
    let late = browser.late("/").await;
    assert_eq!(late.sets(), "__Host-seen");
    browser.get("/out").await;
    browser.keep(&late);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn staying_signed_in_is_no_proof_of_who_one_is() {
    let clock = TestClock::new();
    let mut browser = rolling(&clock);
    browser.get(&format!("/remember/{}", u64::MAX)).await;
    assert_eq!(browser.get("/account").await.status, 200);
    clock.advance(601);
    browser.get("/").await;
    assert_eq!(browser.get("/account").await.status, 401);
    clock.advance(7 * DAY);
    assert_eq!(browser.get("/").await.sets(), "__Host-seen");
    assert_eq!(browser.get("/account").await.status, 401);
}

#[tokio::test]
async fn renewing_and_authenticating_again_leave_the_chosen_end() {
    for path in ["/renew", "/again"] {
        let clock = TestClock::new();
        let mut browser = browser(&clock);
        browser.get("/remember/1000").await;
        clock.advance(999);
        assert_eq!(browser.get(path).await.body, "true");
        assert_eq!(browser.get("/").await.body, "ann");
        clock.advance(1);
        assert_eq!(browser.get("/").await.body, "nobody", "{path}");
    }
}

#[tokio::test]
async fn an_ordinary_sign_in_is_not_remembered_even_after_one_that_was() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    browser.get(&format!("/remember/{WEEK}")).await;
    browser.get("/in").await;
    clock.advance(3600);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn a_policy_that_remembers_nobody_says_what_is_missing() {
    let mut browser = Browser::new(routes().layer(builder(&TestClock::new()).build().unwrap()));
    let answer = browser.get("/remember/1000").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(
        answer.error.unwrap().to_string(),
        "the policy remembers nobody: give the SessionLayer's policy a `.remember_for(seconds)`"
    );
}

#[tokio::test]
async fn a_policy_that_remembers_no_longer_holds_everybody_to_its_timeouts() {
    let (ring, clock) = (ring(), TestClock::new());
    let node = |policy| routes().layer(with_ring(ring.clone(), &clock).policy(policy).build().unwrap());
    let mut browser = Browser::new(node(POLICY));
    browser.get(&format!("/remember/{WEEK}")).await;
    clock.advance(3599);
    assert_eq!(browser.moved_to(node(Policy::standard())).get("/").await.body, "ann");
    clock.advance(1);
    assert_eq!(browser.moved_to(node(Policy::standard())).get("/").await.body, "nobody");
    let shorter = Policy::standard().remember_for(3601);
    assert_eq!(browser.moved_to(node(shorter)).get("/").await.body, "ann");
    clock.advance(1);
    assert_eq!(browser.moved_to(node(shorter)).get("/").await.body, "nobody");
}

#[tokio::test]
async fn an_end_after_2106_is_the_last_second_that_a_token_can_name() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    clock.set(u64::from(u32::MAX) - 10);
    let answer = browser.get("/remember/1000").await;
    assert_eq!(answer.body, format!("Some({})", u32::MAX));
    clock.advance(9);
    assert_eq!(browser.get("/").await.body, "ann");
    clock.advance(1);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[test]
fn a_policy_longer_than_the_ring_allows_is_refused() {
    let clock = TestClock::new();
    let month = with_longest_session(&ring(), 30 * DAY);
    let build = |policy| with_ring(month.clone(), &clock).policy(policy).build().map(drop);
    assert_eq!(build(Policy::standard().remember_for(30 * DAY)), Ok(()));
    assert_eq!(
        build(Policy::standard().remember_for(30 * DAY + 1)),
        Err(BuildError::BadPolicy { absolute: 30 * DAY + 1, longest: 30 * DAY })
    );
}

#[test]
fn an_idle_timeout_that_could_not_be_put_off_is_refused() {
    let clock = TestClock::new();
    let build = |policy| builder(&clock).policy(policy).build().map(drop).map_err(|error| error.to_string());
    let refused = |idle, renew_after| {
        Err(format!("the idle timeout of {idle} s must be longer than renew_after, which is {renew_after} s"))
    };
    assert_eq!(build(Policy::standard().idle_timeout(Some(1))), Ok(()));
    assert_eq!(build(Policy::standard().idle_timeout(Some(0))), refused(0, 0));
    assert_eq!(build(Policy::standard().renew_after(3600)), refused(3600, 3600));
    assert_eq!(build(Policy::standard().renew_after(3599)), Ok(()));
    assert_eq!(build(Policy::relaxed().renew_after(3600)), Ok(()));
    let remembers = Policy::relaxed().remember_for(WEEK);
    assert_eq!(build(remembers.remember_idle(0)), refused(0, 0));
    assert_eq!(build(remembers.remember_idle(DAY).renew_after(DAY)), refused(DAY, DAY));
    assert_eq!(build(remembers.remember_idle(DAY).renew_after(DAY - 1)), Ok(()));
    assert_eq!(
        build(Policy::standard().remember_idle(DAY)).unwrap_err(),
        "the policy remembers nobody: its remember_idle needs a `.remember_for(seconds)`"
    );
}
