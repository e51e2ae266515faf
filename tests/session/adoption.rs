//! A guest's data on its way to the person who signs in.

use gingersnap::Policy;
use gingersnap::testing::Mint;

use crate::browser::{Browser, Cart, Line, TestClock, builder, ring, with_ring};
use crate::events::Events;
use crate::rings::{overridden, without_first_key};
use crate::steps::{Wishes, after, at, does, routes, shop, shows};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const ADOPTED: &str = "__Host-id __Host-session-own -__Host-session";
const REMOVED: &str = "__Host-id -__Host-session";

fn removed(cookie: &str) -> String {
    format!("INFO a guest's session removed: it is not the person's who is signed in cookie=\"{cookie}\"")
}

const SIGNED_IN: &str = "INFO signed in";

#[tokio::test]
async fn a_sign_in_adopts_what_the_guest_had_in_the_same_response_and_says_so() {
    for path in ["/in-ann", "/show/drop/in-ann", "/take/in-ann", "/take/in-ann/forget"] {
        let mut browser = after(&["/add-tea"]).await;
        let events = Events::start();
        let answer = browser.get(path).await;
        assert_eq!(answer.sets(), ADOPTED, "{path}");
        assert!(answer.body.ends_with("+__Host-session"), "{path} {}", answer.body);
        assert_eq!(events.take(), [SIGNED_IN], "{path}");
        shows(&mut browser, "ann: tea").await;
    }
}

#[tokio::test]
async fn every_session_of_the_persons_is_adopted_and_none_of_the_browsers() {
    let mut browser = after(&["/add-tea/wish-book/theme-dark"]).await;
    let theme = browser.jar["__Host-theme"].clone();
    let sets = "__Host-id __Host-session-own -__Host-session __Host-wishes-own -__Host-wishes";
    does(&mut browser, "/in-ann", sets, "+__Host-session +__Host-wishes").await;
    does(&mut browser, "/all", "", "ann: tea | book | dark").await;
    assert_eq!(browser.jar["__Host-theme"], theme);
    browser.get("/out").await;
    assert_eq!(browser.jar["__Host-theme"], theme);
    does(&mut browser, "/all", "", "nobody:  |  | dark").await;
}

#[tokio::test]
async fn a_sign_in_without_a_guests_data_adopts_nothing() {
    let mut browser = after(&["/theme-dark"]).await;
    does(&mut browser, "/in-ann", "__Host-id", "").await;
}

/// Ann has tea here from before; then a guest put milk into the cart.
async fn both() -> Browser {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea/wish-book"]).await;
    clock.advance(HOUR);
    browser.get("/add-milk/wish-cake").await;
    browser
}

#[tokio::test]
async fn what_does_not_merge_leaves_hers_and_removes_the_guests_with_an_event() {
    let mut browser = both().await;
    let events = Events::start();
    let answer = browser.get("/in-ann").await;
    assert_eq!(answer.sets(), "__Host-id -__Host-session __Host-wishes-own -__Host-wishes");
    assert_eq!(answer.body, "*__Host-wishes -__Host-session");
    let idle = "INFO cookie refused cookie=\"__Host-id\" reason=\"idle\" unsettled=false";
    assert_eq!(events.take(), [idle, &removed("__Host-session"), SIGNED_IN]);
    does(&mut browser, "/all", "", "ann: tea | book cake | ").await;
}

/// Story I7: the response of a merge is lost, and the sign-in is sent again.
#[tokio::test]
async fn a_merge_whose_response_was_lost_is_done_again() {
    let mut browser = both().await;
    browser.late("/in-ann").await;
    browser.get("/in-ann").await;
    does(&mut browser, "/all", "", "ann: tea | book cake | ").await;
}

/// Story 3 of two who share a browser, and 32, 8: who was idle is nobody's concern any more.
#[tokio::test]
async fn who_was_signed_in_and_timed_out_keeps_nobody_from_adopting() {
    for subject in ["ann", "bob"] {
        let clock = TestClock::new();
        let mut browser = at(&clock, &["/in-ann"]).await;
        clock.advance(HOUR);
        browser.get("/add-milk").await;
        does(&mut browser, &format!("/in-{subject}"), ADOPTED, "+__Host-session").await;
        shows(&mut browser, &format!("{subject}: milk")).await;
    }
}

/// A guest's data that another person's answer left: it came late.
async fn left_under_ann() -> Browser {
    let mut browser = after(&[]).await;
    let late = browser.late("/add-tea").await;
    browser.get("/in-ann").await;
    browser.keep(&late);
    browser
}

