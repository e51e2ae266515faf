//! The operations of a response on the sign-ins in a store.

use super::accept::Brought;
use super::state::{Change, IdentityState};
use crate::Timestamp;
use crate::session::settings::Settings;
use crate::store::Op;

impl IdentityState {
    /// Ends all sign-ins that the request brought.
    pub(crate) fn ends(&self, goes: Timestamp) -> Vec<Op> {
        let end = |it: &Brought| Op::End {
            id: it.session_id,
            person: it.person,
            lifetime: goes.until(it.ends_at) + MARGIN,
        };
        self.all_brought().iter().map(end).collect()
    }

    /// The operations that go to a store together with the identity's cookie; none without one.
    pub(crate) fn operations(&self, settings: &Settings, goes: Timestamp) -> Vec<Op> {
        let Some(change) = self.change().filter(|_| settings.register.is_some()) else { return Vec::new() };
        let turns = self.is_signed_out() || change == Change::SignedIn;
        let mut operations = if turns { self.ends(goes) } else { Vec::new() };
        let Some(facts) = self.current() else { return operations };
        let renews = self.brought().filter(|_| change != Change::SignedIn);
        operations.push(Op::Enter {
            id: facts.session_id,
            person: facts.person,
            renews: renews.map(|it| (it.claims.session_id, it.sealed_at)),
            cuts_off: self.is_alone().then(|| cut_off_lifetime(settings)),
            started_at: facts.started_at,
            lifetime: goes.until(facts.ends_at) + MARGIN,
            label: self.new_label().cloned(),
        });
        operations
    }
}

/// Seconds until nothing that was sealed before a cut-off can be alive.
pub(crate) fn cut_off_lifetime(settings: &Settings) -> u64 {
    settings.keyring.with(|ring| ring.longest_session()) + MARGIN
}

/// Seconds for which a row is kept beyond the end of its sign-in: the clocks of two nodes may differ from the store's.
const MARGIN: u64 = 120;
