//! Several requests, several devices.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::routing::get;
use gingersnap::testing::{self, TestClock};
use gingersnap::{Session, SessionData, SessionError, SignedIn, View};
use serde::{Deserialize, Serialize};

use crate::app::{Browser, browser, builder, routes};

#[tokio::test]
async fn a_renewal_touches_no_data_and_who_holds_the_old_identity_is_the_same_person() {
    for path in ["/renew", "/again", "/in/ann"] {
        let mut browser = browser(&TestClock::new());
        browser.get("/in/ann").await;
        browser.get("/add/tea").await;
        let old = browser.jar["__Host-id"].clone();
        browser.get(path).await.assert_sets("__Host-id");
        assert_eq!(browser.get("/").await.body, "ann [\"tea\"] 0", "{path}");
        let mut mixed = browser.clone();
        mixed.jar.insert("__Host-id".into(), old);
        assert_eq!(mixed.get("/").await.body, "ann [\"tea\"] 0", "{path}");
    }
}

/// Two writes at once of one session: the last response wins, and destroying is a write.
#[tokio::test]
async fn a_late_write_brings_back_what_was_destroyed_only_if_it_belonged_to_nobody() {
    for (before, end, shown) in [
        (&["/add/tea"][..], "/destroy", "nobody [\"tea\", \"late\"] 0"),
        (&["/in/ann", "/add/tea"], "/out", "nobody [] 0"),
        (&["/in/ann", "/add/tea"], "/in/bob", "bob [] 0"),
    ] {
        let mut browser = browser(&TestClock::new());
        for path in before {
            browser.get(path).await;
        }
        let late = browser.late("/add/late").await;
        browser.get(end).await;
        browser.keep(&late);
        assert_eq!(browser.get("/").await.body, shown, "{end}");
    }
}

/// The number of times that ann had changed her password when she signed in.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Stamp(u32);

impl SessionData for Stamp {
    const TAG: &'static str = "stamp";
    const VERSION: u16 = 1;
}

/// A way for an application with a record of each person, without a store of sessions.
#[tokio::test]
async fn a_stamp_from_the_persons_record_ends_their_other_sessions() {
    let record = Arc::new(AtomicU32::new(1));
    let (read, change) = (Arc::clone(&record), record);
    let current = move || read.load(Ordering::SeqCst);
    let sign_in = {
        let current = current.clone();
        async move |mut who: gingersnap::Identity, mut stamp: Session<Stamp>| {
            who.sign_in("ann").await?;
            // After the sign-in, so that it is hers, whatever she has here from an earlier one.
            stamp.0 = current();
            Ok::<_, SessionError>(())
        }
    };
    let page = async move |_: SignedIn, stamp: View<Stamp>| (stamp.0 == current()).to_string();
    let change = async move |mut who: SignedIn, mut stamp: Session<Stamp>| {
        stamp.0 = change.fetch_add(1, Ordering::SeqCst) + 1;
        who.reauthenticate().await.map(|it| it.to_string())
    };
    let layer = builder(testing::keyring(), &TestClock::new()).session::<Stamp>("stamp").build().unwrap();
    let own = Router::new()
        .route("/login", get(sign_in))
        .route("/page", get(page))
        .route("/change-password", get(change));
    let mut here = Browser::new(own.merge(routes()).layer(layer));
    let mut there = here.clone();
    for browser in [&mut here, &mut there] {
        browser.get("/login").await;
        assert_eq!(browser.get("/page").await.body, "true");
    }
    here.get("/change-password").await;
    assert_eq!(here.get("/page").await.body, "true");
    assert_eq!(there.get("/page").await.body, "false");
    there.jar.remove("__Host-stamp-own");
    assert_eq!(there.get("/page").await.body, "false");
    there.get("/login").await;
    assert_eq!(there.get("/page").await.body, "true");
}
