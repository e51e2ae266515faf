//! Sessions in a store: the same handlers, and what only a store can do.

mod activity;
mod conflicts;
mod ended;
mod faults;
mod faulty;
mod labelled;
mod listed;
mod out_of_reach;
mod overtaken;
mod owners;
mod places;
mod promises;
mod records;

use std::sync::{Arc, LazyLock};

use axum::Router;
use faulty::Faulty;
use gingersnap::keyring::Keyring;
use gingersnap::store::{Op, Record, RecordId, Store as _};
use gingersnap::{Place, SessionLayer, SessionLayerBuilder};

use crate::browser::{Browser, Cart, TestClock, Theme, Visits, ring};
use crate::steps::{Wishes, routes};

/// A shop whose cart, wishes and visits are kept at this place.
fn shop_at(place: Place, store: &Faulty, clock: &TestClock) -> Router {
    shop_of(sessions(place, store, clock))
}

fn shop_of(builder: SessionLayerBuilder) -> Router {
    routes().layer(builder.build().unwrap())
}

fn sessions(place: Place, store: &Faulty, clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(RING.clone(), "tests")
        .store(store.clone())
        .session::<Cart>("session")
        .place(place)
        .session::<Visits>("visits")
        .place(place)
        .browser_session::<Theme>("theme")
        .session::<Wishes>("wishes")
        .place(place)
        .clock(clock.clone())
}

/// A browser of a shop whose sessions are all in the store.
fn all_stored() -> (Browser, Faulty) {
    let (clock, store) = Faulty::and_clock();
    (Browser::new(shop_at(Place::Store, &store, &clock)), store)
}

/// The value of a cookie in the browser.
fn value(browser: &Browser, name: &str) -> String {
    browser.jar[name].clone()
}

/// The one record that the store was last given, and its name.
async fn last_record(store: &Faulty) -> (RecordId, Record) {
    let id = store.last_written();
    (id, store.record(id).await.unwrap())
}

/// Puts other bytes, or another version, in the place of a record, as somebody could who writes the database.
async fn overwrite(store: &Faulty, id: RecordId, record: Record) {
    let was = store.record(id).await.unwrap().version;
    let op = Op::Replace { id, was, owner: None, lifetime: 3_600, record };
    store.inner.apply(&[op]).await.unwrap();
}

/// The ring of every node.
static RING: LazyLock<Keyring> = LazyLock::new(ring);

type Shared<T> = Arc<std::sync::Mutex<T>>;
