//! The idle timeout, and the cookie that puts it off.

use axum::Router;
use axum::middleware::from_extractor;
use axum::routing::get;
use gingersnap::token::Unopened;
use gingersnap::{
    Entropy, Flash, Identity, NoEntropy, Passive, Policy, Refusal, Session, SessionError, View,
};

use crate::browser::{Browser, START, TestClock, Theme, Visits, builder, ring, with_ring};
use crate::events::Events;
use crate::rings::{followed, without_first_key};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const SEEN: &str = "__Host-seen";

async fn who(who: Identity) -> String {
    who.subject().unwrap_or("nobody").to_owned()
}

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

fn routes() -> Router {
    Router::new()
        .route("/", get(who))
        .route("/visits", get(async |visits: View<Visits>| visits.0.to_string()))
        .route("/count", get(count))
        .route("/flash", get(async |mut flash: Flash| drop(flash.messages())))
        .route("/theme", get(async |theme: View<Theme>| theme.0.clone()))
        .route("/untouched", get(async || "ok"))
        .route("/poll", get(async |_: Passive, it: Identity| who(it).await))
        .route("/polls", get(who).layer(from_extractor::<Passive>()))
        .route("/fails", get(async |_: Identity| http::StatusCode::INTERNAL_SERVER_ERROR))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop).unwrap()))
        .route("/bob", get(async |mut who: Identity| who.sign_in("bob").await.map(drop)))
        .route("/renew", get(async |mut who: Identity| who.renew().await.unwrap().to_string()))
        .route("/again", get(async |mut who: Identity| who.reauthenticate().await.unwrap().to_string()))
        .route("/out", get(async |mut who: Identity| who.sign_out().await.unwrap()))
}

fn app(clock: &TestClock, policy: Policy) -> Router {
    routes().layer(builder(clock).policy(policy).build().unwrap())
}

/// A browser that signed in at `START`.
async fn signed_in(clock: &TestClock, policy: Policy) -> Browser {
    let mut browser = Browser::new(app(clock, policy));
    browser.get("/in").await;
    browser
}

#[tokio::test]
async fn a_sign_in_ends_when_it_was_left_alone_for_the_idle_timeout() {
    for (policy, idle) in [(Policy::standard(), HOUR), (Policy::strict(), HOUR / 4)] {
        for (age, subject) in [(idle - 1, "ann"), (idle, "nobody"), (idle + 1, "nobody")] {
            let clock = TestClock::new();
            let mut browser = signed_in(&clock, policy).await;
            clock.advance(age);
            assert_eq!(browser.get("/").await.body, subject, "{idle} {age}");
        }
    }
}

#[tokio::test]
async fn activity_puts_the_idle_timeout_off_until_the_absolute_one() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    let mut age = 0;
    while age + HOUR - 1 < DAY {
        age += HOUR - 1;
        clock.set(START + age);
        let answer = browser.get("/").await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann", SEEN), "{age}");
    }
    clock.set(START + DAY - 1);
    assert_eq!(browser.get("/").await.body, "ann");
    clock.set(START + DAY);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn without_an_idle_timeout_nothing_is_written_down() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::relaxed()).await;
    clock.set(START + 30 * DAY - 1);
    let answer = browser.get("/").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann", ""));
    clock.set(START + 30 * DAY);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn activity_is_written_down_at_most_once_in_renew_after() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard().renew_after(300)).await;
    for (age, sets) in [(299, ""), (300, SEEN), (301, ""), (599, ""), (600, SEEN), (1200, SEEN)] {
        clock.set(START + age);
        assert_eq!(browser.get("/").await.sets(), sets, "{age}");
    }
}

#[tokio::test]
async fn unless_set_activity_is_written_down_after_a_tenth_of_the_idle_timeout() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    for (age, sets) in [(359, ""), (360, SEEN)] {
        clock.set(START + age);
        assert_eq!(browser.get("/").await.sets(), sets, "{age}");
    }
}

#[tokio::test]
async fn only_what_asks_who_is_signed_in_is_activity() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    browser.get("/flash").await;
    clock.advance(HOUR / 2);
    for path in ["/untouched", "/flash", "/theme", "/fails"] {
        assert_eq!(browser.get(path).await.sets(), "", "{path}");
    }
    // Data that may be a person's asks who is there.
    assert_eq!(browser.get("/visits").await.sets(), SEEN);
}

