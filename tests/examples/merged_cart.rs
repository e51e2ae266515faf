//! examples/merged_cart.rs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use gingersnap::SessionData as _;
use gingersnap::store::{
    Answer, Applied, Changed, Feed, MemoryStore, Op, Record, RecordId, SignInRow, Store, Task,
};
use gingersnap::token::PersonId;

use crate::browser::Browser;
use crate::cart_that_merges::{Cart, app, keyring};

/// A store in memory, before whose next write something else happens.
#[derive(Clone)]
struct Busy {
    inner: MemoryStore,
    first: Arc<Mutex<Option<Task>>>,
}

impl Store for Busy {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.inner.load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        let first = self.first.lock().unwrap().take();
        Box::pin(async move {
            if let Some(first) = first {
                first.await;
            }
            self.inner.apply(operations).await
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.inner.sign_ins(person)
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.inner.feed(mark)
    }

    fn changed(&self) -> Changed {
        self.inner.changed()
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        self.inner.purge(limit)
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        self.inner.create_tables()
    }

    fn spawn(&self, task: Task) {
        self.inner.spawn(task);
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("busy")
    }
}

/// A browser with two teas in its cart, and a store in which another tab's request comes first, whenever it is told.
async fn two_tabs() -> (Browser, impl Fn(&Browser, &'static str, &'static str)) {
    let store = Busy { inner: MemoryStore::new(), first: Arc::default() };
    let mut browser = Browser::new(app(keyring().unwrap(), store.clone()).unwrap());
    browser.post("/", "item=tea&qty=2").await;
    let comes_first = move |browser: &Browser, path, form| {
        let mut tab = browser.clone();
        let task: Task = Box::pin(async move { drop(tab.post(path, form).await) });
        *store.first.lock().unwrap() = Some(task);
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

/// Of one item, every quantity up to two in base, ours and theirs.
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
