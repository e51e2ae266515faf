//! The data of a session.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::get;
use futures_util::FutureExt as _;
use gingersnap::testing::{self, Mint, TestClock};
use gingersnap::{Flash, SessionData, SessionLayer, View};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::app::{Browser, builder, routes};

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
enum Payment {
    #[default]
    None,
    Voucher(String),
    Card {
        last_four: u16,
        until: (u8, u16),
    },
}

/// One of everything that serde tells apart.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Order {
    flag: bool,
    small: i8,
    whole: (i64, u64, u128),
    float: f64,
    letter: char,
    text: String,
    bytes: Vec<u8>,
    payment: Payment,
    maybe: Option<Option<Box<Order>>>,
    map: BTreeMap<String, Vec<Payment>>,
    unit: (),
}

impl SessionData for Order {
    const TAG: &'static str = "order";
    const VERSION: u16 = 1;
}

/// Short texts, so that a session of them fits one cookie.
fn text() -> impl Strategy<Value = String> {
    prop::string::string_regex("\\PC{0,16}").unwrap()
}

fn payment() -> impl Strategy<Value = Payment> {
    prop_oneof![
        Just(Payment::None),
        text().prop_map(Payment::Voucher),
        any::<(u16, (u8, u16))>().prop_map(|(last_four, until)| Payment::Card { last_four, until }),
    ]
}

prop_compose! {
    fn flat()(
        (flag, small, whole) in any::<(bool, i8, (i64, u64, u128))>(),
        // Compared by value: NaN equals nothing.
        float in any::<f64>().prop_filter("a number", |it| !it.is_nan()),
        letter in any::<char>(),
        text in text(),
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        payment in payment(),
        map in prop::collection::btree_map(text(), prop::collection::vec(payment(), 0..3), 0..3),
    ) -> Order {
        Order { flag, small, whole, float, letter, text, bytes, payment, maybe: None, map, unit: () }
    }
}

fn order() -> impl Strategy<Value = Order> {
    (flat(), prop::option::of(prop::option::of(flat().prop_map(Box::new))))
        .prop_map(|(order, maybe)| Order { maybe, ..order })
}

proptest! {
    #[test]
    fn a_typed_value_comes_back_as_it_went(order in order()) {
        let sessions = SessionLayer::builder(testing::keyring(), "tests").session::<Order>("order");
        let sessions = sessions.clock(TestClock::new()).build().unwrap();
        let cookie = Mint::of(&sessions).data(&order);
        let request = testing::request(&sessions, &cookie.to_string());
        prop_assert_eq!(&*View::<Order>::from_parts(&request).now_or_never().unwrap().unwrap(), &order);
    }
}

#[tokio::test]
async fn a_message_that_was_read_and_pushed_again_is_kept_for_the_next_page() {
    let keeps = async |mut flash: Flash| {
        let messages = flash.messages();
        let shown = messages.len().to_string();
        messages.into_iter().for_each(|it| flash.push(it.level, it.text));
        shown
    };
    let hears =
        async |mut flash: Flash| flash.messages().into_iter().map(|it| it.text).collect::<Vec<_>>().join(" ");
    let layer = builder(testing::keyring(), &TestClock::new()).build().unwrap();
    let routes = Router::new().route("/keep", get(keeps)).route("/hear", get(hears)).merge(routes());
    let mut browser = Browser::new(routes.layer(layer));
    browser.get("/say/hello").await;
    assert_eq!(browser.get("/keep").await.body, "1");
    assert_eq!(browser.get("/hear").await.body, "hello");
    assert_eq!(browser.get("/hear").await.body, "");
}
