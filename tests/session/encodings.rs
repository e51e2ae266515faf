//! Types with one encoding for each value, and types with several.

use std::cell::Cell;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher};

use axum::Router;
use axum::routing::get;
use gingersnap::{Session, SessionData};
use serde::{Deserialize, Serialize, Serializer};

use crate::browser::{Browser, TestClock, builder};

macro_rules! session_data {
    ($($name:ident)*) => { $(
        impl SessionData for $name {
            const TAG: &'static str = stringify!($name);
            const VERSION: u16 = 1;
        }
    )* };
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Set(HashSet<u64>);

/// Its hasher has no seed of its own, but its order depends on how it was filled.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Seedless(HashSet<u64, BuildHasherDefault<DefaultHasher>>);

#[derive(Clone, Default, Deserialize, Serialize)]
struct Within {
    name: String,
    place: Option<Tags>,
}

#[derive(Clone, Deserialize, Serialize)]
enum Tags {
    None,
    One(String),
    Many { tags: HashMap<String, Vec<u8>> },
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Heap(BinaryHeap<u64>);

#[derive(Clone, Default, Deserialize, Serialize)]
struct Sorted(BTreeSet<u64>);

#[derive(Clone, Default, Deserialize, Serialize)]
struct Listed {
    lines: Vec<Line>,
    note: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
enum Line {
    Nothing,
    Item { name: String, quantity: Counted },
}

/// Counts how often it is written.
#[derive(Clone, Default, Deserialize)]
struct Counted(u64);

thread_local! {
    static WRITTEN: Cell<u32> = const { Cell::new(0) };
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITTEN.set(WRITTEN.get() + 1);
        serializer.serialize_newtype_struct("Counted", &self.0)
    }
}

session_data! { Set Seedless Within Heap Sorted Listed }

/// A session of `T` that is filled, and then borrowed mutably ten times and left as it was.
async fn is_left_alone<T: SessionData + Sync>(fill: fn(&mut T)) {
    let layer = builder(&TestClock::new()).session::<T>("data");
    let fill = async move |mut data: Session<T>| fill(&mut data);
    let touch = async |mut data: Session<T>| {
        let _: &mut T = &mut data;
    };
    let app =
        Router::new().route("/fill", get(fill)).route("/touch", get(touch)).layer(layer.build().unwrap());
    let mut browser = Browser::new(app);
    assert_eq!(browser.get("/fill").await.sets(), "__Host-data");
    for _ in 0..10 {
        assert_eq!(browser.get("/touch").await.sets(), "", "{}", T::TAG);
    }
}

#[tokio::test]
async fn a_borrow_without_a_change_sends_nothing_whatever_order_a_type_has() {
    is_left_alone::<Set>(|set| set.0 = (0..40).collect()).await;
    // The room of what was taken out again stays.
    is_left_alone::<Seedless>(|set| {
        set.0 = (0..5_000).collect();
        set.0.retain(|it| it % 125 == 0);
    })
    .await;
    is_left_alone::<Within>(|within| {
        let tags = (0..20).map(|n| (format!("tag {n}"), vec![n])).collect();
        within.place = Some(Tags::Many { tags });
    })
    .await;
    is_left_alone::<Within>(|within| within.place = Some(Tags::One("one".into()))).await;
    is_left_alone::<Within>(|within| (within.name, within.place) = ("no".into(), Some(Tags::None))).await;
    is_left_alone::<Heap>(|heap| heap.0 = (0..40).map(|n| n * 7 % 41).collect()).await;
    is_left_alone::<Sorted>(|set| set.0 = (0..40).collect()).await;
    is_left_alone::<Listed>(|listed| {
        listed.lines = vec![Line::Nothing, Line::Item { name: "tea".into(), quantity: Counted(2) }];
        listed.note = Some("red".into());
    })
    .await;
}

#[tokio::test]
async fn a_change_of_a_type_with_one_encoding_writes_it_once() {
    let layer = builder(&TestClock::new()).session::<Listed>("data").build().unwrap();
    let add = async |mut listed: Session<Listed>| {
        listed.lines.push(Line::Item { name: "tea".into(), quantity: Counted(1) });
    };
    let mut browser = Browser::new(Router::new().route("/", get(add)).layer(layer));
    browser.get("/").await;
    WRITTEN.set(0);
    assert_eq!(browser.get("/").await.sets(), "__Host-data");
    // In a test once more, to see that what is written is read again.
    assert_eq!(WRITTEN.get(), 2 * 2, "two lines, each once");
}
