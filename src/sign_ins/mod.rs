//! The sign-ins that have ended: as each node knows them, exactly, and in time.

mod activity;
mod follow;
mod key;
mod owed;
mod pulls;
mod register;
mod snapshot;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use follow::follow;
pub use key::{BadKey, SignInKey};
pub(crate) use pulls::News;
pub(crate) use register::{OVERDUE, Register, Verdict};
pub use snapshot::KnownEnds;
