//! The verbs of the identity, and the effect of each on the request's data and messages.

use crate::session::data::slot::Slot;
use crate::session::exchange::Exchange;
use crate::session::identity::accept::Facts;
use crate::session::identity::adoption::Adoption;
use crate::session::identity::state::Guests;
use crate::session::state::State;

impl Exchange {
    /// Signs somebody in, and gives them the guest's data that the request brought.
    pub(crate) fn sign_in(&self, state: &mut State, facts: Facts) -> Adoption {
        let before = state.identity.guests();
        let mut report = Adoption::default();
        state.identity.sign_in(facts);
        let guests = state.identity.guests();
        self.turn();
        if guests == before {
            return report;
        }
        for (index, data) in self.settings.data.iter().enumerate() {
            let brings = state.request(&self.settings).brings(&data.guest);
            if data.own.is_none() || !(brings || state.is_slotted(index)) {
                continue;
            }
            self.at(state, index, |slot, who| match guests {
                Guests::Adopted(_) => {
                    if slot.is_left(who) {
                        slot.turn(who, &mut report);
                    }
                    // Nothing is lost, because there is no change.
                    slot.adopt(None, who, &mut report).unwrap_or_default();
                }
                _ => {
                    slot.forget_adopted(who);
                    let goes = brings && !slot.is_guests_a_persons(None);
                    report.removed.extend(goes.then(|| data.guest.name().into()));
                }
            });
        }
        if state.request(&self.settings).brings(&self.settings.flash) {
            state.flash(&self.settings);
        }
        state.flash.follow_guests(guests);
        report
    }

    /// Signs out. From then on no data of this request belongs to anybody.
    pub(crate) fn sign_out(&self, state: &mut State) {
        state.identity(&self.settings);
        state.flash(&self.settings);
        self.turn();
        state.identity.sign_out(self.era());
        state.flash.sign_out(&state.identity);
    }

    /// Signs out, and also ends the sessions of the browser.
    pub(crate) fn clear_all(&self, state: &mut State) {
        self.sign_out(state);
        state.cleared = self.era();
        for (index, _) in self.settings.data.iter().enumerate().filter(|(_, data)| data.own.is_none()) {
            self.at(state, index, Slot::end);
        }
    }
}
