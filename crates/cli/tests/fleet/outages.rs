//! Outages of a ring's server.

use crate::servers::{Postgres, Redis};

/// The way in which a server goes away.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outage {
    /// SIGKILL: clients are turned away.
    Killed,
    /// SIGSTOP: clients get no answer.
    Stopped,
}

/// A server that goes away and comes back.
pub(crate) trait Mortal {
    fn goes(&mut self, outage: Outage);
    fn comes_back(&mut self, outage: Outage);
}

impl Mortal for Postgres {
    fn goes(&mut self, outage: Outage) {
        match outage {
            Outage::Killed => self.kill(),
            Outage::Stopped => self.stop(),
        }
    }

    fn comes_back(&mut self, outage: Outage) {
        match outage {
            Outage::Killed => self.start_again(),
            Outage::Stopped => self.go_on(),
        }
    }
}

impl Mortal for Redis {
    fn goes(&mut self, outage: Outage) {
        match outage {
            Outage::Killed => self.kill(),
            Outage::Stopped => self.stop(),
        }
    }

    fn comes_back(&mut self, outage: Outage) {
        match outage {
            Outage::Killed => self.start_again(),
            Outage::Stopped => self.go_on(),
        }
    }
}
