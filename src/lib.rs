//! Session cookies sealed with an AEAD.

pub mod keyring;
mod refusal;
mod timestamp;
pub mod token;

pub use refusal::{Refusal, RefusalClass};
pub use timestamp::{SKEW, Timestamp};
