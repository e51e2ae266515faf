//! Session cookies sealed with an AEAD.

pub mod keyring;
pub mod keystore;
mod refusal;
mod timestamp;
pub mod token;

pub use refusal::{Refusal, RefusalClass};
pub use timestamp::{SKEW, Timestamp};
