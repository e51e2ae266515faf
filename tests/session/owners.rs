//! Whose data is shown and written: a guest's, or a person's, who comes and goes.

use gingersnap::testing::Mint;
use gingersnap::{Report, Session, View};

use crate::browser::{Browser, Cart, START, TestClock, builder};
use crate::events::Events;
use crate::steps::{after, at, does, shop, shows};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const OWN: &str = "__Host-session-own";
const GUESTS: &str = "__Host-session";

#[tokio::test]
async fn a_guests_data_and_a_persons_are_two_cookies() {
    let mut browser = after(&[]).await;
    does(&mut browser, "/add-tea", GUESTS, "").await;
    let mut browser = after(&["/in-ann"]).await;
    does(&mut browser, "/add-tea", OWN, "").await;
}

#[tokio::test]
async fn a_handler_does_not_see_the_difference() {
    for path in ["/add-tea/show", "/in-ann/add-tea/show"] {
        assert!(after(&[]).await.get(path).await.body.ends_with(": tea"), "{path}");
    }
}

#[tokio::test]
async fn a_report_says_whether_the_data_is_a_persons() {
    use axum::Router;
    use axum::routing::get;
    let owned = async |cart: View<Cart>| {
        let owned = cart.report().map(|Report { cookie, is_owned, .. }| (cookie, is_owned));
        format!("{owned:?}")
    };
    let add = async |mut cart: Session<Cart>| cart.lines.push(crate::browser::Line::default());
    let layer = builder(&TestClock::new()).build().unwrap();
    let mint = Mint::of(&layer);
    let routes = Router::new().route("/", get(owned)).route("/add", get(add));
    let mut browser = Browser::new(routes.layer(layer));
    browser.get("/add").await;
    assert_eq!(browser.get("/").await.body, "Some((\"__Host-session\", Some(false)))");
    browser.insert(mint.identity("ann"));
    // Shown to her, and still a guest's until her next write.
    assert_eq!(browser.get("/").await.body, "Some((\"__Host-session\", Some(false)))");
    assert_eq!(browser.get("/add").await.sets(), "__Host-session-own -__Host-session");
    assert_eq!(browser.get("/").await.body, "Some((\"__Host-session-own\", Some(true)))");
}

#[tokio::test]
async fn the_data_of_who_timed_out_is_as_if_absent_and_stays() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
    clock.advance(HOUR);
    let jar = browser.cookies();
    shows(&mut browser, "nobody: ").await;
    assert_eq!(browser.cookies(), jar);
}

#[tokio::test]
async fn who_signs_in_again_however_late_finds_what_they_had() {
    for late in [0, HOUR, DAY, 20 * DAY] {
        let clock = TestClock::new();
        let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
        clock.advance(late);
        does(&mut browser, "/in-ann", "__Host-id", "").await;
        shows(&mut browser, "ann: tea").await;
    }
}

#[tokio::test]
async fn what_is_older_than_the_longest_session_is_gone() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
    clock.set(START + 400 * DAY + 60);
    does(&mut browser, "/in-ann", "__Host-id", "").await;
    shows(&mut browser, "ann: ").await;
    does(&mut browser, "/add-milk", OWN, "").await;
    shows(&mut browser, "ann: milk").await;
}

#[tokio::test]
async fn another_persons_data_is_as_if_absent_and_stays_until_the_next_write() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
    for path in ["/in-bob", "/take/in-bob", "/in-bob/show"] {
        let mut browser = browser.clone();
        assert_eq!(browser.get(path).await.sets(), "__Host-id", "{path}");
        shows(&mut browser, "bob: ").await;
        does(&mut browser, "/in-ann", "__Host-id", "").await;
        shows(&mut browser, "ann: tea").await;
    }
    // The price that is stated: one name, one person's data.
    browser.get("/in-bob").await;
    does(&mut browser, "/add-milk", OWN, "").await;
    shows(&mut browser, "bob: milk").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: ").await;
}

#[tokio::test]
async fn a_persons_data_without_their_identity_is_as_if_absent() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let identity = browser.jar.remove("__Host-id").unwrap();
    shows(&mut browser, "nobody: ").await;
    browser.jar.insert("__Host-id".into(), identity);
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn a_guests_write_leaves_alone_what_a_person_has_here() {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
    clock.advance(HOUR);
    let own = browser.jar[OWN].clone();
    does(&mut browser, "/add-milk/show", GUESTS, "nobody: milk").await;
    assert_eq!(browser.jar[OWN], own);
}

#[tokio::test]
async fn while_she_has_none_the_guests_is_shown_and_her_next_write_makes_it_hers() {
    // Left by a response that came after the sign-in.
    let mut browser = after(&[]).await;
    let late = browser.late("/add-tea").await;
    browser.get("/in-ann").await;
    browser.keep(&late);
    shows(&mut browser, "ann: tea").await;
    does(&mut browser, "/add-milk/show", "__Host-session-own -__Host-session", "ann: tea milk").await;
    shows(&mut browser, "ann: tea milk").await;
}

