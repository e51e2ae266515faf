//! Outages of a ring's server.

use crate::servers::Mortal;

/// The way in which a server goes away.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outage {
    /// SIGKILL: clients are turned away.
    Killed,
    /// SIGSTOP: clients get no answer.
    Stopped,
}

impl Outage {
    pub(crate) fn begin(self, server: &mut dyn Mortal) {
        match self {
            Self::Killed => server.kill(),
            Self::Stopped => server.stop(),
        }
    }

    pub(crate) fn end(self, server: &mut dyn Mortal) {
        match self {
            Self::Killed => server.start_again(),
            Self::Stopped => server.go_on(),
        }
    }
}
