//! Sessions as handlers see them: [`Session`], [`Identity`], [`Flash`], and the rules behind them.
//!
//! Guarantees: nothing is looked at until a handler asks; a read sends nothing; a change is sent whole or the
//! response says why not; data is seen by its owner alone; an identity is written by its verbs alone. Time and
//! randomness come in through [`Clock`] and [`Entropy`].
//!
//! Not guaranteed: two responses that *write* the same session at once are last-wins, as in every session that
//! lives in a cookie; a copied cookie stays valid until its timeout.

mod activity;
mod data;
mod draft;
mod error;
mod exchange;
mod few;
mod fields;
mod flash_state;
mod handle;
mod identity;
mod identity_state;
mod incoming;
mod live;
mod map;
mod messages;
mod owner;
mod passive;
mod policy;
mod report;
mod settings;
mod signed_in;
mod slot;
mod value;

pub use data::SessionData;
pub use error::{ChangeError, DoesNotFit, SessionError};
pub(crate) use exchange::{Exchange, Finished, Handle};
pub(crate) use few::Few;
pub use handle::{Parked, Session, View};
pub use identity::Identity;
pub use map::Map;
pub use messages::Flash;
pub use passive::Passive;
pub use policy::Policy;
pub use report::Report;
pub(crate) use settings::Event;
pub(crate) use settings::{CookieUse, DataUse, Observer, Settings};
pub use signed_in::SignedIn;
pub use value::{FromValue, Value};
