//! A response that is written to the store before its head is sent: once, all or nothing.

use std::sync::Arc;

use super::SessionError;
use super::data::slot::Slot;
use super::exchange::Exchange;
use super::plan::{Fields, Plan};
use super::storing::TRIES;
use crate::sign_ins::KnownEnds;
use crate::store::{Applied, Op, Record, StoreError, StoreErrorKind, applied, apply_unattended};
use crate::token::RecordId;
use crate::{SKEW, Timestamp};

impl Exchange {
    /// Carries out a plan that writes to the store; returns its cookies.
    ///
    /// Everything is sealed first, so that anything that can fail without the store fails before the store is asked.
    pub(crate) async fn carry_out(self: Arc<Self>, mut plan: Plan) -> Result<Fields, SessionError> {
        for tries in 0..=TRIES {
            let mut fields = Fields::new();
            let operations = plan.seal(&self.settings, &mut fields)?;
            self.check_clock(&operations)?;
            let at = match self.apply(&operations).await? {
                (Applied::Done, at) => {
                    self.seal_entered(&operations, at, &mut fields)?;
                    plan.tell(&self.settings);
                    return Ok(fields);
                }
                (Applied::Conflict(at), _) => operations.get(at),
            };
            let Some(id) = at.and_then(Op::record_id) else { return Err(not_entered(at)) };
            let newest = self.newest(id).await?;
            self.settle(id, newest, tries == TRIES - 1)?;
            plan = Plan::default();
            self.plan(&mut plan)?;
        }
        Err(SessionError::Conflict)
    }

    /// Applies the operations; returns the outcome and the time that the store answered.
    async fn apply(&self, operations: &[Op]) -> Result<(Applied, Timestamp), SessionError> {
        let Some(store) = self.settings.store.as_ref().filter(|_| !operations.is_empty()) else {
            return Ok((Applied::Done, Timestamp::default()));
        };
        let answer = apply_unattended(store, operations.to_vec()).await;
        let is_signed_out = self.count_as_ended();
        if is_signed_out && answer.is_ok() {
            // The renewals of that sign-in ended too.
            self.settings.catch_up().await;
        }
        answer.map_err(|error| {
            let unavailable = self.settings.unavailable(error);
            if is_signed_out { SessionError::StillElsewhere } else { unavailable }
        })
    }

    /// Counts the sign-ins that the request signed out as ended on this node, whatever the store will say; returns whether there
    /// were any.
    fn count_as_ended(&self) -> bool {
        let (Some(register), state) = (&self.settings.register, self.state()) else { return false };
        if !state.identity.is_signed_out() {
            return false;
        }
        let (now, brought) = (self.settings.clock.now(), state.identity.all_brought());
        for it in brought {
            register.end_here(it.session_id, now, it.ends_at.plus(SKEW));
        }
        !brought.is_empty()
    }

    /// Refuses to enter a sign-in if this node's clock differed from the store's when it was last asked: the sign-in that it
    /// replaces would be ended for nothing.
    fn check_clock(&self, operations: &[Op]) -> Result<(), SessionError> {
        match &self.settings.register {
            Some(register) if operations.iter().any(enters) => {
                let (store, node) = register.times();
                self.compare(store, node)
            }
            _ => Ok(()),
        }
    }

    fn compare(&self, store: Timestamp, node: Timestamp) -> Result<(), SessionError> {
        if store.unix().abs_diff(node.unix()) <= KnownEnds::MOST_APART {
            return Ok(());
        }
        Err(self.settings.unavailable(other_clock(store, node)))
    }

    /// Seals the identity that the store has entered again, with the time that it answered.
    fn seal_entered(
        &self,
        operations: &[Op],
        at: Timestamp,
        fields: &mut Fields,
    ) -> Result<(), SessionError> {
        if !operations.iter().any(enters) {
            return Ok(());
        }
        self.compare(at, self.settings.clock.now())?;
        let draft = self.state().identity.draft_at(&self.settings, at);
        let Some(draft) = draft else { return Ok(()) };
        let name = format!("{}=", self.settings.identity.name());
        let field = fields.iter_mut().find(|field| field.as_bytes().starts_with(name.as_bytes()));
        if let Some(field) = field {
            *field = draft.seal(&self.settings, self.settings.random()?)?.0;
        }
        Ok(())
    }

    /// Merges a change with another request's write. A change that does not merge gives way, if the request is safe or signs
    /// somebody in or out. Then everything else that such a request would store gives way too.
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
            // A handler that called `save` was told that the change will be stored.
            let is_promised = state.slot(index).is_some_and(Slot::is_save_due);
            if change.is_some() && !is_promised {
                if !merges {
                    self.at(&mut state, index, |slot, who| slot.give_up(who));
                }
                // Nothing in the last try can conflict any more.
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

    /// Ends the sign-ins of everybody whom a request that was given up signed out, and removes their rows. Nobody waits for it.
    pub(crate) fn abandon(&self) {
        let Some(store) = &self.settings.store else { return };
        if !self.state().identity.is_signed_out() {
            return;
        }
        let mut plan = Plan::default();
        self.plan_of_a_failure(&mut plan);
        if plan.operations.is_empty() {
            return;
        }
        self.count_as_ended();
        let (settings, operations, task) = (Arc::clone(&self.settings), plan.operations, Arc::clone(store));
        store.spawn(Box::pin(async move {
            if let Err(error) = applied(&*task, &operations).await {
                settings.store_failed(&error);
                settings.end_later(operations);
            }
        }));
    }
}

const fn enters(operation: &Op) -> bool {
    matches!(operation, Op::Enter { .. })
}

/// The error for an identity that a store did not enter.
fn not_entered(operation: Option<&Op>) -> SessionError {
    match operation {
        // The sign-in was ended while this request was under way.
        Some(Op::Enter { renews: Some(_), .. }) => SessionError::NotSignedIn,
        _ => SessionError::StoreUnavailable(StoreError::new(
            StoreErrorKind::Unreachable,
            "the person was cut off so often that a sign-in would be sealed too far ahead of the store's clock",
        )),
    }
}

fn other_clock(store: Timestamp, node: Timestamp) -> StoreError {
    let most = KnownEnds::MOST_APART;
    let message =
        format!("the store's clock is at {store} and this node's at {node}: more than {most} s apart");
    StoreError::new(StoreErrorKind::Io, message).with_hint("set the clocks of the nodes and of the store")
}
