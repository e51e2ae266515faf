//! Ends, while a node does not reach the server that has them.

use std::time::Duration;

use gingersnap::SessionError;
use gingersnap::store::open;
use tokio::time::{Instant, sleep};

use super::{Browser, browser_of, shop};
use crate::place::{Place, on_each_server};
use crate::proxy::Proxy;

on_each_server! { sessions::cut_off:
    a_sign_out_by_a_node_that_gets_no_answer_says_so_and_is_known_everywhere_later
    a_node_that_gets_no_answer_goes_by_what_it_knew_and_hears_of_ends_later
    ends_are_known_again_when_nodes_are_back_at_a_server_that_started_again
}

/// The fault between a node and the server.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Blackhole,
    TenSeconds,
}

impl Fault {
    const ALL: [Self; 2] = [Self::Blackhole, Self::TenSeconds];

    fn set(self, proxy: &Proxy, is_on: bool) {
        match self {
            Self::Blackhole => proxy.be_silent(is_on),
            Self::TenSeconds => proxy.be_slow(Duration::from_secs(if is_on { 10 } else { 0 })),
        }
    }
}

pub(crate) async fn a_sign_out_by_a_node_that_gets_no_answer_says_so_and_is_known_everywhere_later(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    for fault in Fault::ALL {
        let proxy = Proxy::to(server.own_port(), false);
        let (here, there) = (shop(open(&server.url_at(proxy.port)).unwrap()), shop(server.store()));
        let (mut ann, mut bob) = (browser_of("ann", &here).await, browser_of("bob", &here).await);
        let mut elsewhere = ann.moved_to(there.clone());
        let mut copy = ann.clone();
        assert_eq!(elsewhere.get("/theme").await.body, "ann: dark");
        fault.set(&proxy, true);
        let begun = Instant::now();
        let answer = ann.get("/out").await;
        assert_eq!((answer.status, answer.error), (503, Some(SessionError::StillElsewhere)), "{fault:?}");
        assert!(!ann.jar.contains_key("__Host-id"), "{fault:?}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{fault:?}: {:?}", begun.elapsed());
        assert_eq!(copy.get("/theme").await.body, "nobody: ", "{fault:?}: dead here at once");
        assert_eq!(elsewhere.get("/theme").await.body, "ann: dark", "{fault:?}: as the answer said");
        assert_eq!(bob.get("/theme").await.body, "bob: dark", "{fault:?}: who is in stays in");
        fault.set(&proxy, false);
        is_out(&mut elsewhere, Duration::from_secs(30)).await;
        assert_eq!(bob.moved_to(there).get("/theme").await.body, "bob: dark");
    }
}

pub(crate) async fn a_node_that_gets_no_answer_goes_by_what_it_knew_and_hears_of_ends_later(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    for fault in Fault::ALL {
        let proxy = Proxy::to(server.own_port(), false);
        let (here, there) = (shop(server.store()), shop(open(&server.url_at(proxy.port)).unwrap()));
        let (mut ann, bob) = (browser_of("ann", &here).await, browser_of("bob", &here).await);
        let (mut elsewhere, mut bob) = (ann.moved_to(there.clone()), bob.moved_to(there));
        assert_eq!(elsewhere.get("/theme").await.body, "ann: dark");
        fault.set(&proxy, true);
        assert_eq!(ann.get("/out").await.status, 200, "{fault:?}");
        // Longer than a pull is given: requests that ask themselves wait for it, and no longer.
        for _ in 0..4 {
            sleep(Duration::from_secs(2)).await;
            let begun = Instant::now();
            assert_eq!(bob.get("/theme").await.body, "bob: dark", "{fault:?}");
            assert!(begun.elapsed() < Duration::from_secs(4), "{fault:?}: {:?}", begun.elapsed());
        }
        fault.set(&proxy, false);
        is_out(&mut elsewhere, Duration::from_secs(30)).await;
        assert_eq!(bob.get("/theme").await.body, "bob: dark", "{fault:?}");
    }
}

pub(crate) async fn ends_are_known_again_when_nodes_are_back_at_a_server_that_started_again(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    let (here, there) = (shop(server.store()), shop(server.store()));
    for _ in 0..2 {
        let mut ann = browser_of("ann", &here).await;
        let mut elsewhere = ann.moved_to(there.clone());
        assert_eq!(elsewhere.get("/theme").await.body, "ann: dark");
        server.kill();
        server.start_again();
        // Connections are of before: a sign-out that meets that is told again by its node, and the other node connects anew.
        let status = ann.get("/out").await.status;
        assert!([200, 503].contains(&status), "{status}");
        is_out(&mut elsewhere, Duration::from_secs(30)).await;
    }
}

async fn is_out(browser: &mut Browser, patience: Duration) {
    let begun = Instant::now();
    while browser.get("/theme").await.body != "nobody: " {
        assert!(begun.elapsed() < patience, "after {:?}", begun.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
}
