//! Cookies that cannot be read yet, or of which too many came: nothing is shown, and all stay.

use gingersnap::SessionError;
use gingersnap::cookie::CookieSettings;

use crate::browser::{Browser, TestClock, ring, with_ring};
use crate::events::Events;
use crate::rings::overridden;
use crate::steps::{after, does, shop, shows};

/// The table of cases: its owner plays no part.
#[tokio::test]
async fn while_the_identity_is_unsettled_the_browsers_sessions_are_written() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann").await;
    let mut browser = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    assert_eq!(browser.get("/add-tea").await.status, 503);
    does(&mut browser, "/theme-dark", "__Host-theme", "").await;
    does(&mut browser, "/all", "", "nobody:  |  | dark").await;
}

/// Story I2: while the identity is unsettled a guest's data is neither shown nor written.
#[tokio::test]
async fn while_the_identity_is_unsettled_nothing_of_a_guest_or_a_person_is_shown_and_both_stay() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    let late = browser.late("/add-milk").await;
    browser.get("/in-ann/add-tea").await;
    browser.keep(&late);
    let cookies = browser.cookies();
    let mut browser = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    shows(&mut browser, "nobody: ").await;
    let answer = browser.get("/add-more").await;
    assert!(matches!(answer.error, Some(SessionError::Unsettled(_))));
    assert_eq!(browser.cookies(), cookies);
}

/// Story I2: too many of hers are refused, and the guest's does not take their place.
#[tokio::test]
async fn too_many_cookies_of_hers_show_nothing_and_a_write_fails() {
    let mut browser = after(&[]).await;
    let late = browser.late("/add-milk").await;
    browser.get("/in-ann/add-tea").await;
    browser.keep(&late);
    let tossed = (0..4).map(|n| format!("__Host-session-own={n}")).collect::<Vec<_>>().join("; ");
    let fields = [browser.cookies(), tossed];
    assert_eq!(browser.send_with("/show", &fields).await.body, "ann: ");
    let answer = browser.send_with("/add-more", &fields).await;
    assert!(matches!(answer.error, Some(SessionError::Unsettled(_))), "{:?}", answer.error);
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
}

/// Story I2, the other half: she has none, and of the guest's too many came.
#[tokio::test]
async fn too_many_cookies_of_a_guest_show_a_person_nothing_and_beside_hers_do_not_matter() {
    let tossed = (0..5).map(|n| format!("__Host-session={n}")).collect::<Vec<_>>().join("; ");
    let browser = after(&["/in-ann"]).await;
    let fields = [browser.cookies(), tossed.clone()];
    assert_eq!(browser.send_with("/show", &fields).await.body, "ann: ");
    assert_eq!(browser.send_with("/add-more", &fields).await.status, 503);
    let browser = after(&["/in-ann/add-tea"]).await;
    let fields = [browser.cookies(), tossed];
    assert_eq!(browser.send_with("/show", &fields).await.body, "ann: tea");
    let answer = browser.send_with("/add-more/show", &fields).await;
    assert_eq!(
        (answer.body.as_str(), answer.sets().as_str()),
        ("ann: tea more", "__Host-session-own -__Host-session")
    );
}

/// Cookies that somebody else put beside ours, where names have no prefix.
#[tokio::test]
async fn of_tossed_cookies_another_persons_count_for_nobody_and_a_guests_beside_hers_neither() {
    let (ring, clock) = (ring(), TestClock::new());
    let insecure = || shop(with_ring(ring.clone(), &clock).cookies(CookieSettings::insecure_http()));
    let (mut ann, mut mallory) = (Browser::new(insecure()), Browser::new(insecure()));
    ann.get("/in-ann/add-tea").await;
    let guests = mallory.get("/add-evil").await.set_cookie("session").to_string();
    mallory.jar.clear();
    mallory.get("/in-mallory/add-evil").await;
    let own = format!("session-own={}", mallory.jar["session-own"]);
    let good = ann.cookies();
    let events = Events::start();
    for tossed in [&own, &guests] {
        for fields in [[&good, tossed], [tossed, &good]] {
            assert_eq!(ann.send_with("/show", &fields).await.body, "ann: tea", "{tossed}");
        }
    }
    assert_eq!(events.take(), Vec::<String>::new());
    // While she has none a guest's that was tossed is shown, as it is to a guest: that is what the prefix is for.
    let id = format!("id={}", ann.jar["id"]);
    assert_eq!(ann.send_with("/show", &[&id, &own]).await.body, "ann: ");
    assert_eq!(ann.send_with("/show", &[&id, &guests]).await.body, "ann: evil");
}

/// Ann, whose data was sealed with a key that is disabled now, and her identity after it.
async fn with_data_unsettled() -> Browser {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann/add-tea").await;
    browser.jar.remove("__Host-id");
    let mut browser = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    browser.get("/in-ann").await;
    browser
}

#[tokio::test]
async fn hers_that_cannot_be_read_yet_is_neither_shown_nor_written_over() {
    let mut browser = with_data_unsettled().await;
    shows(&mut browser, "ann: ").await;
    let answer = browser.get("/add-more").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
    let body = browser.get("/try-more/add-more/save/status-500").await.body;
    assert_eq!(body, "Session(Unsettled(KeyDisabled)), Unsettled(KeyDisabled)");
}

#[tokio::test]
async fn beside_a_sign_in_a_change_that_cannot_be_made_yet_is_dropped_with_an_event() {
    for path in ["/add-more/in-bob", "/in-bob/add-more", "/take/add-more/in-bob", "/take/in-bob/add-more"] {
        let mut browser = with_data_unsettled().await;
        let events = Events::start();
        does(&mut browser, path, "__Host-id", "").await;
        let dropped = "WARN session not sent beside a sign-in or sign-out cookie=\"__Host-session\"";
        assert!(events.take().iter().any(|event| event.starts_with(dropped)), "{path}");
    }
}

#[tokio::test]
async fn who_must_know_asks_save() {
    for path in ["/in-bob/add-more/save", "/take/add-more/in-bob/save", "/in-bob/try-more"] {
        let mut browser = with_data_unsettled().await;
        let body = browser.get(path).await.body;
        assert!(body.contains("Unsettled("), "{path} {body}");
    }
}
