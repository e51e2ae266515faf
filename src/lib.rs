//! Session cookies sealed with an AEAD.

pub mod cookie;
pub mod keyring;
mod layer;
mod refusal;
mod session;
mod timestamp;
pub mod token;

pub use layer::{
    BuildError, OsEntropy, SessionFuture, SessionLayer, SessionLayerBuilder, SessionService, SystemClock,
};
pub use refusal::{Refusal, RefusalClass};
pub use session::{
    ChangeError, Clock, DoesNotFit, Entropy, Event, Flash, FromValue, Identity, Level, Map, Message,
    NoEntropy, Parked, Policy, Report, Session, SessionData, SessionError, Value, View,
};
pub use timestamp::{SKEW, Timestamp};
