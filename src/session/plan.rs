//! The plan of a response: its cookies, decided first, and sealed together afterwards.

use std::sync::Arc;

use http::HeaderValue;
use smallvec::SmallVec;

use super::SessionError;
use super::draft::Draft;
use super::error::DoesNotFit;
use super::request::Request;
use super::settings::{CookieUse, Event, Settings};
use crate::store::Op;
use crate::token::Sealing;

/// The steps of one response, in order. A plan borrows nothing from the request, and no step needs the request's state.
#[derive(Default)]
pub(crate) struct Plan {
    steps: SmallVec<[Step; 4]>,
    /// The activity that is due. The response does not fail if it cannot be sent.
    pub(crate) activity: Option<Draft>,
    /// The event to send once the plan was carried out.
    pub(crate) event: Option<Event>,
    /// Operations for a store, in addition to those of the steps.
    pub(crate) operations: Vec<Op>,
    /// The cookies whose data goes to the store because it does not fit. An event says so once the data is there.
    spilled: Vec<Arc<CookieUse>>,
}

/// One step of a plan.
pub(crate) enum Step {
    /// Seals a token and sets its cookie.
    Set(Draft),
    /// Sends a cookie that is sealed already.
    Ready(Arc<CookieUse>, HeaderValue),
    /// Removes a cookie.
    Remove(Arc<CookieUse>),
}

/// `Set-Cookie` fields.
pub(crate) type Fields = SmallVec<[HeaderValue; 4]>;

impl Plan {
    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn set(&mut self, draft: Draft) {
        self.push(Step::Set(draft));
    }

    pub(crate) fn remove(&mut self, cookie: &Arc<CookieUse>) {
        self.push(Step::Remove(Arc::clone(cookie)));
    }

    /// Removes the cookie under the former name of each cookie that is written or removed.
    pub(crate) fn remove_former(&mut self, request: Request<'_>) {
        if !request.settings.was_renamed {
            return;
        }
        let activity = self.activity.as_ref().map(|draft| &draft.to);
        let touched = self.steps.iter().filter_map(Step::to).chain(activity);
        let former = touched.filter_map(|to| request.former(to)).map(|former| Arc::clone(&former.to));
        let former: SmallVec<[Arc<CookieUse>; 4]> = former.collect();
        former.iter().for_each(|to| self.remove(to));
    }

    /// Octets of the `Set-Cookie` fields, without padding.
    pub(crate) fn octets(&self) -> usize {
        self.steps.iter().map(Step::field_octets).sum()
    }

    /// Refuses data if the browser would then send more cookies than a request may have. Leaves padding out if that could be the
    /// cause. A sign-in goes out however many cookies there are.
    ///
    /// # Errors
    /// [`SessionError::DoesNotFit`] for the largest, unless the browser has too many already: then a response that adds no octets
    /// is sent.
    pub(crate) fn check(&mut self, request: Request<'_>) -> Result<(), SessionError> {
        let limit = request.settings.request_octets;
        let added = self.steps.iter().map(|step| step.octets() + MOST_PADDING).sum::<usize>();
        if request.all_octets() + added <= limit {
            return Ok(());
        }
        let (mut before, mut after) = (0, 0);
        for cookie in request.settings.cookies() {
            let brought = request.octets(cookie);
            before += brought;
            after += self.step_of(cookie).map_or(brought, Step::octets);
        }
        let is_data = |to: &&Arc<CookieUse>| !Arc::ptr_eq(to, &request.settings.identity);
        let written = self.steps.iter().filter_map(|step| Some((step.octets(), step.to().filter(is_data)?)));
        let largest = written.max_by_key(|(octets, _)| *octets);
        match largest.map(|(octets, to)| (octets, Arc::clone(to))) {
            Some((octets, to)) if octets > 0 && after > limit && after > before => {
                if self.spill(&to, request.settings)? {
                    return self.check(request);
                }
                Err(DoesNotFit::beside(to.name(), octets, after, limit).into())
            }
            _ => {
                self.tighten();
                Ok(())
            }
        }
    }

    /// Sends the data of a cookie to the store, if it may go there; returns whether it does.
    fn spill(&mut self, to: &Arc<CookieUse>, settings: &Settings) -> Result<bool, SessionError> {
        for step in &mut self.steps {
            if let Step::Set(draft) = step
                && Arc::ptr_eq(&draft.to, to)
            {
                return draft.spill(settings);
            }
        }
        Ok(false)
    }

    /// The octets that a request has left for this cookie, beside all others of the layer.
    pub(crate) fn room(&self, request: Request<'_>, to: &Arc<CookieUse>) -> usize {
        let others = request.settings.cookies().filter(|other| !Arc::ptr_eq(other, to));
        let octets = |other| self.step_of(other).map_or_else(|| request.octets(other), Step::octets);
        request.settings.request_octets.saturating_sub(others.map(octets).sum())
    }

    /// Leaves padding out if the response has no room for it.
    pub(crate) fn check_response(&mut self, settings: &Settings) {
        let octets: usize = self.steps.iter().map(|step| step.field_octets() + MOST_PADDING).sum();
        if octets > settings.response_octets {
            self.tighten();
        }
    }

