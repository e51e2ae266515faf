//! Session cookies that snap if you tamper with them, for axum and tower.
//!
//! A session's data is serialized compactly, sealed with an AEAD and carried by the browser. A [`SessionLayer`] gives
//! the handlers below it their [`Session`], [`Identity`] and [`Flash`]; the keys are a [`keyring::Keyring`].
//!
//! ```
//! use gingersnap::{Session, SessionData, SessionLayer};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! struct Visits(u32);
//!
//! impl SessionData for Visits {
//!     const TAG: &'static str = "visits";
//!     const VERSION: u16 = 1;
//! }
//!
//! async fn count(mut visits: Session<Visits>) -> String {
//!     visits.0 += 1;
//!     format!("visit {}", visits.0)
//! }
//! ```
//!
//! Requests that change something should come from our own pages: an [`OriginGuard`] around the application, a layer
//! that knows nothing of sessions, sees to that.
//!
//! From the wire up: [`token`] is the format, [`keyring`] chooses keys, [`keystore`] keeps them, [`cookie`] reads and writes cookies, and what is
//! re-exported here is what a handler sees. The format is specified in `docs/FORMAT.md`.
//!
//! The feature `testing` adds the module `testing`, for the tests of applications.

pub mod cookie;
mod entropy;
mod guard;
pub mod keyring;
pub mod keystore;
mod layer;
mod refusal;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
pub mod token;

pub use entropy::{Entropy, NoEntropy};
pub use guard::{GuardError, GuardFuture, GuardRefusal, GuardService, OriginGuard};
pub use layer::{
    BuildError, OsEntropy, SessionFuture, SessionLayer, SessionLayerBuilder, SessionService, SystemClock,
};
pub use refusal::{Refusal, RefusalClass};
pub use session::{
    ChangeError, Clock, DoesNotFit, Flash, FromValue, Identity, Level, Map, Message, Parked, Passive, Policy,
    Report, Session, SessionData, SessionError, SignedIn, Value, View,
};
pub use timestamp::{SKEW, Timestamp};

/// The README's code compiles.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;
