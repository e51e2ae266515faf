//! The standby takes over, without what was answered in the last second.

use std::time::Duration;

use gingersnap::store::open;
use tokio::time::{Instant, sleep};

use super::{browser_of, is_back, is_down, shop, shows};
use crate::events::Events;
use crate::place::{Place, on_each_server};
use crate::proxy::Proxy;

on_each_server! { sessions::failover:
    after_a_fail_over_a_session_is_as_it_was_and_one_that_was_lost_is_gone
}

pub(crate) async fn after_a_fail_over_a_session_is_as_it_was_and_one_that_was_lost_is_gone(
    server: &mut impl Place,
) {
    let proxy = Proxy::to(server.own_port(), false);
    let store = open(&server.url_at(proxy.port)).unwrap();
    store.create_tables().await.unwrap();
    let shop = shop(store);
    let mut ann = browser_of("ann", &shop).await;
    let mut carol = browser_of("carol", &shop).await;
    let standby = server.standby();
    server.cut_off(&standby);
    // The last second: a change, a session that begins, and one that ends.
    ann.get("/add/milk").await;
    let mut bob = browser_of("bob", &shop).await;
    let mut copy = carol.clone();
    carol.get("/out").await;
    server.kill();
    is_down(&mut ann, "ann").await;
    is_down(&mut bob, "bob").await;
    proxy.lead_to(standby.own_port());
    standby.promote();
    is_back(&mut ann, "ann: tea").await;
    let events = Events::start();
    shows(&mut bob, "bob: ").await;
    let gone = "INFO cookie refused cookie=\"__Host-cart-own\" reason=\"gone\" unsettled=false";
    assert_eq!(events.take(), [gone]);
    // A write makes another row, under a new name.
    assert_eq!(bob.get("/add/salt").await.sets(), "__Host-cart-own");
    shows(&mut bob, "bob: salt").await;
    shows(&mut carol, "nobody: ").await;
    // Her row is back, since its removal was lost. Her sign-in is not: this node knows that it ended, and tells the store again.
    shows(&mut copy, "nobody: ").await;
    let another = super::shop(open(&server.url_at(proxy.port)).unwrap());
    let deadline = Instant::now() + Duration::from_secs(10);
    while copy.moved_to(another.clone()).get("/cart").await.body != "nobody: " {
        assert!(Instant::now() < deadline, "the end that was lost is not put back");
        sleep(Duration::from_millis(100)).await;
    }
}
