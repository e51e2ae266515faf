//! Whose a change is, in a request that signs somebody in or out.

use gingersnap::SessionError;

use crate::browser::{Browser, TestClock, builder};
use crate::events::Events;
use crate::steps::{after, does, shop, shows};

const BOTH: &str = "__Host-id __Host-session-own";
const ADOPTED: &str = "__Host-id __Host-session-own -__Host-session";

/// The orders of a change and a sign-in, through a handle that is held, taken before or after, or parked meanwhile.
const ORDERS: [&str; 7] = [
    "/add-tea/in-ann",
    "/in-ann/add-tea",
    "/take/add-tea/in-ann",
    "/take/in-ann/add-tea",
    "/take/in-ann/add-tea/drop",
    "/take/add-tea/drop/in-ann",
    "/in-ann/take/add-tea",
];

#[tokio::test]
async fn in_both_orders_a_change_beside_a_sign_in_is_the_persons() {
    for path in ORDERS {
        let mut browser = after(&[]).await;
        assert_eq!(browser.get(path).await.sets(), BOTH, "{path}");
        shows(&mut browser, "ann: tea").await;
    }
}

#[tokio::test]
async fn in_both_orders_it_joins_what_the_guest_had() {
    for path in ORDERS {
        let mut browser = after(&["/add-milk"]).await;
        assert_eq!(browser.get(path).await.sets(), ADOPTED, "{path}");
        shows(&mut browser, "ann: milk tea").await;
    }
}

#[tokio::test]
async fn changes_on_both_sides_of_a_sign_in_are_one_cart() {
    for path in
        ["/add-tea/in-ann/add-milk", "/take/add-tea/in-ann/add-milk", "/take/add-tea/in-ann/drop/add-milk"]
    {
        let mut browser = after(&[]).await;
        assert_eq!(browser.get(path).await.sets(), BOTH, "{path}");
        shows(&mut browser, "ann: tea milk").await;
    }
}

#[tokio::test]
async fn what_is_shown_after_a_sign_in_is_the_persons_with_the_change() {
    let mut browser = after(&["/add-tea"]).await;
    let path = "/add-milk/show/in-ann/show";
    does(&mut browser, path, ADOPTED, "nobody: tea milk, +__Host-session, ann: tea milk").await;
}

/// Story I4: a middleware wrote first, the handler signs in and pushes.
#[tokio::test]
async fn beside_her_own_what_a_middleware_wrote_first_gives_way_and_the_handlers_change_does_not() {
    let mut browser = after(&["/in-ann/add-hers"]).await;
    browser.jar.remove("__Host-id");
    for path in ["/add-page/in-ann/add-tea", "/take/add-page/in-ann/add-tea", "/add-page/save/in-ann/add-tea"]
    {
        let mut browser = browser.clone();
        browser.get(path).await;
        shows(&mut browser, "ann: hers tea").await;
    }
}

#[tokio::test]
async fn beside_her_own_both_sides_are_merged_where_the_type_merges() {
    let mut browser = after(&["/in-ann/wish-hers"]).await;
    browser.jar.remove("__Host-id");
    browser.get("/wish-early").await;
    let path = "/wish-first/in-ann/wish-then/all";
    let sets = "__Host-id __Host-wishes-own -__Host-wishes";
    does(&mut browser, path, sets, "*__Host-wishes, ann:  | hers early first then | ").await;
    does(&mut browser, "/all", "", "ann:  | hers early first then | ").await;
}

#[tokio::test]
async fn a_change_of_who_is_replaced_by_the_request_is_dropped_with_an_event() {
    for path in ["/add-late/in-bob", "/take/add-late/in-bob", "/add-late/out", "/take/add-late/out/drop"] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        let events = Events::start();
        let answer = browser.get(path).await;
        assert!(answer.error.is_none(), "{path}: {:?}", answer.error);
        assert!(events.take().contains(&dropped(&SessionError::Ended)), "{path}");
        browser.get("/in-ann").await;
        let left = if path.contains("bob") { "ann: tea" } else { "ann: " };
        shows(&mut browser, left).await;
    }
}

