//! The application's labels for sign-ins.

use gingersnap::SessionError;
use gingersnap::store::{Op, Store as _};
use gingersnap::token::PersonId;

use super::{RING, all_stored};
use crate::browser::{Browser, TestClock, builder};
use crate::steps::{does, shop, shows};

fn ann() -> PersonId {
    RING.person("tests", "", "ann").unwrap()
}

#[tokio::test]
async fn a_sign_in_is_named_with_the_response_that_enters_it_and_keeps_its_name_when_it_is_renewed() {
    let (mut one, _) = all_stored();
    let mut two = one.clone();
    one.get("/in-ann/label-Firefox%20on%20Linux").await;
    two.get("/in-ann").await;
    does(&mut one, "/labels", "", "Firefox on Linux, none").await;
    does(&mut two, "/labels", "", "none, Firefox on Linux").await;
    for (path, both) in [("/renew", true), ("/again", true), ("/others", false), ("/renew/others", false)] {
        one.get(path).await;
        let labels = if both { "Firefox on Linux, none" } else { "Firefox on Linux" };
        does(&mut one, "/labels", "", labels).await;
    }
    one.get("/renew/label-Firefox%20at%20work").await;
    does(&mut one, "/labels", "", "Firefox at work").await;
}

#[tokio::test]
async fn one_that_is_in_the_list_is_named_at_once_and_no_cookie_goes_out_for_it() {
    let (mut browser, _) = all_stored();
    browser.get("/in-ann").await;
    does(&mut browser, "/label-Lab/labels", "", "true, Lab").await;
    does(&mut browser, "/label-Office/status-500", "", "true").await;
    does(&mut browser, "/labels", "", "Office").await;
}

#[tokio::test]
async fn a_name_goes_with_the_sign_in_that_it_was_given_to() {
    let (mut browser, _) = all_stored();
    does(&mut browser, "/label-Nobodys", "", "false").await;
    browser.get("/in-ann/label-Hers/in-bob").await;
    does(&mut browser, "/labels", "", "none").await;
    browser.get("/out/label-Nobodys").await;
    browser.get("/in-ann").await;
    does(&mut browser, "/labels", "", "none").await;
}

#[tokio::test]
async fn the_store_cannot_read_a_name_and_has_at_most_256_bytes_of_it() {
    let (mut browser, store) = all_stored();
    let long = "%C3%A9".repeat(100);
    for path in
        ["/in-ann/label-Firefox".to_owned(), format!("/label-{}", "x".repeat(128)), format!("/label-x{long}")]
    {
        browser.get(&path).await;
        let (rows, _) = store.sign_ins(ann()).await.unwrap();
        let label = &rows[0].label;
        assert!(!label.is_empty() && label.len() <= 256, "{} bytes", label.len());
        assert!(!label.windows(4).any(|part| part == b"Fire" || part == b"xxxx"));
    }
    // Cut where a character ends.
    let cut = format!("x{}", "\u{e9}".repeat(63));
    does(&mut browser, "/labels", "", &cut).await;
}

/// Whoever writes the database can move it, or make one up.
#[tokio::test]
async fn a_name_that_is_another_persons_or_made_up_is_none() {
    let (mut anns, store) = all_stored();
    let mut bobs = anns.clone();
    anns.get("/in-ann/label-Hers").await;
    bobs.get("/in-bob").await;
    let hers = store.sign_ins(ann()).await.unwrap().0.remove(0).label;
    let bob = RING.person("tests", "", "bob").unwrap();
    let id = store.sign_ins(bob).await.unwrap().0[0].id;
    let mut changed = hers.clone();
    *changed.last_mut().unwrap() ^= 1;
    for label in [hers, changed, b"Hers".to_vec(), vec![0; 256]] {
        store.inner.apply(&[Op::Label { id, person: bob, label }]).await.unwrap();
        does(&mut bobs, "/labels", "", "none").await;
    }
    shows(&mut bobs, "bob: ").await;
}

#[tokio::test]
async fn without_a_store_there_is_no_list_to_name_a_sign_in_in() {
    let mut browser = Browser::new(shop(builder(&TestClock::new())));
    browser.get("/in-ann").await;
    let answer = browser.get("/label-Firefox").await;
    assert_eq!((answer.status, answer.error), (500, Some(SessionError::NoStore)));
}
