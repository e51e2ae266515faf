//! The application's store as the server sees it: measured call by call, and asked when nobody else does.

mod ends;
mod health;
mod measured;
mod watch;

pub(crate) use ends::load;
pub(crate) use health::Seen;
pub(crate) use measured::Measured;
pub(crate) use watch::watch;
