//! Merges that take the guest's data in twice, where they are denied.

use axum::Router;
use axum::routing::get;
use gingersnap::testing::{Browser, Mint, TestClock};
use gingersnap::{Identity, SessionData, View};
use serde::{Deserialize, Serialize};

use crate::app::builder;

/// A number of items, which a merge adds up or, if they are limited, compares.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Items<const LIMITED: bool>(u32);

impl<const LIMITED: bool> SessionData for Items<LIMITED> {
    const TAG: &'static str = "items";
    const VERSION: u16 = 1;

    fn merge(_: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        Some(Self(if LIMITED { hers.0.max(guests.0) } else { hers.0 + guests.0 }))
    }
}

/// The number of items when ann, who has two, signs in where a guest has three.
async fn merged<const LIMITED: bool>() -> String {
    let sessions = builder(&TestClock::new()).session::<Items<LIMITED>>("items").build().unwrap();
    let mint = Mint::of(&sessions);
    let hers = mint.owned(&mint.identity("ann"), &Items::<LIMITED>(2));
    let guests = mint.data(&Items::<LIMITED>(3));
    let enter = async |mut who: Identity| who.sign_in("ann").await.map(drop);
    let show = async |items: View<Items<LIMITED>>| items.0.to_string();
    let routes = Router::new().route("/in", get(enter)).route("/", get(show));
    let mut browser = Browser::new(routes.layer(sessions));
    browser.insert(hers);
    browser.insert(guests);
    browser.get("/in").await.assert_sets("__Host-id __Host-items-own -__Host-items");
    browser.get("/").await.body
}

#[tokio::test]
async fn a_merge_that_changes_nothing_the_second_time_is_let_through() {
    assert_eq!(merged::<true>().await, "3");
}

#[tokio::test]
#[should_panic(expected = "Items<false>::merge is not idempotent: it takes the guest's data in twice")]
async fn a_merge_that_adds_up_fails_the_test() {
    merged::<false>().await;
}
