//! The part of `save` that seals, and stores.

use std::sync::Arc;

use super::SessionData;
use super::decide::next_claims;
use super::live::{AnyLive, Live, Origin, Source};
use super::slot::{Saved, Slot};
use super::who::Who;
use crate::Timestamp;
use crate::session::SessionError;
use crate::session::draft::Draft;
use crate::session::identity::state::Change;
use crate::session::plan::Step;
use crate::session::request::{Accepted, Row};
use crate::store::Op;
use crate::token::{DataClaims, PersonId, SealError};

impl Slot {
    /// Seals data that the browser does not have: the cookie, and the operation of a store. `None` if the browser has everything,
    /// or if the row belongs to a sign-in that is not sent yet: it is written together with that.
    pub(crate) fn seal(
        &mut self,
        live: &dyn AnyLive,
        who: &Who<'_>,
        goes: Timestamp,
        is_tight: bool,
    ) -> Result<Option<(Saved, Option<Op>)>, SessionError> {
        let Some(mut draft) = self.unsaved(live, who, goes)? else { return Ok(None) };
        draft.is_tight = is_tight;
        if draft.is_stored() && who.identity.change() == Some(Change::SignedIn) {
            self.is_save_due = true;
            return Ok(None);
        }
        let origin = live.origin();
        let found = self.found(origin).map(|(claims, ..)| claims);
        let claims = next_claims(origin, found, who.data.version, goes);
        self.seal_draft(draft, origin, claims, who).map(Some)
    }

    fn seal_draft(
        &self,
        draft: Draft,
        origin: &Origin,
        claims: DataClaims,
        who: &Who<'_>,
    ) -> Result<(Saved, Option<Op>), SessionError> {
        let settings = who.request.settings;
        let (data, sealed_at, id) = (draft.data().to_vec(), draft.sealed_at, draft.stored_in());
        let (op, cookie) = match id {
            None => (None, Some(draft)),
            Some(_) => {
                let (op, pointer) = draft.seal_record(settings, settings.random()?)?;
                (Some(op), pointer)
            }
        };
        let before = self.row(origin).map(|(row, ..)| row.pointed_at);
        let pointed_at = cookie.as_ref().map(|draft| draft.sealed_at).or(before).unwrap_or(sealed_at);
        let sealed = cookie.map(|draft| draft.seal(settings, settings.random()?)).transpose()?;
        let key_id = sealed.as_ref().map(|(_, key_id, _)| *key_id).or(self.token(origin).map(|it| it.key_id));
        let key_id = key_id.ok_or(SealError::NoActiveKey)?;
        let before = self.token(origin).map_or(0, |it| it.octets);
        let octets = sealed.as_ref().map_or(before, |(.., octets)| *octets);
        let is_under_guests = claims.owner.is_none();
        let record_len = op.as_ref().and_then(Op::record).map_or(0, |record| record.bytes.len());
        let row = id.map(|id| Box::new(Row { id, pointed_at, is_under_guests, octets: record_len }));
        let bytes = 0..data.len();
        let token = Accepted { claims, sealed_at, key_id, octets, bytes: (data, bytes), row };
        Ok(((sealed.map(|(field, ..)| field), who.era, token), op))
    }

    /// True if a `save` waits for the sign-in that goes out with the response.
    pub(crate) const fn is_save_due(&self) -> bool {
        self.is_save_due
    }

    /// Keeps the data that was sealed and stored; the next change is compared with it.
    pub(crate) fn keep<T: SessionData>(&mut self, live: &mut Live<T>, saved: Saved, who: &Who<'_>) {
        let (field, era, token) = saved;
        let spills = token.row.is_some() && self.row(&live.origin).is_none() && !who.data.place.is_store();
        if spills {
            who.request.settings.spilled(who.data.of(token.claims.owner));
        }
        // A pointer that was not sent yet goes out with the response.
        let earlier = self.saved.take().and_then(|it| it.0).filter(|_| token.row.is_some());
        self.saved = Some(Box::new((field.or(earlier), era, token)));
        self.adopted = None;
        self.is_save_due = false;
        self.is_guest_gone &= who.owner().is_some();
        self.is_changed = false;
        live.origin = Origin::new(Source::Saved, who.owner(), who.era);
    }

    /// The cookie that `save()` sealed, for a response that sends nothing else. A cookie of an identity that is not sent either
    /// would be nobody's.
    pub(crate) fn saved(&self, brought: Option<PersonId>, who: &Who<'_>) -> Option<Step> {
        let (field, _, token) = self.saved.as_deref().filter(|(.., token)| token.claims.owner == brought)?;
        Some(Step::Ready(Arc::clone(who.data.of(token.claims.owner)), field.clone()?))
    }
}
