//! Sessions that go on after another request was faster.

use super::all_stored;
use super::conflicts::maps;
use super::faulty::another;
use crate::browser::Browser;
use crate::steps::shows;

/// A handler that goes on after a failed `save` neither makes the row anew, nor takes it from anybody, nor writes over it.
#[tokio::test]
async fn what_was_overtaken_at_a_save_is_not_stored_with_the_response() {
    for (path, nobody, ann) in [
        ("/take/destroy", "nobody: ", "ann: "),
        ("/in-ann", "nobody: ", "ann: tea"),
        ("/add-milk", "nobody: tea milk", "ann: tea milk"),
    ] {
        for (method, status) in [("POST", 409), ("GET", 200)] {
            let (mut browser, store) = all_stored();
            browser.get("/add-tea").await;
            let mut tab = browser.clone();
            store.next(another(&browser, path));
            let saves = "/take/add-late/save";
            let answer =
                if method == "GET" { browser.get(saves).await } else { browser.post(saves, "").await };
            assert_eq!((answer.status, answer.sets().as_str()), (status, ""), "{path}");
            shows(&mut browser, nobody).await;
            tab.get("/in-ann").await;
            shows(&mut tab, ann).await;
        }
    }
}

/// The sign-in adopts the newest row, and the change after it is made to that.
#[tokio::test]
async fn a_change_after_a_sign_in_loses_nothing_of_a_busy_tab() {
    let (app, store) = maps();
    let mut browser = Browser::new(app);
    browser.get("/put/a/1").await;
    store.next(another(&browser, "/put/b/2"));
    assert_eq!(browser.post("/in-and-put/c/3", "").await.status, 200);
    assert_eq!(browser.get("/").await.body, "a=1 b=2 c=3");
}

#[tokio::test]
async fn after_three_conflicts_a_change_after_a_sign_in_is_dropped_and_the_row_is_there() {
    let (app, store) = maps();
    let mut browser = Browser::new(app);
    browser.get("/put/a/1").await;
    for path in ["/put/b/2", "/put/b/3", "/put/b/4"] {
        store.next(another(&browser, path));
    }
    assert_eq!(browser.post("/in-and-put/c/3", "").await.sets(), "__Host-id");
    assert_eq!(browser.get("/").await.body, "a=1 b=4");
}
