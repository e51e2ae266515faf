//! Data that cannot be encoded: the error says why and where, and the event quotes nothing of it.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::get;
use gingersnap::{Map, Session, SessionData, SessionLayer, Value};
use serde::{Deserialize, Serialize, Serializer};

use crate::browser::{Browser, TestClock, ring};
use crate::events::Events;

/// The error of a map after this change, and the event.
async fn refused(change: fn(&mut Map)) -> (String, Vec<String>) {
    let handler = async move |mut map: Session| change(&mut map);
    let layer = SessionLayer::builder(ring(), "tests").session::<Map>("session").clock(TestClock::new());
    let mut browser = Browser::new(Router::new().route("/", get(handler)).layer(layer.build().unwrap()));
    let events = Events::start();
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    (answer.error.unwrap().to_string(), events.take())
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |value, _| Value::List(vec![Value::Null, value]))
}

#[tokio::test]
async fn a_map_that_is_too_deep_says_so_and_where_and_the_event_names_nothing() {
    let place = format!("adas secret.b{}", "[1]".repeat(30));
    let (error, events) = refused(|map| {
        map.insert("fine", nested(31));
        map.insert(
            "adas secret",
            BTreeMap::from([("a".to_owned(), nested(30)), ("b".to_owned(), nested(31))]),
        );
    })
    .await;
    let reason = "the session's data cannot be encoded: values nested more than 32 levels deep";
    assert_eq!(error, format!("{reason}: at {place}"));
    assert_eq!(events, [format!("ERROR session not sent error=\"{reason}\"")]);
    // However deep: nothing goes down to its end.
    let (error, _) = refused(|map| drop(map.insert("deep", nested(2000)))).await;
    assert_eq!(error, format!("{reason}: at deep{}", "[1]".repeat(31)));
}

#[tokio::test]
async fn a_map_that_is_too_large_says_so_and_where() {
    let (error, events) = refused(|map| {
        map.insert("a", vec![0; 100]);
        map.insert("adas secret", vec![vec![0; 1000]; 4]);
    })
    .await;
    let reason = "the session's data cannot be encoded: more than 4,096 values";
    assert_eq!(error, format!("{reason}: 4106 in all, 4005 of them at adas secret"));
    assert_eq!(events, [format!("ERROR session not sent error=\"{reason}\"")]);
}

#[tokio::test]
async fn what_a_types_own_serialize_says_is_in_the_error_and_not_in_the_event() {
    #[derive(Clone, Default, Deserialize)]
    struct Picky(u32);
    impl Serialize for Picky {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                0..1000 => serializer.serialize_newtype_struct("Picky", &self.0),
                many => Err(serde::ser::Error::custom(format_args!("{many} is too many"))),
            }
        }
    }
    impl SessionData for Picky {
        const TAG: &'static str = "picky";
        const VERSION: u16 = 1;
    }
    let layer = SessionLayer::builder(ring(), "tests").session::<Picky>("session").clock(TestClock::new());
    let many = get(async |mut it: Session<Picky>| it.0 = 4321);
    let mut browser = Browser::new(Router::new().route("/", many).layer(layer.build().unwrap()));
    let events = Events::start();
    let error = browser.get("/").await.error.unwrap().to_string();
    assert_eq!(error, "the session's data cannot be encoded: its Serialize refuses it: 4321 is too many");
    let event = "the session's data cannot be encoded: its Serialize refuses it";
    assert_eq!(events.take(), [format!("ERROR session not sent error=\"{event}\"")]);
}
