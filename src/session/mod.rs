//! Sessions as handlers see them: [`Session`], [`Identity`], [`Flash`], and the rules behind them.
//!
//! Guarantees: nothing is looked at until a handler asks. A read sends nothing. A change is sent whole, or the response says why
//! not. Data is seen only by its owner. An identity is written only by its verbs. Time and randomness come in through [`Clock`]
//! and [`Entropy`].
//!
//! Not guaranteed: if two responses *write* the same session at once, the last one wins, as in every session that lives in a
//! cookie. A copied cookie stays valid until its timeout.

mod activity;
mod commit;
mod data;
mod decide;
mod draft;
mod error;
mod exchange;
mod flash;
mod following;
mod identity;
mod map;
mod place;
mod plan;
mod policy;
mod record;
mod report;
mod request;
mod settings;
mod state;
mod storing;

pub use activity::Passive;
pub use data::{Parked, Session, SessionData, View};
pub(crate) use data::{keeps_order, merge, print_of};
pub use error::{ChangeError, DoesNotFit, SessionError};
pub(crate) use exchange::Exchange;
pub use flash::Flash;
pub use identity::{Adoption, Identity, Revoker, SignIn, SignedIn};
pub use map::{FromValue, Map, Value};
pub use place::Place;
pub(crate) use plan::{Fields, Plan};
pub use policy::Policy;
pub use report::Report;
pub(crate) use settings::{CookieUse, DataUse, Event, Former, Merge, Settings};
