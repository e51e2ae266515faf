//! examples/merged_cart.rs.

use std::collections::BTreeMap;

use gingersnap::SessionData as _;
use gingersnap::store::Task;
use gingersnap::testing;

use crate::browser::Browser;
use crate::busy_store::Busy;
use crate::cart_that_merges::{Cart, app};

/// A browser with two teas in its cart, and a store in which another tab's request comes first, whenever it is told.
async fn two_tabs() -> (Browser, impl Fn(&Browser, &'static str, &'static str)) {
    let store = Busy::default();
    let mut browser = Browser::new(app(testing::keyring(), store.clone()).unwrap());
    browser.post("/", "item=tea&qty=2").await;
    let comes_first = move |browser: &Browser, path, form| {
        let mut tab = browser.clone();
        let task: Task = Box::pin(async move { drop(tab.post(path, form).await) });
        store.first(task);
    };
    (browser, comes_first)
}

#[tokio::test]
async fn lines_that_two_tabs_change_at_once_are_all_kept() {
    let (mut tab, comes_first) = two_tabs().await;
    comes_first(&tab, "/", "item=milk&qty=1");
    assert_eq!(tab.post("/", "item=rye&qty=3").await, "");
    assert_eq!(tab.get("/").await, "1 x milk\n3 x rye\n2 x tea\n");
    // A line that one removes goes, unless the other changed it.
    comes_first(&tab, "/", "item=tea&qty=0");
    tab.post("/", "item=rye&qty=4").await;
    assert_eq!(tab.get("/").await, "1 x milk\n4 x rye\n");
    comes_first(&tab, "/", "item=rye&qty=9");
    tab.post("/", "item=rye&qty=0").await;
    assert_eq!(tab.get("/").await, "1 x milk\n9 x rye\n");
}

#[tokio::test]
async fn each_click_of_two_tabs_counts() {
    let (mut tab, comes_first) = two_tabs().await;
    comes_first(&tab, "/add", "item=tea");
    assert_eq!(tab.post("/add", "item=tea").await, "4 x tea\n");
    assert_eq!(tab.get("/").await, "4 x tea\n");
}

/// Tries every quantity of one item up to two in base, ours and theirs.
#[test]
fn merging_once_more_changes_nothing_and_what_one_side_left_alone_is_the_others() {
    let cart = |qty: u32| Cart { lines: BTreeMap::from_iter((qty > 0).then(|| ("tea".into(), qty))) };
    for (base, ours, theirs) in (0..27).map(|it| (it / 9, it / 3 % 3, it % 3)) {
        let [base, ours, theirs] = [base, ours, theirs].map(cart);
        let merged = Cart::merge(&base, &ours, &theirs).unwrap();
        assert_eq!(Cart::merge(&base, &merged, &theirs).unwrap(), merged);
        assert_eq!(Cart::merge(&base, &theirs, &ours).unwrap(), merged);
        if ours == base {
            assert_eq!(merged, theirs);
        }
    }
}
