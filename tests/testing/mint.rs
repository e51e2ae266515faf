//! Cookies made without a request.

use gingersnap::testing::{self, Mint, TestClock};
use gingersnap::{Identity, Level, Policy, Refusal, SessionData, Timestamp, View};
use serde::{Deserialize, Serialize};

use crate::app::{Cart, browser, builder, cart, sessions};
use crate::spoilt::refused;

const DAY: u64 = 86_400;

#[tokio::test]
async fn a_minted_identity_is_signed_in() {
    let sessions = sessions();
    let mut browser = browser(&sessions);
    browser.insert(Mint::of(&sessions).identity("ada"));
    assert_eq!(browser.get("/who").await.body, "ada");
}

#[tokio::test]
async fn a_minted_cookie_looks_as_if_the_layer_had_sent_it() {
    let sessions = sessions();
    let (mint, mut browser) = (Mint::of(&sessions), browser(&sessions));
    let ada = mint.identity("ada");
    let sent = browser.get("/in/ada").await.set_cookies.remove(0);
    assert_eq!(
        (&ada.name, ada.value.len(), &ada.attributes),
        (&sent.name, sent.value.len(), &sent.attributes)
    );
    let sent = browser.get("/add/tea").await.set_cookies.remove(0);
    let tea = mint.owned(&ada, &cart(&["tea"]));
    assert_eq!(
        (&tea.name, tea.value.len(), &tea.attributes),
        (&sent.name, sent.value.len(), &sent.attributes)
    );
}

#[tokio::test]
async fn an_aged_identity_began_then_and_ends_when_the_policy_says() {
    let clock = TestClock::new();
    let sessions = builder(&clock).policy(Policy::standard().idle_timeout(None)).build().unwrap();
    let mint = Mint::of(&sessions);
    let ada = mint.aged(DAY - 1).identity("ada");
    let who = Identity::from_parts(&testing::request(&sessions, &ada.to_string())).await.unwrap();
    let then = Timestamp::from_unix(TestClock::START - DAY + 1);
    assert_eq!((who.started_at(), who.authenticated_at()), (Some(then), Some(then)));
    assert_eq!(who.report().unwrap().sealed_at, then);
    assert_eq!(refused(&sessions, &mint.aged(DAY).identity("ada")).await, Some(Refusal::TimedOut));
    clock.advance(1);
    assert_eq!(refused(&sessions, &ada).await, Some(Refusal::TimedOut));
    assert_eq!(refused(&sessions, &mint.identity("ada")).await, None);
}

#[tokio::test]
async fn minted_activity_puts_the_idle_timeout_of_its_identity_off() {
    let sessions = builder(&TestClock::new()).build().unwrap();
    let mint = Mint::of(&sessions);
    let ada = mint.aged(DAY - 1).identity("ada");
    assert_eq!(refused(&sessions, &ada).await, Some(Refusal::Idle));
    for (age, refusal) in [(3599, None), (3600, Some(Refusal::Idle))] {
        let seen = mint.aged(age).activity(&ada);
        let request = testing::request(&sessions, &format!("{ada}; {seen}"));
        assert_eq!(Identity::from_parts(&request).await.unwrap().refused(), refusal, "{age}");
    }
}

#[tokio::test]
async fn a_minted_identity_is_remembered_until_its_end() {
    let policy = Policy::standard().remember_for(30 * DAY);
    let sessions = builder(&TestClock::new()).policy(policy).build().unwrap();
    let mint = Mint::of(&sessions).aged(7 * DAY);
    let ada = mint.remembered("ada", 7 * DAY + 1);
    assert_eq!((refused(&sessions, &ada).await, ada.max_age()), (None, Some(1)));
    assert_eq!(refused(&sessions, &mint.remembered("ada", 7 * DAY)).await, Some(Refusal::TimedOut));
    assert_eq!(mint.owned(&ada, &cart(&["tea"])).max_age(), Some(30 * DAY));
}

#[tokio::test]
async fn minted_data_is_a_visitors_and_began_then() {
    let sessions = sessions();
    for data in [cart(&["tea"]), Cart::default()] {
        let cookie = Mint::of(&sessions).aged(60).data(&data);
        let view = View::<Cart>::from_parts(&testing::request(&sessions, &cookie.to_string())).await.unwrap();
        let report = view.report().unwrap();
        assert_eq!((&*view, report.generation, report.is_owned), (&data, Some(1), Some(false)));
        assert_eq!(report.started_at, Some(Timestamp::from_unix(TestClock::START - 60)));
    }
}

#[tokio::test]
async fn owned_data_is_its_identitys_alone() {
    let sessions = sessions();
    let mint = Mint::of(&sessions);
    let (ada, bob) = (mint.identity("ada"), mint.identity("bob"));
    let mut browser = browser(&sessions);
    browser.insert(mint.owned(&ada, &cart(&["tea"])));
    assert_eq!(browser.get("/").await.body, "");
    browser.insert(bob);
    assert_eq!(browser.get("/").await.body, "");
    browser.insert(ada);
    assert_eq!(browser.get("/").await.body, "tea");
}

#[tokio::test]
async fn a_persons_data_may_be_older_than_their_sign_in() {
    let sessions = sessions();
    let mint = Mint::of(&sessions);
    let ada = mint.aged(10).identity("ada");
    for age in [0, 5, 60] {
        let both = format!("{ada}; {}", mint.aged(age).owned(&ada, &cart(&[])));
        let view = View::<Cart>::from_parts(&testing::request(&sessions, &both)).await.unwrap();
        let report = view.report().unwrap();
        assert_eq!(report.started_at, Some(Timestamp::from_unix(TestClock::START - age)), "{age}");
    }
}

#[tokio::test]
async fn a_minted_message_is_shown_for_an_hour() {
    let sessions = sessions();
    let mut browser = browser(&sessions);
    for (age, shown) in [(3599, "saved"), (3600, "")] {
        browser.insert(Mint::of(&sessions).aged(age).flash(Level::Success, "saved"));
        assert_eq!(browser.get("/flash").await.body, shown, "{age}");
    }
}

#[test]
#[should_panic(expected = "a subject has between 1 and 1024 bytes")]
fn who_cannot_sign_in_cannot_be_minted() {
    Mint::of(&sessions()).identity("");
}

#[test]
#[should_panic(expected = "a subject has between 1 and 1024 bytes")]
fn who_has_too_long_a_name_cannot_be_minted() {
    Mint::of(&sessions()).identity(&"x".repeat(1025));
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Stranger;

impl SessionData for Stranger {
    const TAG: &'static str = "stranger";
    const VERSION: u16 = 1;
}

#[test]
#[should_panic(expected = "the SessionLayer has no session of type testing::mint::Stranger: \
                           add `.session::<testing::mint::Stranger>(\"…\")` to its builder")]
fn a_type_that_the_layer_does_not_have_cannot_be_minted() {
    Mint::of(&sessions()).data(&Stranger);
}

#[test]
#[should_panic(expected = "the cookie cannot be sealed: the token needs 5528 characters and may have 4085")]
fn what_does_not_fit_cannot_be_minted() {
    Mint::of(&sessions()).data(&cart(&[&"x".repeat(4096)]));
}

#[test]
#[should_panic(expected = "the identity does not open: the token is shorter than an empty one")]
fn what_is_no_identity_owns_nothing() {
    let mint = Mint::of(&sessions());
    mint.owned(&mint.identity("ada").cut(0), &Cart::default());
}
