//! The decision about a response: a plan with a step for each of its cookies.

use http::HeaderValue;

use super::SessionError;
use super::data::slot::Slot;
use super::data::who::Who;
use super::draft::Draft;
use super::exchange::Exchange;
use super::identity::accept;
use super::identity::state::Change;
use super::plan::{Plan, Step};
use super::settings::{CookieUse, Event};
use super::state::State;
use crate::Timestamp;
use crate::cookie;

impl Exchange {
    /// Plans a response that goes now: all changes, or an error.
    ///
    /// # Errors
    /// The first [`SessionError`] of a session, the identity or the messages; nothing is sent then.
    pub(crate) fn plan(&self, plan: &mut Plan) -> Result<(), SessionError> {
        let mut state = self.state();
        let (change, is_safe) = (state.identity.change(), state.is_safe);
        if change.is_none() && !state.is_due() {
            return Ok(());
        }
        let goes = self.settings.clock.now();
        state.identity.decide(state.request(&self.settings), goes, plan)?;
        plan.operations = state.identity.operations(&self.settings, goes);
        let mut adoptions = Vec::new();
        for index in 0..self.settings.data.len() {
            if change.is_none() && !state.is_due_at(index) {
                continue;
            }
            let decide = |slot: &mut Slot, who: &Who<'_>| decide(slot, who, goes, (change, is_safe), plan);
            if let Some(draft) = self.at(&mut state, index, decide).transpose()?.flatten() {
                adoptions.push((index, draft));
            }
        }
        plan.check(state.request(&self.settings))?;
        if state.flash.is_due() {
            let request = state.request(&self.settings);
            let octets = plan.room(request, &self.settings.flash).min(self.settings.budget.octets());
            state.flash.decide(request, goes, octets).into_iter().for_each(|step| plan.push(step));
        }
        let adopts = !adoptions.is_empty();
        for (index, draft) in adoptions {
            self.adopt(&mut state, index, draft, plan);
        }
        if adopts {
            plan.check_response(&self.settings);
        }
        plan.activity = state.activity(&self.settings, goes);
        plan.event = change.and_then(told);
        plan.remove_former(state.request(&self.settings));
        Ok(())
    }

    /// Plans a response that sends no change: cookies that `save()` sealed, and a sign-out, which stands whatever comes after it.
    pub(crate) fn plan_of_a_failure(&self, plan: &mut Plan) {
        let mut state = self.state();
        let brought = state.identity.brought().map(|it| it.claims.person);
        let ends = state.identity.is_signed_out();
        let is_cleared = state.cleared > 0;
        if ends {
            plan.event = Some(Event::SignedOut);
            plan.operations = state.identity.ends(self.settings.clock.now());
            plan.remove(&self.settings.identity);
            for cookie in [&self.settings.activity, &self.settings.flash] {
                if state.request(&self.settings).brings(cookie) {
                    plan.remove(cookie);
                }
            }
        }
        for index in 0..self.settings.data.len() {
            if !ends && !state.is_slotted(index) {
                continue;
            }
            self.at(&mut state, index, |slot, who| {
                if ends && (who.data.own.is_some() || is_cleared) {
                    slot.sign_out(who, plan);
                } else {
                    let owner = brought.filter(|_| who.data.own.is_some());
                    slot.saved(owner, who).into_iter().for_each(|step| plan.push(step));
                }
            });
        }
        plan.remove_former(state.request(&self.settings));
    }

    /// Adds the data that a sign-in adopted, if the response has room for it. A sign-in does not fail for lack of room.
    fn adopt(&self, state: &mut State, index: usize, draft: Draft, plan: &mut Plan) {
        self.at(state, index, |slot, who| {
            let (len, operations) = (plan.len(), plan.operations.len());
            let fits = draft.check(&self.settings, None, Vec::new).is_ok();
            slot.take_over(draft, who, plan);
            let is_small = plan.octets() <= self.settings.response_octets;
            if !(fits && is_small && plan.check(who.request).is_ok()) {
                plan.truncate(len);
                plan.operations.truncate(operations);
                slot.leave_guest(who, plan);
            }
        });
    }

    /// True if a `Set-Cookie` field gives the browser an identity of this layer that is neither the request's nor one that this
    /// request gave out: another person's response, from a cache or a mix-up. A value that does not open as an identity of this
    /// layer signs nobody in, and is left to whoever set it.
    pub(crate) fn is_foreign_identity(&self, field: &HeaderValue) -> bool {
        let identity = &self.settings.identity;
        let names = [Some(&**identity), identity.former.as_deref().map(|former| &*former.to)];
        let value = |to: &CookieUse| cookie::set_value(field.as_bytes(), to.name());
        let Some((to, value)) = names.into_iter().flatten().find_map(|to| Some((to, value(to)?))) else {
            return false;
        };
        if value.is_empty() {
            return false;
        }
        let mut state = self.state();
        state.identity(&self.settings);
        let id = accept::session_id(state.request(&self.settings), to, value);
        id.is_ok_and(|id| !state.identity.may_send(id))
    }
}

fn told(change: Change) -> Option<Event> {
    match change {
        Change::SignedIn => Some(Event::SignedIn),
        Change::SignedOut => Some(Event::SignedOut),
        Change::Reauthenticated => Some(Event::Reauthenticated),
        Change::Renewed => None,
    }
}

/// Decides about one type's session; returns the draft of data that a sign-in adopted and that nothing changed since.
fn decide(
    slot: &mut Slot,
    who: &Who<'_>,
    goes: Timestamp,
    (change, is_safe): (Option<Change>, bool),
    plan: &mut Plan,
) -> Result<Option<Draft>, SessionError> {
    let turns = matches!(change, Some(Change::SignedIn | Change::SignedOut));
    let step = match slot.write(who, goes) {
        // The least important session gives way to a sign-in or a sign-out.
        Err(error) if turns && gives_way(&error, slot) => {
            slot.drop_change(&error, who);
            None
        }
        Err(SessionError::Conflict) if is_safe => {
            slot.give_way(who);
            slot.write(who, goes)?
        }
        step => step?,
    };
    let is_written = step.is_some();
    let adoption = if is_written { None } else { slot.adoption(who, goes) };
    let has_no_room = adoption.as_ref().is_some_and(Result::is_err);
    let adoption = adoption.and_then(Result::ok);
    let row = match (&step, &adoption) {
        (Some(Step::Set(draft)), _) | (None, Some(draft)) => draft.stored_in(),
        _ => slot.saved_row(),
    };
    step.into_iter().for_each(|step| plan.push(step));
    slot.remove(is_written, row, who, plan);
    if has_no_room {
        slot.leave_guest(who, plan);
    }
    Ok(adoption)
}

/// True if a change with this error is left out beside a sign-in or sign-out. `save` was told that a conflict is an error.
fn gives_way(error: &SessionError, slot: &Slot) -> bool {
    match error {
        SessionError::Unsettled(_) | SessionError::Ended => true,
        SessionError::Conflict => !slot.is_save_due(),
        _ => false,
    }
}