#[tokio::test]
async fn a_guests_change_that_was_adopted_is_dropped_with_whom_it_was_adopted_by() {
    for path in ["/add-late/in-ann/in-bob", "/take/add-late/drop/in-ann/out", "/add-late/in-ann/out/in-ann"] {
        let mut browser = after(&[]).await;
        let events = Events::start();
        browser.get(path).await;
        assert!(events.take().contains(&dropped(&SessionError::Ended)), "{path}");
        assert!(browser.get("/show").await.body.ends_with(": "), "{path}");
    }
}

fn dropped(error: &SessionError) -> String {
    format!("WARN session not sent beside a sign-in or sign-out cookie=\"__Host-session\" error=\"{error}\"")
}

#[tokio::test]
async fn who_asks_save_is_told_that_the_change_ended() {
    for path in ["/take/add-late/in-bob/save", "/take/add-late/out/save"] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        assert_eq!(browser.get(path).await.body, "Ended", "{path}");
    }
}

#[tokio::test]
async fn a_borrow_after_a_verb_begins_a_new_change_by_who_is_there_then() {
    let mut browser = after(&["/in-ann/add-secret"]).await;
    let path = "/take/show/in-bob/try-more/show";
    does(&mut browser, path, BOTH, "ann: secret, ok, bob: more").await;
    shows(&mut browser, "bob: more").await;

    let mut browser = after(&["/in-ann/add-secret"]).await;
    let sets = "-__Host-id __Host-session -__Host-session-own";
    does(&mut browser, "/take/out/try-more/show", sets, "ok, nobody: more").await;
    shows(&mut browser, "nobody: more").await;
}

#[tokio::test]
async fn the_earlier_change_is_dropped_before_a_new_one_begins() {
    let mut browser = after(&["/in-ann/add-secret"]).await;
    does(&mut browser, "/take/add-late/in-bob/add-more/save", BOTH, "ok").await;
    shows(&mut browser, "bob: more").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: ").await;
}

#[tokio::test]
async fn a_handle_that_only_reads_keeps_nothing_alive_and_holds_nothing_up() {
    let mut browser = after(&["/in-ann/add-secret"]).await;
    does(&mut browser, "/take/out/forget", "-__Host-id -__Host-session-own", "").await;
    let mut browser = after(&["/in-ann/add-secret"]).await;
    does(&mut browser, "/take/renew/forget", "__Host-id", "").await;
    shows(&mut browser, "ann: secret").await;
}

#[tokio::test]
async fn the_next_handle_after_a_sign_in_sees_nothing_of_the_old_owner() {
    for path in ["/take/in-bob/drop/show", "/show/in-bob/show", "/add-late/in-bob/show"] {
        let mut browser = after(&["/in-ann/add-secret"]).await;
        assert!(browser.get(path).await.body.ends_with("bob: "), "{path}");
    }
}

#[tokio::test]
async fn data_saved_and_still_held_goes_out_with_a_renewal() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    does(&mut browser, "/take/add-milk/save/renew/forget", BOTH, "ok").await;
    shows(&mut browser, "ann: tea milk").await;
}

#[tokio::test]
async fn what_a_guest_saved_before_a_sign_in_is_adopted() {
    for path in ["/add-tea/save/in-ann", "/take/add-tea/save/in-ann", "/take/add-tea/save/in-ann/forget"] {
        let mut browser = after(&["/add-milk"]).await;
        assert_eq!(browser.get(path).await.sets(), ADOPTED, "{path}");
        shows(&mut browser, "ann: milk tea").await;
    }
}

#[tokio::test]
async fn what_a_guest_saved_before_a_sign_in_that_is_not_sent_goes_out_as_the_guests() {
    let mut browser = after(&["/add-milk"]).await;
    does(&mut browser, "/add-tea/save/in-ann/status-500", "__Host-session", "ok, +__Host-session").await;
    shows(&mut browser, "nobody: milk tea").await;
}

