//! The next cookie of a session: its change, the data that a sign-in adopts, and the data that ends.

use std::sync::Arc;

use super::live::{AnyLive, Origin, Source, cannot_write};
use super::slot::Slot;
use super::who::Who;
use crate::Timestamp;
use crate::session::SessionError;
use crate::session::draft::Draft;
use crate::session::identity::adoption::Adoption;
use crate::session::identity::state::Guests;
use crate::session::plan::{Plan, Step};
use crate::session::request::{blocks, check_cut_off};
use crate::session::settings::Event;
use crate::token::{DataClaims, Plaintext, RecordId};

impl Slot {
    /// The token for a change; `None` if the bytes are the same as before the first mutable borrow.
    ///
    /// # Errors
    /// [`SessionError::Ended`], where otherwise one owner's data would be sealed for another; [`SessionError::Conflict`], where
    /// otherwise a record that another request removed would come back.
    pub(crate) fn draft(
        &self,
        live: &dyn AnyLive,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<Option<Draft>, SessionError> {
        if !live.origin().is_borrowed() {
            return Ok(None);
        }
        let changed = self.changed(live, who, goes)?;
        changed.map(|draft| self.sendable(live, draft, who, goes)).transpose()
    }

    /// The token that `save` seals: that of a change, or of any data that the browser does not have.
    ///
    /// # Errors
    /// Those of [`draft`](Self::draft).
    pub(crate) fn unsaved(
        &self,
        live: &dyn AnyLive,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<Option<Draft>, SessionError> {
        if live.origin().is_sent() {
            return self.draft(live, who, goes);
        }
        let draft = self.encoded(live, who, goes)?;
        self.sendable(live, draft, who, goes).map(Some)
    }

    /// A draft in the version that data is sealed in, if it may be sent.
    fn sendable(
        &self,
        live: &dyn AnyLive,
        draft: Draft,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<Draft, SessionError> {
        let origin = live.origin();
        if !who.is_still_there(origin) {
            return Err(SessionError::Ended);
        }
        if self.is_overtaken(origin) {
            return Err(SessionError::Conflict);
        }
        if let Source::Refused(refusal) = origin.source
            && (blocks(refusal) && (who.owner().is_some() || refusal.is_unsettled()))
        {
            return Err(SessionError::Unsettled(refusal));
        }
        let draft = match who.data.version {
            version if version == live.version() => draft,
            version => {
                let bytes = live.write(version).ok_or_else(|| cannot_write(live, version))?;
                self.written(origin, version, &bytes, who, goes)
            }
        };
        let is_sure = who.data.is_certain && !cfg!(any(debug_assertions, feature = "testing"));
        if !is_sure && !live.is_read_back(who.data.print, who.data.version, draft.data()) {
            return Err(SessionError::NotEncodable(format!("{}{UNREAD}", live.type_name())));
        }
        let longest = who.data.own.as_deref().map(|own| (own, MAX_CLAIMS));
        self.placed(draft, who, longest, || live.sizes())
    }

    /// The draft in the type's own version, if its bytes are new.
    pub(super) fn changed(
        &self,
        live: &dyn AnyLive,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<Option<Draft>, SessionError> {
        let draft = self.encoded(live, who, goes)?;
        let found = self.found(live.origin()).map_or(&[][..], |(.., data)| data);
        Ok((draft.data() != live.origin().before(found)).then_some(draft))
    }

    fn encoded(&self, live: &dyn AnyLive, who: &Who<'_>, goes: Timestamp) -> Result<Draft, SessionError> {
        let mut draft = self.start(live.origin(), live.version(), who, goes);
        let encode = |plain: &mut Plaintext| live.encode(who.data.print, plain);
        draft.append(encode).map_err(|error| live.not_encoded(&error))?;
        Ok(draft)
    }

    pub(super) fn written(
        &self,
        origin: &Origin,
        version: u16,
        bytes: &[u8],
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Draft {
        let mut draft = self.start(origin, version, who, goes);
        draft.write(|plain| plain.extend(bytes));
        draft
    }

    fn start(&self, origin: &Origin, version: u16, who: &Who<'_>, goes: Timestamp) -> Draft {
        let found = self.found(origin);
        let claims = next_claims(origin, found.map(|(claims, ..)| claims), version, goes);
        let sight = if origin.owner.is_some() { &self.own } else { &self.guest };
        let replaced = sight.of(origin.owner).map(|it| it.sealed_at);
        let replaces = found.map(|(_, sealed_at, _)| sealed_at).max(replaced);
        let write = |sealed_at, plain: &mut Plaintext| claims.write(sealed_at, plain);
        let home = self.home(origin, claims, who, goes);
        Draft::new(who.data.of(origin.owner), goes, replaces, write).at_home(home)
    }

    /// True if a response may have to write or remove this session's data.
    pub(crate) fn is_due(&self) -> bool {
        let is_borrowed = self.parked.as_ref().is_some_and(|live| live.origin().is_borrowed());
        is_borrowed
            || self.is_held()
            || self.saved.is_some()
            || self.is_save_due
            || self.is_guest_gone
            || self.is_own_gone
    }

    /// The step for a change, or for a cookie that `save()` sealed.
    pub(crate) fn write(&mut self, who: &Who<'_>, goes: Timestamp) -> Result<Option<Step>, SessionError> {
        let owner = who.owner();
        let to = who.data.of(owner);
        if self.is_held() {
            return Err(SessionError::HeldPastHead(to.name().into()));
        }
        if self.is_left(who) {
            self.turn(who, &mut Adoption::default());
        }
        if self.adopted_for(who).is_none() {
            self.forget_adopted(who);
        }
        let draft = match &self.parked {
            Some(live) if self.is_save_due => self.unsaved(&**live, who, goes)?,
            Some(live) => self.draft(&**live, who, goes)?,
            None => None,
        };
        let draft = match draft {
            None => self.adopted_change(who, goes)?,
            draft => draft,
        };
        let saved = || Some(Step::Ready(Arc::clone(to), self.saved_for(owner, who)?.0.clone()?));
        Ok(draft.map(Step::Set).or_else(saved))
    }

    /// Adds the step of a session that nobody holds, as the session is now.
    pub(crate) fn foresee(&self, who: &Who<'_>, goes: Timestamp, plan: &mut Plan) {
        let draft = self.parked.as_deref().and_then(|live| self.draft(live, who, goes).ok().flatten());
        let saved = self.saved_for(who.owner(), who);
        match (draft, saved) {
            (Some(draft), _) => self.take_over(draft, who, plan),
            (None, Some((Some(field), ..))) => {
                plan.push(Step::Ready(Arc::clone(who.data.of(who.owner())), field.clone()));
            }
            (None, _) => {}
        }
    }

    /// Adds the removals of a sign-out, and those of data that nobody saved after it.
    pub(crate) fn sign_out(&mut self, who: &Who<'_>, plan: &mut Plan) {
        let guest = &who.data.guest;
        match self.saved_for(None, who).filter(|_| who.owner().is_none()) {
            Some((Some(field), ..)) => plan.push(Step::Ready(Arc::clone(guest), field.clone())),
            Some(_) => {}
            None if who.request.brings(guest) => plan.remove(guest),
            None => {}
        }
        if self.is_signed_out(who) {
            who.data.own.iter().for_each(|own| plan.remove(own));
        }
        self.remove_rows(true, &who.identity.all_signed_out(), None, plan);
    }

    /// Adds the removal of data that ends, beside a session that is `written`, perhaps to a row.
    pub(crate) fn remove(&mut self, is_written: bool, row: Option<RecordId>, who: &Who<'_>, plan: &mut Plan) {
        let owner = who.owner();
        let data = who.data;
        let (writes_own, writes_guest) = (is_written && owner.is_some(), is_written && owner.is_none());
        let ends = self.is_guest_gone || writes_own || who.guests() == Guests::Gone;
        if ends && !writes_guest {
            // The guest's cookie may have the only pointer to a person's row, even to that of the person who is there.
            let writer = owner.filter(|_| is_written || self.is_own_gone);
            let stays = self.is_guests_a_persons(writer);
            let brings = who.request.brings(&data.guest) && !stays;
            let is_destroyed =
                self.is_guest_gone && owner.is_none() && !stays && !who.identity.is_signed_out();
            if brings || is_destroyed {
                plan.remove(&data.guest);
            }
            if brings && self.is_lost(who) {
                let cookie = data.guest.name().into();
                who.request.settings.event(&Event::GuestRemoved { cookie });
            }
        }
        if let Some(own) = &data.own
            && !writes_own
            && (self.is_own_gone || self.is_signed_out(who))
        {
            plan.remove(own);
        }
        if who.request.settings.store.is_some() {
            if ends && who.request.brings(&data.guest) {
                self.read_guest(who);
            }
            let mut persons = who.identity.all_signed_out();
            persons.extend(owner.filter(|_| self.is_own_gone));
            self.remove_rows(ends || self.is_guest_gone, &persons, row, plan);
            if writes_guest {
                self.move_pointer(who, plan);
            }
        }
    }

    /// True if the guest's data that is removed became nobody's.
    fn is_lost(&self, who: &Who<'_>) -> bool {
        let is_theirs = self.is_guest_shown && who.guests() != Guests::Gone;
        who.owner().is_some()
            && !is_theirs
            && self.adopted_for(who).is_none()
            && !who.identity.is_signed_out()
    }

    /// True if the person's cookie belongs, or may belong, to somebody whom this request signed out.
    fn is_signed_out(&mut self, who: &Who<'_>) -> bool {
        let own = who.data.own.as_ref().filter(|own| who.identity.is_signed_out() && who.request.brings(own));
        let Some(own) = own else { return false };
        self.own.read(who.request, own, who.data.place, |_, at, cut_off| check_cut_off(at, cut_off));
        self.own.refused().is_some_and(blocks) || self.own.is_any(|person| who.identity.signed_out(person))
    }
}

/// The claims of the token that follows the one that was `found`.
pub(super) fn next_claims(
    origin: &Origin,
    found: Option<&DataClaims>,
    version: u16,
    goes: Timestamp,
) -> DataClaims {
    DataClaims {
        started_at: found.map_or(goes, |claims| claims.started_at),
        owner: origin.owner,
        generation: found.map_or(1, |claims| claims.generation.saturating_add(1)),
        version,
    }
}

const UNREAD: &str = " is written as what it does not read, or reads as something else; skip_serializing_if does that, and \
                      a Deserialize that refuses what Serialize writes";
/// The longest data claims: a time of five bytes, form and person, a generation of five and a version of three.
const MAX_CLAIMS: usize = 5 + 17 + 5 + 3;
