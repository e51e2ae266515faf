//! The cost of a session per request: gingersnap and its peers on the same data in the same run.

pub mod base;
pub mod cart;
pub mod client;
pub mod gingersnap_side;
pub mod parts;
pub mod sides;
#[cfg(feature = "stores")]
pub mod stored;
