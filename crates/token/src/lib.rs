//! The tokens and key rings of gingersnap: seal, open, and choose keys.
//!
//! [`token`] is the format, byte for byte (`docs/FORMAT.md`), and [`keyring`] says which key seals now, which keys open,
//! and what an operator may change. Nothing here does I/O: the time is an argument, and so is randomness ([`Entropy`]).
//! So it compiles for `wasm32-unknown-unknown` too; `./test.sh` checks that.
//!
//! A few methods that the library needs are hidden in the documentation, and are no part of what stays stable.
//!
//! An application adds `gingersnap`, which re-exports all of this beside the sessions. This crate alone is for tools
//! that make or look into tokens without being a web application.

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
