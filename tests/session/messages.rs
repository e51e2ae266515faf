//! Whose a message is: a person's is shown to that person alone, and nobody's goes where the guest's data goes.

use crate::browser::{Browser, TestClock};
use crate::steps::{after, at, does};

const HOUR: u64 = 3600;

async fn hears(browser: &mut Browser) -> String {
    browser.get("/hear").await.body
}

#[tokio::test]
async fn a_persons_message_is_shown_to_that_person_alone() {
    let mut browser = after(&["/in-ann/say-hello", "/in-bob"]).await;
    does(&mut browser, "/hear", "", "").await;
    browser.get("/in-ann").await;
    does(&mut browser, "/hear", "-__Host-flash", "hello").await;
}

#[tokio::test]
async fn a_message_is_whose_it_was_when_it_was_pushed() {
    for (path, hears_ann, hears_bob) in [
        ("/say-hello/in-bob", "hello", ""),
        ("/in-bob/say-hello", "", "hello"),
        ("/say-hello/in-bob/say-welcome", "hello", "welcome"),
    ] {
        let mut browser = after(&["/in-ann"]).await;
        browser.get(path).await;
        assert_eq!(hears(&mut browser).await, hears_bob, "{path}");
        browser.get("/in-ann").await;
        assert_eq!(hears(&mut browser).await, hears_ann, "{path}");
    }
}

#[tokio::test]
async fn a_message_of_who_timed_out_is_shown_to_them_when_they_come_back_and_to_nobody_else() {
    for (next, heard) in [("/in-ann", "hello"), ("/in-bob", ""), ("/show", "")] {
        let clock = TestClock::new();
        let mut browser = at(&clock, &["/in-ann"]).await;
        clock.advance(HOUR - 1);
        browser.get("/renew/say-hello").await;
        clock.advance(HOUR - 1);
        browser.jar.remove("__Host-seen");
        browser.jar.remove("__Host-id");
        browser.get(next).await;
        assert_eq!(hears(&mut browser).await, heard, "{next}");
    }
}

#[tokio::test]
async fn nobodys_message_is_for_anybody() {
    let mut browser = after(&["/say-hello"]).await;
    does(&mut browser, "/hear", "-__Host-flash", "hello").await;
    let mut browser = after(&[]).await;
    let late = browser.late("/say-hello").await;
    browser.get("/in-ann").await;
    browser.keep(&late);
    does(&mut browser, "/hear", "-__Host-flash", "hello").await;
}

#[tokio::test]
async fn at_a_sign_in_nobodys_messages_become_the_persons() {
    for path in ["/in-ann", "/hear/say-hello/in-ann", "/in-ann/show"] {
        let mut browser = after(&["/say-hello", path]).await;
        browser.get("/in-bob").await;
        assert_eq!(hears(&mut browser).await, "", "{path}");
        browser.get("/in-ann").await;
        assert_eq!(hears(&mut browser).await, "hello", "{path}");
    }
}

#[tokio::test]
async fn over_somebody_elses_sign_in_nobodys_messages_go_with_the_guests_data() {
    let mut browser = after(&[]).await;
    let late = browser.late("/say-hello").await;
    browser.get("/in-ann/say-dear").await;
    let anns = browser.jar["__Host-flash"].clone();
    browser.keep(&late);
    does(&mut browser, "/in-bob", "__Host-id -__Host-flash", "").await;
    assert_eq!(hears(&mut browser).await, "");
    // Ann's own stay.
    browser.jar.insert("__Host-flash".into(), anns);
    browser.get("/in-cleo").await;
    assert_eq!(hears(&mut browser).await, "");
    browser.get("/in-ann").await;
    assert_eq!(hears(&mut browser).await, "dear");
}

#[tokio::test]
async fn signing_out_drops_nobodys_messages_and_the_persons() {
    for path in ["/say-hello/out", "/out", "/say-more/out"] {
        let mut browser = after(&["/in-ann/say-hello"]).await;
        browser.get(path).await;
        assert!(!browser.jar.contains_key("__Host-flash"), "{path}");
        browser.get("/in-ann").await;
        assert_eq!(hears(&mut browser).await, "", "{path}");
    }
}

#[tokio::test]
async fn signing_out_leaves_another_persons_messages() {
    let mut browser = after(&["/in-ann/say-hello", "/in-bob", "/out", "/in-ann"]).await;
    assert_eq!(hears(&mut browser).await, "hello");
}

#[tokio::test]
async fn messages_of_several_people_are_each_shown_once() {
    let mut browser = after(&["/say-all", "/in-ann", "/say-ann", "/in-bob", "/say-bob"]).await;
    assert_eq!(hears(&mut browser).await, "bob");
    assert_eq!(hears(&mut browser).await, "");
    browser.get("/in-ann").await;
    assert_eq!(hears(&mut browser).await, "all ann");
    assert!(!browser.jar.contains_key("__Host-flash"));
}
