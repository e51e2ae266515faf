//! The tokens and key rings of gingersnap: seal, open, and choose keys.
//!
//! [`token`] is the format, byte for byte (`docs/FORMAT.md`). [`keyring`] says which key seals now, which keys open, and what an
//! operator may change. Nothing here does I/O: the time is an argument, and so is randomness ([`Entropy`]). So it also compiles
//! for `wasm32-unknown-unknown`; `./test.sh` checks that.
//!
//! A few methods that the library needs are hidden in the documentation, and are not part of the stable interface.
//!
//! Applications add `gingersnap`, which re-exports all of this along with the sessions. This crate alone is for tools that make
//! or inspect tokens and are not web applications.

mod entropy;
mod hex;
pub mod keyring;
mod refusal;
mod time;
pub mod token;

pub use entropy::{Entropy, NoEntropy};
pub use refusal::{Refusal, RefusalClass};
pub use time::{Clock, SKEW, Timestamp};
pub use token::messages::{Level, Message};
