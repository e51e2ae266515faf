//! A node whose clock is two days off.

use gingersnap::testing::TestClock;
use gingersnap::{Clock as _, SystemClock};

use super::{Browser, browser_of, shop, shop_by, shows};
use crate::place::{Place, on_each_server};

on_each_server! { sessions::skewed:
    a_node_whose_clock_is_two_days_off_removes_nothing
}

pub(crate) async fn a_node_whose_clock_is_two_days_off_removes_nothing(server: &mut impl Place) {
    let store = server.store();
    store.create_tables().await.unwrap();
    let mut browser = browser_of("ann", &shop(server.store())).await;
    let now = SystemClock.now().unix();
    for clock in [now - 2 * DAY, now + 2 * DAY] {
        let by = TestClock::new();
        by.set(clock);
        let wrong = shop_by(by, server.store());
        let mut copy: Browser = browser.moved_to(wrong.clone());
        // It takes her cookies for somebody's of another time.
        for path in ["/cart", "/theme", "/add/milk"] {
            copy.get(path).await;
        }
        Browser::new(wrong).get("/add/salt").await;
        // By its clock nobody signs in: cut-offs and sign-ins go by one.
        assert_eq!(copy.get("/in/bob").await.status, 503);
        assert_eq!(store.purge(1_000).await.unwrap().0, 0);
        shows(&mut browser, "ann: tea").await;
    }
}

const DAY: u64 = 86_400;