/// Story 32.
#[tokio::test]
async fn over_somebody_elses_live_sign_in_the_guests_is_removed() {
    for path in ["/in-bob", "/show/in-bob", "/take/in-bob", "/remember-bob"] {
        let clock = TestClock::new();
        let policy = Policy::standard().remember_for(30 * DAY);
        let mut browser = Browser::new(shop(builder(&clock).policy(policy)));
        let late = browser.late("/add-tea").await;
        browser.get("/in-ann").await;
        browser.keep(&late);
        let events = Events::start();
        let answer = browser.get(path).await;
        assert_eq!(answer.sets(), REMOVED, "{path}");
        assert!(answer.body.ends_with("-__Host-session"), "{path}");
        assert_eq!(events.take(), [&removed("__Host-session"), SIGNED_IN], "{path}");
        shows(&mut browser, "bob: ").await;
    }
}

#[tokio::test]
async fn over_an_unsettled_sign_in_the_guests_is_removed() {
    let (ring, clock) = (ring(), TestClock::new());
    let ahead = overridden(&ring, "disabled");
    let mut browser = Browser::new(shop(with_ring(ring, &clock)));
    browser.get("/in-ann").await;
    let ann = browser.jar.remove("__Host-id").unwrap();
    let mut browser = browser.moved_to(shop(with_ring(ahead, &clock)));
    browser.get("/add-tea").await;
    browser.jar.insert("__Host-id".into(), ann);
    does(&mut browser, "/in-bob", REMOVED, "-__Host-session").await;
}

#[tokio::test]
async fn over_conflicting_sign_ins_the_guests_is_removed() {
    let layer = builder(&TestClock::new()).session::<Wishes>("wishes").build().unwrap();
    let mint = Mint::of(&layer);
    let browser = Browser::new(routes().layer(layer));
    let tea = mint.data(&Cart { lines: vec![Line { item: "tea".into(), qty: 1 }] });
    let pairs = format!("{}; {}; {tea}", mint.identity("ann"), mint.identity("bob"));
    let answer = browser.send_with("/in-cleo", &[&pairs]).await;
    assert_eq!((answer.sets().as_str(), answer.body.as_str()), (REMOVED, "-__Host-session"));
}

/// The table of cases: what is none of ours counts as no sign-in.
#[tokio::test]
async fn over_what_is_no_sign_in_of_ours_the_guests_is_adopted() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let old = Mint::of(&layer).aged(120).identity("ann");
    let forged = old.flipped(200);
    for junk in ["junk", "", &old.value, &forged.value] {
        let mut browser = after(&["/add-tea"]).await;
        browser.jar.insert("__Host-id".into(), junk.into());
        does(&mut browser, "/in-bob", ADOPTED, "+__Host-session").await;
    }
}

/// The end of the longest session, or the key's: nobody can say whose it was, and it is dead.
#[tokio::test]
async fn over_a_dead_sign_in_the_guests_is_adopted() {
    let (ring, clock) = (ring(), TestClock::new());
    let destroyed = without_first_key(&ring, true);
    let mut browser = Browser::new(shop(with_ring(ring, &clock)));
    browser.get("/in-ann").await;
    let mut browser = browser.moved_to(shop(with_ring(destroyed, &clock)));
    browser.get("/add-tea").await;
    does(&mut browser, "/in-bob", ADOPTED, "+__Host-session").await;
}

#[tokio::test]
async fn the_same_person_over_their_own_live_sign_in_adopts_with_the_next_write_alone() {
    let mut browser = left_under_ann().await;
    does(&mut browser, "/in-ann", "__Host-id", "").await;
    does(&mut browser, "/add-milk/show", "__Host-session-own -__Host-session", "ann: tea milk").await;
}

#[tokio::test]
async fn of_two_sign_ins_in_one_request_the_second_adopts_nothing_of_the_first() {
    let mut browser = after(&["/add-tea"]).await;
    does(&mut browser, "/in-ann/in-bob/show", REMOVED, "+__Host-session, -__Host-session, bob: ").await;
    let mut browser = after(&["/add-tea"]).await;
    does(&mut browser, "/out/in-bob/show", REMOVED, "bob: ").await;
    let mut browser = after(&["/add-tea"]).await;
    let told = "+__Host-session, -__Host-session, ann: ";
    does(&mut browser, "/in-ann/in-bob/in-ann/show", REMOVED, told).await;
}

/// The table of cases: `save` beside a sign-in that is not sent.
#[tokio::test]
async fn a_sign_in_that_is_not_sent_adopts_nothing() {
    for path in ["/in-ann/status-500", "/in-ann/status-408", "/in-ann/add-milk/save/status-500"] {
        let mut browser = after(&["/add-tea"]).await;
        assert_eq!(browser.get(path).await.sets(), "", "{path}");
        shows(&mut browser, "nobody: tea").await;
    }
}

