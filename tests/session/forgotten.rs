//! A struct that was changed without a new version, and one of another type's shape.

use std::fmt::Debug;

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Session, SessionData, SessionLayer, testing};

use crate::browser::{Browser, TestClock, ring};
use crate::events::Events;

/// An order as the fields given have it, always in version 1.
macro_rules! order {
    ($program:ident $tag:literal: $($field:ident: $kind:ty),*) => {
        mod $program {
            use gingersnap::SessionData;
            use serde::{Deserialize, Serialize};

            #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
            pub(super) struct Order {
                $(pub(super) $field: $kind,)*
            }

            impl SessionData for Order {
                const TAG: &'static str = $tag;
                const VERSION: u16 = 1;
            }
        }
    };
}

order!(sealed "order": quantity: u32, discount: u32, admin: bool);
order!(swapped "order": discount: u32, quantity: u32, admin: bool);
order!(promoted "order": quantity: u32, admin: bool, discount: u32);
order!(renamed "order": amount: u32, discount: u32, admin: bool);
order!(retyped "order": quantity: u32, discount: u64, admin: bool);
order!(longer "order": quantity: u32, discount: u32, admin: bool, notes: Vec<u8>);
order!(refund "refund": quantity: u32, discount: u32, admin: bool);

/// The answer of a program in which the order is a `T`, refusal and order, and its events.
async fn under_version_1<T: SessionData + Debug>(ring: &Keyring, cookies: &str) -> String {
    let shown = get(async |it: Session<T>| format!("{:?} {:?}", it.refused(), *it));
    let layer = SessionLayer::builder(ring.clone(), "tests").session::<T>("order").clock(TestClock::new());
    let events = Events::start();
    let browser = Browser::new(Router::new().route("/", shown).layer(layer.build().unwrap()));
    let body = browser.send_with("/", &[cookies]).await.body;
    [vec![body], events.take()].concat().join("; ")
}

/// A browser's cookies after it put the sealed order.
async fn with_an_order(ring: &Keyring) -> String {
    let put = async |mut it: Session<sealed::Order>| *it = ORDER;
    let layer = SessionLayer::builder(ring.clone(), "tests").session::<sealed::Order>("order");
    let routes = Router::new().route("/", get(put)).layer(layer.clock(TestClock::new()).build().unwrap());
    let mut browser = Browser::new(routes);
    browser.get("/").await;
    browser.cookies()
}

/// Without a print `promoted` would read a discount of 1 as an administrator.
#[tokio::test]
async fn a_struct_that_changed_without_a_new_version_is_refused_and_never_misread() {
    let ring = ring();
    let cookies = with_an_order(&ring).await;
    assert_eq!(under_version_1::<sealed::Order>(&ring, &cookies).await, format!("None {ORDER:?}"));

    let refused = |fresh: &dyn Debug| {
        format!(
            "Some(ChangedShape) {fresh:?}; ERROR cookie refused cookie=\"__Host-order\" reason=\"changed_shape\" \
             unsettled=false error=the data's struct was changed without a new VERSION"
        )
    };
    let all = [
        (under_version_1::<swapped::Order>(&ring, &cookies).await, refused(&swapped::Order::default())),
        (under_version_1::<promoted::Order>(&ring, &cookies).await, refused(&promoted::Order::default())),
        (under_version_1::<renamed::Order>(&ring, &cookies).await, refused(&renamed::Order::default())),
        (under_version_1::<retyped::Order>(&ring, &cookies).await, refused(&retyped::Order::default())),
        (under_version_1::<longer::Order>(&ring, &cookies).await, refused(&longer::Order::default())),
    ];
    for (answer, expected) in all {
        assert_eq!(answer, expected);
    }
}

#[tokio::test]
async fn however_often_a_handler_looks_there_is_one_event() {
    let ring = ring();
    let cookies = with_an_order(&ring).await;
    let twice = get(async |mut it: Session<promoted::Order>| {
        let changed = it.try_change(|it| {
            it.quantity = 1;
            Err::<(), _>(())
        });
        changed.unwrap_err();
        it.quantity = 2;
    });
    let layer = SessionLayer::builder(ring, "tests").session::<promoted::Order>("order");
    let browser =
        Browser::new(Router::new().route("/", twice).layer(layer.clock(TestClock::new()).build().unwrap()));
    for cookies in [cookies.clone(), format!("__Host-order=junk; {cookies}; __Host-order=other")] {
        let events = Events::start();
        browser.send_with("/", &[&cookies]).await;
        let told = events.take();
        assert_eq!(told.len(), 1, "{told:?}");
    }
}

#[tokio::test]
async fn two_types_of_one_shape_have_one_print_and_are_told_apart_by_their_tags() {
    let refund = refund::Order { quantity: 90, discount: 1, admin: false };
    assert_eq!(testing::print::<refund::Order>(), testing::print::<sealed::Order>());
    assert_eq!(refund.write(1), ORDER.write(1));
    let ring = ring();
    let answer = under_version_1::<refund::Order>(&ring, &with_an_order(&ring).await).await;
    assert!(answer.starts_with(&format!("Some(Forged) {:?}", refund::Order::default())), "{answer}");
}

const ORDER: sealed::Order = sealed::Order { quantity: 90, discount: 1, admin: false };