/// Ann has tea, and a guest's milk lies beside it: it came late.
async fn beside() -> Browser {
    let mut browser = after(&[]).await;
    let late = browser.late("/add-milk").await;
    browser.get("/in-ann/add-tea").await;
    browser.keep(&late);
    browser
}

const REMOVED: &str =
    "INFO a guest's session removed: it is not the person's who is signed in cookie=\"__Host-session\"";

/// Story I3.
#[tokio::test]
async fn beside_hers_the_guests_is_never_shown_and_goes_with_her_next_write_or_destroy() {
    for (path, sets) in [
        ("/add-more", "__Host-session-own -__Host-session"),
        ("/add-more/save", "__Host-session-own -__Host-session"),
        ("/destroy", "-__Host-session -__Host-session-own"),
    ] {
        let mut browser = beside().await;
        shows(&mut browser, "ann: tea").await;
        let events = Events::start();
        assert_eq!(browser.get(path).await.sets(), sets, "{path}");
        assert_eq!(events.take(), [REMOVED], "{path}");
    }
}

#[tokio::test]
async fn a_destroy_beside_a_guests_uncovers_nothing() {
    let mut browser = beside().await;
    does(&mut browser, "/destroy/show", "-__Host-session -__Host-session-own", "ann: ").await;
    shows(&mut browser, "ann: ").await;
}

#[tokio::test]
async fn who_destroys_what_they_were_shown_of_a_guests_destroys_it() {
    let mut browser = after(&[]).await;
    let late = browser.late("/add-tea").await;
    browser.get("/in-ann").await;
    browser.keep(&late);
    let events = Events::start();
    browser.get("/destroy").await;
    assert_eq!(events.take(), Vec::<String>::new());
    shows(&mut browser, "ann: ").await;
}

#[tokio::test]
async fn after_a_destroy_a_write_begins_anew() {
    let mut browser = beside().await;
    does(&mut browser, "/destroy/add-new/show", "__Host-session-own -__Host-session", "ann: new").await;
    let mut browser = after(&["/add-tea"]).await;
    does(&mut browser, "/destroy", "-__Host-session", "").await;
    does(&mut browser, "/add-new/show", "__Host-session", "nobody: new").await;
}

#[tokio::test]
async fn a_timeout_cannot_be_renewed_away() {
    use axum::Router;
    use axum::routing::get;
    use gingersnap::Identity;
    let clock = TestClock::new();
    let layer = builder(&clock).build().unwrap();
    let renew = async |mut who: Identity| who.renew().await.map(|it| it.to_string());
    let mut browser = Browser::new(Router::new().route("/renew", get(renew)).layer(layer.clone()));
    browser.insert(Mint::of(&layer).aged(HOUR).identity("ann"));
    does(&mut browser, "/renew", "", "false").await;
}

/// Stories 1 and 2: no verb but a sign-in that adopts writes data.
#[tokio::test]
async fn a_new_session_id_of_the_same_person_touches_no_data() {
    for path in ["/renew", "/again", "/in-ann", "/remember-ann", "/show/renew", "/take/again"] {
        let clock = TestClock::new();
        let policy = gingersnap::Policy::standard().remember_for(30 * DAY);
        let mut browser = Browser::new(shop(builder(&clock).policy(policy)));
        browser.get("/in-ann/add-tea/wish-book/theme-dark").await;
        clock.advance(HOUR / 2);
        does(&mut browser, "/show", "__Host-seen", "ann: tea").await;
        assert_eq!(browser.get(path).await.sets(), "__Host-id -__Host-seen", "{path}");
        does(&mut browser, "/all", "", "ann: tea | book | dark").await;
    }
}

/// Story 1: what was read before a slow verb is not written after it.
#[tokio::test]
async fn a_slow_verb_undoes_no_change_that_was_made_meanwhile() {
    for path in ["/show/again", "/take/renew", "/take/in-ann"] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        let late = browser.late(path).await;
        browser.get("/add-milk").await;
        browser.keep(&late);
        shows(&mut browser, "ann: tea milk").await;
    }
}

/// Story 2: a write that began before a renewal and lands after it is hers.
#[tokio::test]
async fn a_late_write_by_the_same_person_is_kept_whatever_their_session_id() {
    for meanwhile in [&["/renew"][..], &["/again"], &["/in-ann"], &["/out", "/in-ann"]] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        let late = browser.late("/add-late").await;
        for path in meanwhile {
            browser.get(path).await;
        }
        browser.keep(&late);
        shows(&mut browser, "ann: tea late").await;
        browser.get("/add-milk").await;
        shows(&mut browser, "ann: tea late milk").await;
    }
}

/// Story 2: two answers to a double click on "log in", with a write between them.
#[tokio::test]
async fn two_answers_to_one_sign_in_leave_her_one_cart() {
    for first in [true, false] {
        let mut browser = after(&["/add-tea"]).await;
        let (one, two) = (browser.late("/in-ann").await, browser.late("/in-ann").await);
        browser.keep(if first { &one } else { &two });
        browser.get("/add-milk").await;
        shows(&mut browser, "ann: tea milk").await;
        browser.keep(if first { &two } else { &one });
        // The second answer adopted what its request brought: two writes at once of one session, the last one stays.
        shows(&mut browser, "ann: tea").await;
    }
}
