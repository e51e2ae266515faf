//! The limits of a cookie, and the bytes that count.

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use futures_util::FutureExt as _;
use gingersnap::testing::{self, Mint, TestClock};
use gingersnap::{Session, SessionData, View};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::app::{Browser, Cart, browser, builder};

#[derive(Clone, Default, Deserialize, Serialize)]
struct Notes(String);

impl SessionData for Notes {
    const TAG: &'static str = "notes";
    const VERSION: u16 = 1;
}

/// Makes a session as large as possible.
fn fill<T: SessionData>(session: &mut Session<T>, grow: fn(&mut T, &str)) {
    for len in [512, 64, 8, 1] {
        let text = "x".repeat(len);
        let mut grown = || {
            session.try_change(|it| {
                grow(it, &text);
                Ok::<_, ()>(())
            })
        };
        while grown().is_ok() {}
    }
}

#[tokio::test]
async fn two_cookies_that_are_as_full_as_goes_go_out_in_one_response() {
    let both = async |request: Request| {
        let (parts, _) = request.into_parts();
        let mut cart = Session::<Cart>::from_parts(&parts).await.unwrap();
        fill(&mut cart, |cart, text| cart.0.push(text.into()));
        let lines = cart.0.len();
        drop(cart);
        let mut notes = Session::<Notes>::from_parts(&parts).await.unwrap();
        fill(&mut notes, |notes, text| notes.0.push_str(text));
        format!("{lines} {}", notes.0.len())
    };
    let layer = builder(testing::keyring(), &TestClock::new()).session::<Notes>("notes").build().unwrap();
    let show = async |cart: View<Cart>, notes: View<Notes>| format!("{} {}", cart.0.len(), notes.0.len());
    let mut browser =
        Browser::new(Router::new().route("/fill", get(both)).route("/", get(show)).layer(layer));
    let answer = browser.get("/fill").await;
    answer.assert_sets("__Host-cart __Host-notes");
    let octets = answer.set_cookies.iter().map(|cookie| cookie.name.len() + cookie.value.len());
    let octets = octets.collect::<Vec<_>>();
    assert!((4040..=4096).contains(&octets[0]), "{octets:?}");
    assert!((7165..=7168).contains(&octets.iter().sum::<usize>()), "{octets:?}");
    assert_eq!(browser.get("/").await.body, answer.body);
}

#[tokio::test]
async fn what_looks_like_a_part_of_our_cookie_is_nobodys() {
    let mut browser = browser(&TestClock::new());
    browser.get("/add/tea").await;
    let good = browser.cookies();
    let (name, value) = good.split_once('=').unwrap();
    let (first, second) = value.split_at(value.len() / 2);
    for (one, two) in [(".0", ".1"), ("-0", "-1"), ("_0", "_1"), ("0", "1"), ("C1", "C2")] {
        let halves = format!("{name}{one}={first}; {name}{two}={second}");
        for parts in [halves, format!("{name}={first}; {name}{two}={second}"), format!("{name}{one}={value}")]
        {
            assert_eq!(browser.send_with("/", &[&parts]).await.body, "nobody [] 0", "{parts}");
            assert_eq!(browser.send_with("/", &[&parts, &good]).await.body, "nobody [\"tea\"] 0", "{parts}");
        }
    }
    for count in ["2", "-1", "999999999", "99999999999999999999999"] {
        for counts in
            [format!("{name}=chunks-{count}"), format!("{name}={count}"), format!("{name}.count={count}")]
        {
            let answer = browser.send_with("/add/milk", &[&counts, &good]).await;
            answer.assert_sets("__Host-cart");
            assert_eq!(browser.send_with("/", &[&counts, &good]).await.body, "nobody [\"tea\"] 0");
        }
    }
}

proptest! {
    #[test]
    fn what_is_counted_is_what_is_sent_and_no_octet_of_it_needs_escaping(items in prop::collection::vec(any::<String>(), 0..20)) {
        let sessions = builder(testing::keyring(), &TestClock::new()).build().unwrap();
        let cookie = Mint::of(&sessions).data(&Cart(items));
        prop_assert!(cookie.value.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)));
        let request = testing::request(&sessions, &cookie.to_string());
        let report = View::<Cart>::from_parts(&request).now_or_never().unwrap().unwrap().report().unwrap();
        prop_assert_eq!(report.octets, cookie.name.len() + cookie.value.len());
    }
}