    fn tighten(&mut self) {
        for step in &mut self.steps {
            if let Step::Set(draft) = step {
                draft.is_tight = true;
            }
        }
    }

    /// The step of a cookie, if there is one.
    pub(crate) fn step_of(&self, cookie: &Arc<CookieUse>) -> Option<&Step> {
        self.steps.iter().find(|step| step.to().is_some_and(|to| Arc::ptr_eq(to, cookie)))
    }

    /// True if nothing may be padded.
    pub(crate) fn is_tight(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Set(Draft { is_tight: true, .. })))
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.steps.truncate(len);
    }

    /// True if nothing is to be sent or stored.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.activity.is_none() && self.operations.is_empty()
    }

    /// True if the store has something to do.
    pub(crate) fn is_stored(&self) -> bool {
        let stores = |step: &Step| matches!(step, Step::Set(draft) if draft.is_stored());
        !self.operations.is_empty() || self.steps.iter().any(stores)
    }

    /// Seals all drafts, with one call for random bytes for each four of them; returns the operations for a store.
    ///
    /// # Errors
    /// The error of the first draft that cannot be sealed; nothing is sent then.
    pub(crate) fn seal(&mut self, settings: &Settings, fields: &mut Fields) -> Result<Vec<Op>, SessionError> {
        let mut operations = std::mem::take(&mut self.operations);
        if self.steps.is_empty() {
            self.event = None;
        } else {
            let sealed = seal_steps(&mut self.steps, settings, fields, &mut operations, &mut self.spilled);
            sealed.inspect_err(|_| fields.clear())?;
        }
        if let Some(draft) = self.activity.take() {
            let sealed = settings.random().and_then(|random| draft.seal(settings, random));
            let failed = |error: &SessionError| Event::ActivityNotSent { error: error.event_text() };
            fields
                .extend(sealed.inspect_err(|error| settings.event(&failed(error))).map(|(field, ..)| field));
        }
        Ok(operations)
    }

    /// Sends the events of a plan that was carried out.
    pub(crate) fn tell(&self, settings: &Settings) {
        self.event.iter().for_each(|event| settings.event(event));
        self.spilled.iter().for_each(|from| settings.spilled(from));
    }
}

fn seal_steps(
    steps: &mut SmallVec<[Step; 4]>,
    settings: &Settings,
    fields: &mut Fields,
    operations: &mut Vec<Op>,
    spilled: &mut Vec<Arc<CookieUse>>,
) -> Result<(), SessionError> {
    let mut left = steps.iter().filter(|step| matches!(step, Step::Set(_))).count();
    let mut pool = [[0; Sealing::RANDOM_LEN]; RANDOM_BATCH];
    let mut random: &[[u8; Sealing::RANDOM_LEN]] = &[];
    for step in steps.drain(..) {
        let draft = match step {
            Step::Ready(_, field) => {
                fields.push(field);
                continue;
            }
            Step::Remove(to) => {
                fields.push(to.field(None)?);
                continue;
            }
            Step::Set(draft) => draft,
        };
        if random.is_empty() {
            let batch = pool.get_mut(..left.min(RANDOM_BATCH)).unwrap_or_default();
            settings.entropy.fill(batch.as_flattened_mut()).map_err(|_| SessionError::NoEntropy)?;
            left -= batch.len();
            random = batch;
        }
        let (&bytes, rest) = random.split_first().ok_or(SessionError::NoEntropy)?;
        random = rest;
        if draft.is_stored() {
            if draft.spills() {
                spilled.push(Arc::clone(&draft.to));
            }
            let (operation, pointer) = draft.seal_record(settings, bytes)?;
            operations.push(operation);
            if let Some(pointer) = pointer {
                fields.push(pointer.seal(settings, settings.random()?)?.0);
            }
        } else {
            fields.push(draft.seal(settings, bytes)?.0);
        }
    }
    Ok(())
}

impl Step {
    fn to(&self) -> Option<&Arc<CookieUse>> {
        match self {
            Self::Set(draft) => draft.sent_to(),
            Self::Ready(to, _) | Self::Remove(to) => Some(to),
        }
    }

    /// Octets of name and value, as a browser sends them back.
    fn octets(&self) -> usize {
        match self {
            Self::Set(draft) => draft.octets(),
            Self::Ready(to, field) => field.len() - to.cookie.attributes_len().min(field.len()),
            Self::Remove(_) => 0,
        }
    }

    /// Octets of the `Set-Cookie` field, without padding.
    pub(crate) fn field_octets(&self) -> usize {
        match self {
            Self::Set(draft) => draft.octets() + draft.attributes_len(),
            Self::Ready(_, field) => field.len(),
            Self::Remove(to) => to.cookie.removal_len(),
        }
    }
}

/// The number of tokens for which random bytes are fetched at once.
const RANDOM_BATCH: usize = 4;
/// The most octets that padding adds to a cookie: 255 bytes.
pub(crate) const MOST_PADDING: usize = 340;
