//! A type that the encoding cannot carry is refused when the layer is built, with the field named; no other is. A type
//! of another shape has another print.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, are documented by their names, and have types for their shape"
)]

mod carried;
mod print;
mod refused;
mod rejected;
mod sampled;
mod vectors;

use std::any::type_name;

use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{BuildError, Entropy as _, OsEntropy, SessionData, SessionLayer, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The bounds of every session's data.
trait Data: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static> Data for T {}

/// Any type as a session's, without a trace of its own in the encoding.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(bound = "T: Data", transparent)]
struct Of<T>(T);

impl<T: Data> SessionData for Of<T> {
    const TAG: &'static str = "of";
    const VERSION: u16 = 1;
}

fn build<T: Data>() -> Result<SessionLayer, BuildError> {
    let now = Timestamp::from_unix(1_800_000_000);
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = Keyring::init(Suite::default(), 30 * 86_400, now, &mut random).unwrap();
    SessionLayer::builder(ring, "tests").session::<Of<T>>("session").clock(move || now).build()
}

#[track_caller]
fn is_carried<T: Data>() {
    if let Err(error) = build::<T>() {
        panic!("{error}");
    }
}

/// The text is `rest` after the type's name.
#[track_caller]
fn is_refused<T: Data>(rest: &str) {
    let error = build::<T>().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), format!("{}{rest}", type_name::<Of<T>>()));
}
