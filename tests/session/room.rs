//! The room for all cookies of the layer together: in a request, and in the response of a sign-in.

use gingersnap::token::Padding;
use gingersnap::{Policy, SessionError, SessionLayerBuilder};

use crate::browser::{Answer, Browser, TestClock, builder, ring, with_ring};
use crate::events::Events;
use crate::steps::{after, does, shop, shows};

const REQUEST: usize = 7168;
const HOUR: u64 = 3600;

fn unpadded() -> SessionLayerBuilder {
    builder(&TestClock::new()).padding(Padding::None)
}

/// Octets of names and values.
fn octets(browser: &Browser) -> usize {
    browser.jar.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// The cookie that does not fit, its octets beside those of the others, and the limit.
fn too_many(answer: &Answer) -> (String, usize, usize) {
    match &answer.error {
        Some(SessionError::DoesNotFit(error)) => {
            (error.cookie.clone(), error.octets + error.beside, error.limit)
        }
        error => panic!("{error:?}"),
    }
}

/// A browser whose cart and wishes take as much room as goes.
async fn full(sessions: SessionLayerBuilder) -> Browser {
    let mut browser = Browser::new(shop(sessions));
    assert_eq!(browser.get("/big-2900").await.status, 200);
    for size in [1024, 256, 64, 16, 4, 1] {
        while browser.get(&format!("/wish-{}", "x".repeat(size))).await.status == 200 {}
    }
    browser
}

/// Story I1: a default nginx answers 400 to more than 8k of request head, whatever is asked for.
#[tokio::test]
async fn all_cookies_of_the_layer_in_a_request_have_at_most_7168_octets() {
    for padding in [Padding::None, Padding::To32, Padding::To256] {
        let mut browser = full(builder(&TestClock::new()).padding(padding)).await;
        assert!((REQUEST - 8..=REQUEST).contains(&octets(&browser)), "{padding:?} {}", octets(&browser));
        let answer = browser.get("/wish-more").await;
        let (cookie, all, limit) = too_many(&answer);
        assert_eq!((cookie.as_str(), limit), ("__Host-wishes", REQUEST));
        assert!(all > REQUEST);
        assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    }
}

#[tokio::test]
async fn the_error_says_the_octets_of_the_others() {
    let mut browser = full(unpadded()).await;
    let others = octets(&browser) - "__Host-wishes".len() - browser.jar["__Host-wishes"].len();
    let error = browser.get("/wish-more").await.error.unwrap().to_string();
    let ends = format!(" octets beside {others} of the layer's other cookies, and all may have 7168");
    assert!(error.starts_with("the cookie __Host-wishes needs ") && error.ends_with(&ends), "{error}");
}

#[tokio::test]
async fn try_change_and_save_tell_the_handler_that_there_is_no_room_together() {
    let mut browser = full(unpadded()).await;
    let text = browser.get("/try-abcdefgh/show").await.body;
    assert!(text.starts_with("Session(DoesNotFit("), "{text}");
    assert!(!text.ends_with("abcdefgh"), "the change is rolled back");
    let text = browser.get("/take/add-abcdefgh/save/drop/status-500").await.body;
    assert!(text.starts_with("DoesNotFit("), "{text}");
    assert!(octets(&browser) <= REQUEST);
}

#[tokio::test]
async fn changes_of_one_request_are_counted_together() {
    let mut browser = full(unpadded()).await;
    browser.get("/empty/unwish").await;
    let wish = format!("wish-{}", "x".repeat(2800));
    let text = browser.get(&format!("/{wish}/try-{}", "y".repeat(2800))).await.body;
    assert!(text.starts_with("Session(DoesNotFit("), "{text}");
}

#[tokio::test]
async fn what_becomes_no_more_is_sent_however_much_it_is() {
    let (ring, clock) = (ring(), TestClock::new());
    let sessions = || with_ring(ring.clone(), &clock).padding(Padding::None);
    let full = full(sessions()).await;
    let mut browser = full.moved_to(shop(sessions().request_budget(5000)));
    assert_eq!(browser.get("/wish-more").await.status, 500);
    assert_eq!(browser.get("/show").await.status, 200);
    assert_eq!(browser.get("/empty").await.sets(), "__Host-session");
    assert_eq!(browser.get("/destroy").await.sets(), "-__Host-session");
}

/// Story I1: who fills two carts must be able to sign in, and out.
#[tokio::test]
async fn a_sign_in_and_a_sign_out_go_out_however_full_the_browser_is() {
    let mut browser = full(builder(&TestClock::new())).await;
    let answer = browser.get("/in-ann").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id"));
    for path in ["/renew", "/again", "/in-ann"] {
        assert_eq!(browser.get(path).await.sets(), "__Host-id", "{path}");
    }
    does(&mut browser, "/out", "-__Host-id -__Host-session -__Host-wishes", "").await;
}

/// A guest's cart of about so many octets.
async fn with_cart(sessions: SessionLayerBuilder, bytes: usize) -> Browser {
    let mut browser = Browser::new(shop(sessions));
    assert_eq!(browser.get(&format!("/big-{bytes}")).await.status, 200);
    browser
}

/// Story 33.
#[tokio::test]
async fn the_fullest_cart_of_a_guest_can_be_adopted_years_later() {
    let clock = TestClock::new();
    let policy = Policy::relaxed().absolute_timeout(390 * 24 * HOUR);
    let wide = builder(&clock).padding(Padding::None).policy(policy).response_budget(8192);
    let mut browser = Browser::new(shop(wide));
    let mut bytes = 3000;
    while browser.get(&format!("/empty/big-{bytes}")).await.status != 200 {
        bytes -= 1;
    }
    // A generation of two bytes.
    for _ in 0..130 {
        browser.get(&format!("/empty/big-{}", bytes - 1)).await;
        browser.get(&format!("/empty/big-{bytes}")).await;
    }
    clock.advance(389 * 24 * HOUR);
    does(&mut browser, "/in-ann", "__Host-id __Host-session-own -__Host-session", "+__Host-session").await;
    assert!(browser.jar["__Host-session-own"].len() + "__Host-session-own".len() <= 4096);
}

/// Story 33: a default nginx answers 502 near 3,650 octets of `Set-Cookie`, at every try.
#[tokio::test]
async fn what_would_take_a_sign_in_over_3072_octets_is_left_to_the_next_write() {
    let mut browser = with_cart(unpadded(), 2400).await;
    let events = Events::start();
    let answer = browser.get("/in-ann").await;
    assert_eq!(answer.sets(), "__Host-id");
    assert_eq!(events.take(), ["INFO signed in"]);
    assert!(browser.get("/show").await.body.ends_with("xxx"));
    let answer = browser.get("/add-milk").await;
    assert_eq!(answer.sets(), "__Host-session-own -__Host-session");
    assert!(browser.get("/show").await.body.ends_with("xxx milk"));
}

/// It is nobody's as long as no response made it hers.
#[tokio::test]
async fn what_a_sign_in_left_for_its_size_the_next_person_is_shown_unless_she_wrote_or_signed_out() {
    for path in ["/show", "/add-milk", "/out"] {
        let clock = TestClock::new();
        let mut browser = with_cart(builder(&clock).padding(Padding::None), 2400).await;
        assert_eq!(browser.get("/in-ann").await.sets(), "__Host-id");
        browser.get(path).await;
        clock.advance(HOUR);
        browser.get("/in-bob").await;
        let body = browser.get("/show").await.body;
        let is_shown = body.ends_with("xxx");
        assert!(body.starts_with("bob: ") && is_shown == (path == "/show"), "{path} {body}");
    }
}

/// The same story's edge: octets as sent, attributes too.
#[tokio::test]
async fn an_adoption_fits_its_response_to_the_octet() {
    let sent = |answer: &Answer| {
        answer.headers.get_all("set-cookie").iter().map(http::HeaderValue::len).sum::<usize>()
    };
    let policy = Policy::standard().remember_for(30 * 24 * HOUR);
    for (path, padding) in [
        ("/in-ann", Padding::None),
        ("/in-ann", Padding::To32),
        ("/in-ann/say-hello", Padding::To32),
        ("/remember-ann", Padding::To256),
    ] {
        let sessions = shop(builder(&TestClock::new()).policy(policy).padding(padding));
        let mut largest = 0;
        for bytes in (1800..2100).step_by(5) {
            let mut browser = Browser::new(sessions.clone());
            browser.get(&format!("/big-{bytes}")).await;
            let answer = browser.get(path).await;
            if answer.sets().contains("__Host-session-own") {
                largest = largest.max(sent(&answer));
            }
        }
        assert!((3050..=3072).contains(&largest), "{path} {padding:?} {largest}");
    }
}

#[tokio::test]
async fn what_is_said_beside_a_sign_in_counts() {
    let mut edge = 2400;
    while with_cart(unpadded(), edge).await.get("/in-ann").await.set_cookies.len() < 3 {
        edge -= 1;
    }
    does(
        &mut with_cart(unpadded(), edge).await,
        "/in-ann/say-hello",
        "__Host-id __Host-flash",
        "+__Host-session",
    )
    .await;
    let sets = "__Host-id __Host-flash __Host-session-own -__Host-session";
    does(&mut with_cart(unpadded(), edge - 200).await, "/in-ann/say-hello", sets, "+__Host-session").await;
}

#[tokio::test]
async fn of_two_that_do_not_fit_together_the_first_is_adopted() {
    let mut browser = with_cart(unpadded(), 1200).await;
    browser.get(&format!("/wish-{}", "x".repeat(1200))).await;
    assert_eq!(browser.get("/in-ann").await.sets(), "__Host-id __Host-session-own -__Host-session");
    assert!(browser.jar.contains_key("__Host-wishes"));
}

/// Beside hers nothing can be left: what does not fit merged counts as what does not merge.
#[tokio::test]
async fn a_merge_that_does_not_fit_leaves_hers_and_removes_the_guests_with_an_event() {
    let clock = TestClock::new();
    let mut browser = Browser::new(shop(builder(&clock).padding(Padding::None)));
    browser.get(&format!("/in-ann/wish-{}", "a".repeat(1300))).await;
    clock.advance(HOUR);
    browser.get(&format!("/wish-{}", "b".repeat(1300))).await;
    let events = Events::start();
    assert_eq!(browser.get("/in-ann").await.sets(), "__Host-id -__Host-wishes");
    let removed =
        "INFO a guest's session removed: it is not the person's who is signed in cookie=\"__Host-wishes\"";
    assert!(events.take().contains(&removed.to_owned()));
    let all = browser.get("/all").await.body;
    assert!(all.contains("aaa") && !all.contains("bbb"));
}

#[tokio::test]
async fn a_merge_larger_than_a_cookie_fails_no_sign_in() {
    let clock = TestClock::new();
    let wide = builder(&clock).padding(Padding::None).response_budget(8192);
    let mut browser = Browser::new(shop(wide));
    browser.get(&format!("/in-ann/wish-{}", "a".repeat(2000))).await;
    clock.advance(HOUR);
    browser.get(&format!("/wish-{}", "b".repeat(2000))).await;
    let answer = browser.get("/in-ann").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id -__Host-wishes"));
}

#[tokio::test]
async fn a_smaller_budget_than_the_guests_data_was_written_with_fails_no_sign_in() {
    let (ring, clock) = (ring(), TestClock::new());
    let browser = with_cart(with_ring(ring.clone(), &clock), 2800).await;
    let narrow = with_ring(ring, &clock).budget(2048).response_budget(8192);
    let mut browser = browser.moved_to(shop(narrow));
    let answer = browser.get("/in-ann").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, "__Host-id"));
    assert!(browser.get("/show").await.body.starts_with("ann: xxx"));
}

#[tokio::test]
async fn the_response_budget_is_a_setting() {
    let mut browser = with_cart(unpadded().response_budget(4000), 2400).await;
    assert_eq!(browser.get("/in-ann").await.sets(), "__Host-id __Host-session-own -__Host-session");
    let mut browser = with_cart(unpadded().response_budget(1000), 700).await;
    assert_eq!(browser.get("/in-ann").await.sets(), "__Host-id");
}

#[tokio::test]
async fn cookies_that_are_not_the_layers_do_not_count() {
    let mut browser = after(&["/add-tea"]).await;
    browser.jar.insert("theirs".into(), "x".repeat(8000));
    does(&mut browser, "/add-milk", "__Host-session", "").await;
    shows(&mut browser, "nobody: tea milk").await;
}
