//! The last activity of a person: a cookie of its own, so that a read never rewrites anything else.

pub(crate) mod idle;
mod passive;

pub use passive::Passive;
