//! The promises of SECURITY.md about whoever reads or writes the database, and about a pointer in other hands.

use gingersnap::SessionError;
use gingersnap::store::{Op, Store as _};

use super::faulty::another;
use super::{all_stored, last_record};
use crate::steps::{does, shows};

#[tokio::test]
async fn the_rows_of_one_person_are_known_as_one_persons_and_by_no_name() {
    let (mut browser, store) = all_stored();
    browser.get("/in-marzipan/add-tea/wish-tea").await;
    browser.get("/in-another/add-milk").await;
    browser.jar.clear();
    browser.get("/add-salt").await;
    let written = store.taken();
    let owners: Vec<_> = written
        .iter()
        .filter_map(|op| match op {
            Op::Insert { owner, record, .. } => {
                assert!(!record.bytes.windows(8).any(|it| it == b"marzipan"));
                Some(*owner)
            }
            Op::Enter { .. } | Op::End { .. } => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let [cart, wishes, others, guests] = owners[..] else { panic!("{owners:?}") };
    assert!(cart.is_some() && cart == wishes && others.is_some() && others != cart && guests.is_none());
    assert!(!format!("{owners:?}").contains("marzipan"));
}

#[tokio::test]
async fn a_pointer_in_other_hands_shows_nothing_and_writes_nothing_without_her_sign_in() {
    let (mut ann, _) = all_stored();
    ann.get("/in-ann/add-tea").await;
    let mut other = ann.clone();
    other.jar.remove("__Host-id");
    shows(&mut other, "nobody: ").await;
    other.get("/in-bob").await;
    shows(&mut other, "bob: ").await;
    does(&mut other, "/add-milk/show", "__Host-session-own", "bob: milk").await;
    shows(&mut ann, "ann: tea").await;
}

#[tokio::test]
async fn whoever_writes_the_database_can_put_a_removed_row_back_and_keep_one_from_its_removal() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let (id, record) = last_record(&store).await;
    let mut copy = browser.clone();
    browser.get("/out").await;
    copy.get("/in-ann").await;
    shows(&mut copy, "ann: ").await;
    let back = Op::Insert { id, owner: None, lifetime: 3_600, record };
    store.inner.apply(&[back]).await.unwrap();
    shows(&mut copy, "ann: tea").await;
    // The column says that it is nobody's, and a sign-out removes hers.
    copy.get("/out").await;
    assert!(store.record(id).await.is_some());
}

#[tokio::test]
async fn a_sign_out_while_the_store_is_down_removes_the_cookies_and_the_row_once_it_is_back() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let mut copy = browser.clone();
    store.is_down(true);
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id -__Host-session-own");
    store.is_down(false);
    shows(&mut browser, "nobody: ").await;
    shows(&mut copy, "nobody: ").await;
    copy.get("/in-ann").await;
    shows(&mut copy, "ann: ").await;
}

/// Until there is a pointer, the one request cannot know of the other's row.
#[tokio::test]
async fn two_first_writes_at_once_make_two_rows_and_the_browser_keeps_one() {
    let (mut browser, store) = all_stored();
    let late = browser.late("/add-milk").await;
    browser.get("/add-tea").await;
    browser.keep(&late);
    shows(&mut browser, "nobody: milk").await;
    assert!(matches!(store.taken()[..], [Op::Insert { .. }, Op::Insert { .. }]));
}

#[tokio::test]
async fn a_sign_out_whose_rows_cannot_be_removed_says_so() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    store.is_down(true);
    let answer = browser.get("/out").await;
    assert_eq!((answer.status, answer.error), (503, Some(SessionError::StillElsewhere)));
}

#[tokio::test]
async fn tabs_that_are_busy_with_two_sessions_fail_no_sign_in() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea/wish-tea").await;
    for path in ["/add-a", "/add-b", "/add-c", "/wish-d"] {
        store.next(another(&browser, path));
    }
    assert_eq!(browser.post("/in-ann", "").await.sets(), "__Host-id");
    does(&mut browser, "/all", "", "ann: tea a b c | tea d | ").await;
}

/// A caller of `save` beside a sign-in is told that the change will be stored with it.
#[tokio::test]
async fn a_change_that_was_saved_beside_a_sign_in_is_stored_or_the_response_says_not() {
    let (mut browser, store) = all_stored();
    browser.get("/add-tea").await;
    store.next(another(&browser, "/add-milk"));
    let answer = browser.post("/in-ann/add-late/save", "").await;
    assert_eq!((answer.status, answer.error), (409, Some(SessionError::Conflict)));
    shows(&mut browser, "nobody: tea milk").await;
}

#[tokio::test]
async fn her_write_removes_the_guests_row_beside_hers() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let id = browser.jar.remove("__Host-id").unwrap();
    browser.get("/add-milk").await;
    let (guests, _) = last_record(&store).await;
    browser.jar.insert("__Host-id".into(), id);
    browser.get("/add-more").await;
    assert!(store.record(guests).await.is_none());
    shows(&mut browser, "ann: tea more").await;
}

#[tokio::test]
async fn commit_makes_no_row_anew_that_another_tab_removed_meanwhile() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann/add-tea").await;
    let mut copy = browser.clone();
    store.next(another(&browser, "/out"));
    assert_eq!(browser.post("/commit-late", "").await.status, 409);
    copy.get("/in-ann").await;
    shows(&mut copy, "ann: ").await;
    let asked = store.taken().into_iter().filter(|op| op.record_id().is_some()).collect::<Vec<_>>();
    assert!(matches!(asked[..], [Op::Insert { .. }, Op::Replace { .. }, Op::Remove { .. }, ..]));
}
