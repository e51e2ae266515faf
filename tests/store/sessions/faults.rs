//! The server answers, and will not do what it is asked.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;

use super::{Browser, is_back, is_down, is_read, is_unavailable};
use crate::events::Events;

/// A fault that the server is given, and what takes it away again.
struct Fault {
    name: &'static str,
    begin: &'static str,
    end: &'static str,
    /// True if it answers reads all the same.
    reads: bool,
}

/// While a fault is on, nothing is removed and nobody becomes anonymous; once it is off all is as it was.
async fn survives(browser: &mut Browser, faults: &[Fault], run: impl Fn(&str)) {
    let mut cart = "ann: tea".to_owned();
    for Fault { name, begin, end, reads } in faults {
        run(begin);
        let events = Events::start();
        if *reads {
            is_read(browser, &cart).await;
            is_unavailable(&browser.get("/add/milk").await, name);
        } else {
            is_down(browser, "ann").await;
        }
        assert!(events.take().iter().any(|it| it.starts_with("ERROR store not reached")), "{name}");
        run(end);
        is_back(browser, &cart).await;
        cart.push_str(" more");
    }
}

/// A flushed session is gone: dead, reported to the operator, and begun anew under another name.
async fn begins_anew(browser: &mut Browser) {
    let pointer = browser.jar["__Host-cart-own"].clone();
    let events = Events::start();
    assert_eq!(browser.get("/cart").await.body, "ann: ");
    let gone = "INFO cookie refused cookie=\"__Host-cart-own\" reason=\"gone\" unsettled=false";
    assert_eq!(events.take(), [gone]);
    assert_eq!(browser.get("/theme").await.body, "ann: dark");
    assert_eq!(browser.get("/add/salt").await.sets(), "__Host-cart-own");
    assert_ne!(browser.jar["__Host-cart-own"], pointer);
    super::shows(browser, "ann: salt").await;
}
