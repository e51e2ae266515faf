//! People who ask to be remembered.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::cookie::CookieSettings;
use gingersnap::{BuildError, Identity, Policy, Session, SessionError, View};

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
async fn the_browser_keeps_the_cookies_of_who_is_remembered_until_their_end() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    let answer = browser.get("/remember/1000").await;
    assert_eq!(answer.set_cookies[0].attributes, "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1000");
    clock.advance(400);
    for path in ["/count", "/renew", "/again"] {
        let answer = browser.get(path).await;
        assert!(!answer.set_cookies.is_empty());
        assert!(answer.set_cookies.iter().all(|cookie| cookie.max_age() == Some(600)), "{path}");
    }
}

#[tokio::test]
async fn the_cookies_of_everybody_else_end_with_the_browser_or_as_the_layer_says() {
    let clock = TestClock::new();
    let answer = browser(&clock).get("/in").await;
    assert_eq!(answer.set_cookies[0].max_age(), None);
    let month = CookieSettings { max_age: Some(30 * DAY), ..CookieSettings::default() };
    let layer = builder(&clock).policy(POLICY).cookies(month).build().unwrap();
    let mut browser = Browser::new(routes().layer(layer));
    assert_eq!(browser.get("/in").await.set_cookies[0].max_age(), Some(2_592_000));
    assert_eq!(browser.get("/remember/1000").await.set_cookies[0].max_age(), Some(1000));
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
}