#[tokio::test]
async fn a_passive_request_is_held_to_the_idle_timeout_and_does_not_put_it_off() {
    for path in ["/poll", "/polls"] {
        let clock = TestClock::new();
        let mut browser = signed_in(&clock, Policy::standard()).await;
        clock.set(START + HOUR - 1);
        let answer = browser.get(path).await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann", ""), "{path}");
        clock.set(START + HOUR);
        assert_eq!(browser.get(path).await.body, "nobody", "{path}");
    }
}

#[tokio::test]
async fn an_anonymous_session_has_no_idle_timeout() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock, Policy::standard()));
    browser.get("/count").await;
    clock.set(START + DAY - 1);
    let answer = browser.get("/visits").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("1", ""));
    clock.set(START + DAY);
    assert_eq!(browser.get("/visits").await.body, "0");
}

#[tokio::test]
async fn another_sign_ins_activity_is_ignored_and_written_anew() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    clock.advance(HOUR / 2);
    browser.get("/").await;
    let anns = browser.jar[SEEN].clone();
    assert_eq!(browser.get("/bob").await.sets(), "__Host-id -__Host-seen");
    browser.jar.insert(SEEN.into(), anns);
    assert_eq!(browser.get("/").await.sets(), SEEN);
    assert_eq!(browser.get("/").await.sets(), "");
}

#[tokio::test]
async fn activity_goes_with_the_session_id_that_it_is_about() {
    for (path, sets) in [
        ("/out", "-__Host-id -__Host-seen"),
        ("/in", "__Host-id -__Host-seen"),
        ("/renew", "__Host-id -__Host-seen"),
        ("/again", "__Host-id -__Host-seen"),
    ] {
        let clock = TestClock::new();
        let mut browser = signed_in(&clock, Policy::standard()).await;
        clock.advance(HOUR / 2);
        browser.get("/").await;
        assert_eq!(browser.get(path).await.sets(), sets, "{path}");
    }
}

#[tokio::test]
async fn renewing_counts_as_activity() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    clock.set(START + HOUR - 1);
    browser.get("/renew").await;
    clock.set(START + 2 * HOUR - 2);
    assert_eq!(browser.get("/").await.body, "ann");
    clock.set(START + 2 * HOUR - 2 + HOUR);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn a_lost_activity_cookie_ends_the_session_early_and_never_late() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    clock.set(START + HOUR - 1);
    browser.get("/").await;
    browser.jar.remove(SEEN);
    assert_eq!(browser.get("/").await.body, "ann");
    browser.jar.remove(SEEN);
    clock.set(START + HOUR);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn a_tampered_activity_cookie_is_as_good_as_none_and_is_written_anew() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    browser.jar.insert(SEEN.into(), "AAAA".into());
    assert_eq!(browser.get("/").await.sets(), SEEN);
    clock.set(START + HOUR);
    browser.jar.insert(SEEN.into(), "AAAA".into());
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn activity_of_a_clock_that_is_ahead_counts_as_now_and_is_corrected() {
    let (ring, clock, fast) = (ring(), TestClock::new(), TestClock::new());
    let node = |clock: &TestClock| routes().layer(with_ring(ring.clone(), clock).build().unwrap());
    let mut browser = Browser::new(node(&clock));
    browser.get("/in").await;
    // A year ahead is far beyond the absolute timeout; an hour ahead is the idle timeout.
    fast.set(START + HOUR - 1);
    let mut elsewhere = browser.moved_to(node(&fast));
    assert_eq!(elsewhere.get("/").await.sets(), SEEN);
    let mut browser = elsewhere.moved_to(node(&clock));
    let events = Events::start();
    assert_eq!(browser.get("/").await.sets(), SEEN);
    assert_eq!(events.take(), ["WARN activity was written down by a clock that is ahead; it counts as now"]);
    assert_eq!(sealed_at(&browser.jar[SEEN]), START);
    assert_eq!(browser.get("/").await.sets(), "");
    clock.set(START + HOUR);
    assert_eq!(browser.get("/").await.body, "nobody");
}

#[tokio::test]
async fn two_nodes_a_minute_apart_agree_and_activity_never_goes_back() {
    let (ring, clock, fast) = (ring(), TestClock::new(), TestClock::new());
    let node = |clock: &TestClock| routes().layer(with_ring(ring.clone(), clock).build().unwrap());
    let mut browser = Browser::new(node(&clock));
    browser.get("/in").await;
    clock.set(START + 1000);
    fast.set(START + 1060);
    let mut browser = browser.moved_to(node(&fast));
    browser.get("/").await;
    assert_eq!(sealed_at(&browser.jar[SEEN]), START + 1060);
    clock.set(START + 1000 + 419);
    fast.set(START + 1060 + 419);
    let mut browser = browser.moved_to(node(&clock));
    assert_eq!(browser.get("/").await.sets(), "");
    clock.set(START + 1060 + 360);
    assert_eq!(browser.get("/").await.sets(), SEEN);
    assert_eq!(sealed_at(&browser.jar[SEEN]), START + 1420);
}