/// Story 2b: a guest's write lands after the sign-in.
#[tokio::test]
async fn a_guests_write_that_lands_after_the_sign_in_is_hers_only_while_she_has_none() {
    let mut browser = left_under_ann().await;
    shows(&mut browser, "ann: tea").await;
    let mut browser = after(&["/add-tea"]).await;
    let late = browser.late("/add-late").await;
    browser.get("/in-ann").await;
    browser.keep(&late);
    shows(&mut browser, "ann: tea").await;
}

/// The table of cases: OAuth's `form_post` brings no cookies.
#[tokio::test]
async fn a_sign_in_whose_request_brought_no_cookies_sees_no_guests_data() {
    let mut browser = after(&["/add-tea"]).await;
    let answer = browser.send_with("/in-ann", &["a=1"]).await;
    assert_eq!((answer.sets().as_str(), answer.body.as_str()), ("__Host-id", ""));
    browser.keep(&answer);
    shows(&mut browser, "ann: tea").await;
}

/// Hers cannot be read yet: both stay.
#[tokio::test]
async fn beside_hers_that_cannot_be_read_yet_the_guests_is_left() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann/add-tea").await;
    browser.jar.remove("__Host-id");
    let mut lagging = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    lagging.get("/add-milk").await;
    assert_eq!(lagging.get("/in-ann").await.sets(), "__Host-id");
    shows(&mut lagging, "ann: ").await;
    assert_eq!(lagging.get("/add-more").await.status, 503);
    assert!(lagging.jar.contains_key("__Host-session") && lagging.jar.contains_key("__Host-session-own"));
}

/// The guest's cannot be read yet, and she has none: it is not hers before it can be.
#[tokio::test]
async fn a_guests_data_that_cannot_be_read_yet_is_left() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/add-tea").await;
    let mut lagging = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    does(&mut lagging, "/in-ann", "__Host-id", "").await;
    assert_eq!(lagging.get("/add-more").await.status, 503);
    assert!(lagging.jar.contains_key("__Host-session"));
}

/// A look before the verbs is no look after them: by then the guest's data is given up.
#[tokio::test]
async fn a_guests_data_that_could_not_be_read_is_in_nobodys_way_once_it_is_given_up() {
    for path in ["/in-ann/in-bob/add-more", "/show/in-ann/in-bob/add-more", "/take/in-ann/in-bob/add-more"] {
        let (ring, clock) = (ring(), TestClock::new());
        let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
        browser.get("/add-tea").await;
        let mut lagging = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
        lagging.get("/in-bob").await;
        let answer = lagging.get(path).await;
        assert_eq!(answer.sets(), "__Host-id __Host-session-own -__Host-session", "{path}");
        shows(&mut lagging, "bob: more").await;
    }
}

#[tokio::test]
async fn adopted_data_goes_on_where_it_began() {
    use axum::Router;
    use axum::routing::get;
    use gingersnap::{Identity, Session, View};
    let clock = TestClock::new();
    let add = async |mut cart: Session<Cart>| cart.lines.push(Line::default());
    let show = async |cart: View<Cart>| {
        let report = cart.report().unwrap();
        format!("{} {}", report.started_at.unwrap().unix() - TestClock::START, report.generation.unwrap())
    };
    let enter = async |mut who: Identity| who.sign_in("ann").await.map(drop);
    let routes = Router::new().route("/add", get(add)).route("/", get(show)).route("/in", get(enter));
    let mut browser = Browser::new(routes.layer(builder(&clock).build().unwrap()));
    for (path, shown) in [("/add", "0 1"), ("/add", "0 2"), ("/in", "0 3"), ("/add", "0 4")] {
        browser.get(path).await;
        assert_eq!(browser.get("/").await.body, shown);
        clock.advance(60);
    }
}

#[tokio::test]
async fn where_people_are_remembered_the_browser_keeps_data_as_long() {
    let policy = Policy::standard().remember_for(30 * DAY);
    let mut browser = Browser::new(shop(builder(&TestClock::new()).policy(policy)));
    let answer = browser.get("/add-tea").await;
    assert_eq!(answer.set_cookie("__Host-session").max_age(), Some(30 * DAY));
    let answer = browser.get("/remember-ann").await;
    assert_eq!(answer.sets(), ADOPTED);
    assert_eq!(answer.set_cookie("__Host-session-own").max_age(), Some(30 * DAY));
    browser.restart();
    shows(&mut browser, "ann: tea").await;
}
