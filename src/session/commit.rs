//! A response that is written to the store before its head goes: once, all or nothing.

use std::sync::Arc;

use super::SessionError;
use super::data::slot::Slot;
use super::exchange::Exchange;
use super::plan::{Fields, Plan};
use super::storing::TRIES;
use crate::store::{Applied, Op, Record, apply_unattended};
use crate::token::RecordId;

impl Exchange {
    /// Carries out a plan that writes to the store; returns its cookies.
    ///
    /// Everything is sealed first: what can fail without the store fails before it is asked.
    pub(crate) async fn carry_out(self: Arc<Self>, mut plan: Plan) -> Result<Fields, SessionError> {
        for tries in 0..=TRIES {
            let mut fields = Fields::new();
            let operations = plan.seal(&self.settings, &mut fields)?;
            let Some(at) = self.apply(&operations).await? else {
                plan.tell(&self.settings);
                return Ok(fields);
            };
            let Some(id) = operations.get(at).and_then(Op::record_id) else { break };
            let newest = self.newest(id).await?;
            self.settle(id, newest, tries == TRIES - 1)?;
            plan = Plan::default();
            self.plan(&mut plan)?;
        }
        Err(SessionError::Conflict)
    }

    /// Applies the operations; returns the index of one that conflicts.
    async fn apply(&self, operations: &[Op]) -> Result<Option<usize>, SessionError> {
        let Some(store) = self.settings.store.as_ref().filter(|_| !operations.is_empty()) else {
            return Ok(None);
        };
        match apply_unattended(store, operations.to_vec()).await {
            Ok(Applied::Done) => Ok(None),
            Ok(Applied::Conflict(at)) => Ok(Some(at)),
            Err(error) => Err(self.unavailable(error)),
        }
    }

    /// Merges a change with what another request wrote meanwhile. What does not merge gives way, if the request is safe or signs
    /// somebody in or out; with it goes all else that such a request would store.
    fn settle(&self, id: RecordId, newest: Option<Record>, is_last: bool) -> Result<(), SessionError> {
        let mut state = self.state();
        let (is_safe, change) = (state.is_safe, state.identity.change());
        let mut newest = Some(newest);
        for index in 0..self.settings.data.len() {
            let is_here = |slot: &Slot| slot.has_row(id);
            if !state.slot(index).is_some_and(is_here) {
                continue;
            }
            let newest = newest.take().flatten();
            let merges = self.at(&mut state, index, |slot, who| slot.overtaken(id, newest, is_last, who));
            let merges = merges.unwrap_or(true);
            // A handler that asked `save` was told that it will be stored.
            let is_promised = state.slot(index).is_some_and(Slot::is_save_due);
            if change.is_some() && !is_promised {
                if !merges {
                    self.at(&mut state, index, |slot, who| slot.give_up(who));
                }
                // Nothing of the last try can conflict any more.
                for other in (0..self.settings.data.len()).filter(|_| is_last) {
                    self.at(&mut state, other, |slot, who| slot.leave_to_others(who));
                }
                return Ok(());
            }
            if merges {
                return Ok(());
            }
            if !is_safe {
                return Err(SessionError::Conflict);
            }
            for other in 0..self.settings.data.len() {
                self.at(&mut state, other, |slot, who| slot.give_way(who));
            }
            return Ok(());
        }
        Err(SessionError::Conflict)
    }

    /// Removes the rows of who signed out by a request that was given up, though nobody waits for it.
    pub(crate) fn abandon(&self) {
        let Some(store) = &self.settings.store else { return };
        if !self.state().identity.is_signed_out() {
            return;
        }
        let mut plan = Plan::default();
        self.plan_of_a_failure(&mut plan);
        if !plan.operations.is_empty() {
            drop(apply_unattended(store, plan.operations));
        }
    }
}