#[tokio::test]
async fn what_a_person_saved_before_somebody_else_came_is_still_theirs_if_they_come_back() {
    let mut browser = after(&["/in-ann"]).await;
    does(&mut browser, "/add-tea/save/in-bob/in-ann", BOTH, "ok").await;
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn what_a_person_changed_before_somebody_else_came_is_sent_if_they_come_back_and_did_not_sign_out() {
    for path in ["/add-milk/in-bob/in-ann", "/take/add-milk/in-bob/in-ann", "/take/in-bob/in-ann/add-milk"] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        assert_eq!(browser.get(path).await.sets(), BOTH, "{path}");
        shows(&mut browser, "ann: tea milk").await;
    }
    let mut browser = after(&["/in-ann/add-tea"]).await;
    does(&mut browser, "/add-milk/out/in-ann/show", "__Host-id -__Host-session-own", "ann: ").await;
}

#[tokio::test]
async fn the_same_person_signing_in_again_is_no_change_of_owner() {
    for path in ["/take/add-milk/in-ann", "/take/in-ann/add-milk", "/take/add-milk/in-ann/save"] {
        let mut browser = after(&["/in-ann/add-tea"]).await;
        assert_eq!(browser.get(path).await.sets(), BOTH, "{path}");
        shows(&mut browser, "ann: tea milk").await;
    }
}

/// A guest's change before a sign-in over somebody else's goes the way of the guest's data.
#[tokio::test]
async fn a_change_after_a_sign_out_is_a_guests_until_the_next_sign_in_and_then_gone() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let sets = "-__Host-id __Host-session -__Host-session-own";
    does(&mut browser, "/out/add-milk", sets, "").await;
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let sets = "__Host-id -__Host-session-own";
    does(&mut browser, "/out/add-milk/in-bob/show", sets, "bob: ").await;
}

#[tokio::test]
async fn too_large_a_change_stays_an_error_in_both_orders() {
    for path in ["/big-5000/in-ann", "/in-ann/big-5000", "/take/big-5000/in-ann", "/take/in-ann/big-5000"] {
        let mut browser = after(&["/add-tea"]).await;
        let answer = browser.get(path).await;
        assert!(matches!(answer.error, Some(SessionError::DoesNotFit(_))), "{path}: {:?}", answer.error);
        assert_eq!((answer.status, answer.sets().as_str()), (500, ""), "{path}");
        shows(&mut browser, "nobody: tea").await;
    }
}

/// The response's budget is for what nobody asked to be sent.
#[tokio::test]
async fn a_change_larger_than_the_response_budget_goes_out_in_both_orders() {
    for path in ["/big-2500/in-ann", "/in-ann/big-2500", "/take/big-2500/in-ann"] {
        let mut browser = after(&["/add-tea"]).await;
        assert_eq!(browser.get(path).await.sets(), ADOPTED, "{path}");
        assert_eq!(browser.get("/show").await.body.len(), "ann: tea ".len() + 2500, "{path}");
    }
}

#[tokio::test]
async fn a_browsers_session_knows_none_of_it() {
    for path in ["/theme-dark/in-ann", "/in-ann/theme-dark", "/theme-dark/out", "/out/theme-dark"] {
        let mut browser = after(&["/in-bob/theme-light"]).await;
        assert!(browser.get(path).await.sets().contains("__Host-theme"), "{path}");
        assert!(browser.get("/all").await.body.ends_with("| dark"), "{path}");
    }
}

#[tokio::test]
async fn a_verb_alone_changes_nothing_that_a_handler_looked_at() {
    let mut browser = Browser::new(shop(builder(&TestClock::new())));
    browser.get("/add-tea").await;
    does(&mut browser, "/take/drop/in-ann", ADOPTED, "+__Host-session").await;
    does(&mut browser, "/take/drop/renew", "__Host-id", "").await;
}

/// Another person's sign-in takes a guest's data away, also from whom it was shown before and who comes back.
#[tokio::test]
async fn what_was_shown_of_a_guests_is_gone_when_its_reader_comes_back_after_another_person() {
    for path in ["/take/in-ann/in-bob/add-milk", "/show/in-ann/in-bob/add-milk"] {
        let mut browser = after(&["/in-bob"]).await;
        let bob = browser.jar.remove("__Host-id").unwrap();
        browser.get("/add-tea").await;
        browser.jar.insert("__Host-id".into(), bob);
        shows(&mut browser, "bob: tea").await;
        browser.get(path).await;
        shows(&mut browser, "bob: milk").await;
    }
}