#[tokio::test]
async fn a_clock_that_goes_back_an_hour_or_a_year_signs_nobody_out() {
    for back in [HOUR, 365 * DAY] {
        let clock = TestClock::new();
        let mut browser = signed_in(&clock, Policy::standard()).await;
        clock.advance(HOUR / 2);
        browser.get("/").await;
        let jar = browser.cookies();
        clock.set(START - back);
        assert_eq!(browser.get("/").await.body, "nobody", "{back}");
        assert_eq!(browser.cookies(), jar, "{back}");
        clock.set(START + HOUR);
        assert_eq!(browser.get("/").await.body, "ann", "{back}");
    }
}

#[tokio::test]
async fn activity_under_a_key_that_this_node_does_not_have_yet_signs_nobody_out() {
    let (ring, clock) = (ring(), TestClock::new());
    let node = |ring| routes().layer(with_ring(ring, &clock).build().unwrap());
    let (lagging, ahead) = (node(followed(without_first_key(&ring, false))), node(followed(ring)));
    let mut browser = Browser::new(lagging.clone());
    browser.get("/in").await;
    clock.set(START + HOUR - 1);
    let mut browser = browser.moved_to(ahead);
    assert_eq!(browser.get("/").await.sets(), SEEN);
    let jar = browser.cookies();
    let mut browser = browser.moved_to(lagging);
    // Young enough by the identity itself: all is well, and the newer activity is left alone.
    let answer = browser.get("/").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann", ""));
    // Later this node cannot know: it sees nobody, and must not write for somebody whom it cannot see.
    clock.set(START + HOUR);
    assert_eq!(browser.get("/").await.body, "nobody");
    let answer = browser.get("/count").await;
    assert_eq!(answer.error, Some(SessionError::Unsettled(Refusal::UnknownNewerKey)));
    assert_eq!(browser.cookies(), jar);
    // Who signs in proves who they are.
    assert_eq!(browser.get("/bob").await.sets(), "__Host-id -__Host-seen");
}

#[tokio::test]
async fn a_read_does_not_fail_for_want_of_a_key_to_write_activity_down_with() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(routes().layer(with_ring(ring.clone(), &clock).build().unwrap()));
    browser.get("/in").await;
    clock.advance(HOUR / 2);
    let mut browser =
        browser.moved_to(routes().layer(with_ring(ring, &clock).entropy(Empty).build().unwrap()));
    let events = Events::start();
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (200, "ann", ""));
    assert_eq!(
        events.take(),
        [
            "WARN activity not written down; the session may end early error=\"the operating system gave no random bytes\""
        ]
    );
}

#[tokio::test]
async fn who_was_idle_too_long_is_told_apart_for_the_operator_alone() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    clock.advance(HOUR);
    let events = Events::start();
    let answer = browser.get("/").await;
    assert_eq!(events.take(), ["INFO cookie refused cookie=\"__Host-id\" reason=\"idle\" unsettled=false"]);
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("nobody", ""));
}

#[tokio::test]
async fn a_shortened_idle_timeout_acts_on_sessions_that_are_out_already() {
    let (ring, clock) = (ring(), TestClock::new());
    let node = |policy| routes().layer(with_ring(ring.clone(), &clock).policy(policy).build().unwrap());
    let mut browser = Browser::new(node(Policy::relaxed()));
    browser.get("/in").await;
    clock.advance(HOUR / 4);
    assert_eq!(browser.moved_to(node(Policy::standard())).get("/").await.body, "ann");
    assert_eq!(browser.moved_to(node(Policy::strict())).get("/").await.body, "nobody");
}

#[tokio::test]
async fn activity_written_down_is_private_to_the_browser() {
    let clock = TestClock::new();
    let mut browser = signed_in(&clock, Policy::standard()).await;
    clock.advance(HOUR / 2);
    let answer = browser.get("/").await;
    assert_eq!(answer.headers["vary"], "Cookie");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.set_cookies[0].attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(browser.jar[SEEN].len(), 96);
}

/// A source of randomness that has none.
struct Empty;

impl Entropy for Empty {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

fn sealed_at(token: &str) -> u64 {
    Unopened::parse(token.as_bytes()).unwrap().header().sealed_at.unix()
}
