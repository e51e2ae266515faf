//! The server is killed, stopped, or slow.

use std::time::Duration;

use gingersnap::store::open;

use super::{browser_of, is_back, is_down, shop, shows};
use crate::place::{Place, on_each_server};
use crate::proxy::Proxy;

on_each_server! { sessions::outages:
    sessions_wait_for_a_server_that_was_killed
    sessions_wait_for_a_server_that_was_stopped
    sessions_wait_for_a_server_that_is_slow_by_ten_seconds
    a_response_whose_write_lost_its_answer_is_sent_and_was_written_once
}

pub(crate) async fn sessions_wait_for_a_server_that_was_killed(server: &mut impl Place) {
    let store = server.store();
    store.create_tables().await.unwrap();
    let shop = shop(store);
    let mut browser = browser_of("ann", &shop).await;
    server.kill();
    is_down(&mut browser, "ann").await;
    is_down(&mut browser, "ann").await;
    server.start_again();
    is_back(&mut browser, "ann: tea").await;
}

pub(crate) async fn sessions_wait_for_a_server_that_was_stopped(server: &mut impl Place) {
    let store = server.store();
    store.create_tables().await.unwrap();
    let shop = shop(store);
    let mut browser = browser_of("ann", &shop).await;
    server.stop();
    is_down(&mut browser, "ann").await;
    server.go_on();
    is_back(&mut browser, "ann: tea").await;
}

/// While it is slow nobody waits for ten seconds; what arrives in the end was a read, and changes nothing.
pub(crate) async fn sessions_wait_for_a_server_that_is_slow_by_ten_seconds(server: &mut impl Place) {
    server.store().create_tables().await.unwrap();
    let proxy = Proxy::to(server.own_port(), false);
    let shop = shop(open(&server.url_at(proxy.port)).unwrap());
    let mut browser = browser_of("ann", &shop).await;
    proxy.be_slow(Duration::from_secs(10));
    is_down(&mut browser, "ann").await;
    proxy.be_slow(Duration::ZERO);
    is_back(&mut browser, "ann: tea").await;
}

/// The connection dies after the commit: the row is asked for, and holds what was written.
pub(crate) async fn a_response_whose_write_lost_its_answer_is_sent_and_was_written_once(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    let proxy = Proxy::to(server.own_port(), false);
    let shop = shop(open(&server.url_at(proxy.port)).unwrap());
    let mut browser = browser_of("ann", &shop).await;
    // Each statement is known to the connection by now.
    browser.get("/add/milk").await;
    // The one that passes is the load's, unless the node looked for ends just then: in that case again.
    let mut answer = None;
    for _ in 0..5 {
        proxy.lose_an_answer_after(1);
        answer = Some(browser.get("/add/salt").await).filter(|it| it.status == 200);
        if answer.is_some() {
            break;
        }
    }
    assert_eq!(answer.map(|it| it.sets()).as_deref(), Some(""));
    shows(&mut browser, "ann: tea milk salt").await;
    // A load that is lost is an error, and nothing else.
    proxy.lose_an_answer_after(0);
    assert_eq!(browser.get("/add/more").await.status, 503);
    shows(&mut browser, "ann: tea milk salt").await;
}
