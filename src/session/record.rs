//! A session's data in a store: its row, the pointer to it, and the seal.

use std::sync::Arc;

use super::draft::{Draft, Home, Pointing, Stored};
use super::request::{Accepted, Request, Row};
use super::settings::{CookieUse, DataUse, Settings};
use super::{Place, SessionError};
use crate::keyring::Keyring;
use crate::store::{Op, Record};
use crate::token::{Aad, DataClaims, Kind, PointerClaims, RecordId, SealError, Sealing, Unopened};
use crate::{Refusal, Timestamp};

impl Home {
    /// A new row, or the next version of one.
    pub(crate) fn new(
        settings: &Settings,
        data: &DataUse,
        claims: DataClaims,
        goes: Timestamp,
        row: Option<(RecordId, u32)>,
        pointer: Pointing,
    ) -> Self {
        let longest = settings.keyring.with(|ring| ring.longest_session());
        let age = if data.own.is_some() { claims.started_at.age_at(goes) } else { 0 };
        let lasting = data.lifetime.filter(|_| claims.owner.is_none()).map(|it| it.saturating_sub(age));
        let lifetime = lasting.unwrap_or(longest).min(longest) + MARGIN;
        Self { claims, row, spills: false, lifetime, pointer, stored: None, tag: data.tag }
    }
}

impl Draft {
    /// Sends the data to the store, if it is in its cookie and may leave it; returns whether it does.
    ///
    /// # Errors
    /// Those of [`store`](Self::store).
    pub(crate) fn spill(&mut self, settings: &Settings) -> Result<bool, SessionError> {
        let Some(home) = self.next_home(settings) else { return Ok(false) };
        self.home = Some(Box::new(Home { spills: true, ..home }));
        self.store(settings).map(|()| true)
    }

    fn next_home(&self, settings: &Settings) -> Option<Home> {
        if settings.store.is_none() || self.home.is_some() {
            return None;
        }
        let is_its = |to: &Arc<CookieUse>| Arc::ptr_eq(to, &self.to);
        let mut data = settings.data.iter().filter(|data| data.place == Place::CookieThenStore);
        let data = data.find(|data| is_its(&data.guest) || data.own.as_ref().is_some_and(is_its))?;
        let pointer = Pointing { to: Arc::clone(&self.to), replaces: Some(self.sealed_at), is_due: true };
        Some(Home::new(settings, data, self.claims()?, self.goes(), None, pointer))
    }

    /// True if the data leaves the cookie for the store.
    pub(crate) fn spills(&self) -> bool {
        self.home.as_deref().is_some_and(|home| home.spills)
    }

    /// The row that is written.
    pub(crate) fn stored_in(&self) -> Option<RecordId> {
        self.home.as_deref()?.stored.as_ref().map(|stored| stored.id)
    }

    /// Sends the data to the store, and puts a pointer into the cookie if the browser needs one.
    ///
    /// # Errors
    /// [`SessionError::NoEntropy`], if a new row needs a name.
    pub(crate) fn store(&mut self, settings: &Settings) -> Result<(), SessionError> {
        let (goes, Some(home)) = (self.goes(), self.home.as_deref_mut()) else { return Ok(()) };
        let id = match home.row {
            Some((id, _)) => id,
            None => RecordId::from_bytes(settings.random()?),
        };
        let claims = PointerClaims { started_at: home.claims.started_at, record: id };
        let Pointing { to, replaces, is_due } = &home.pointer;
        let pointer = (*is_due || home.row.is_none()).then(|| {
            Self::new(to, goes, *replaces, |sealed_at, plain: &mut _| claims.write(sealed_at, plain))
        });
        home.stored = Some(Stored { id, pointer });
        Ok(())
    }

    /// Splits a draft that is sealed for a store from its cookie: returns the operation, and the pointer.
    pub(crate) fn seal_record(
        mut self,
        settings: &Settings,
        random: [u8; Sealing::RANDOM_LEN],
    ) -> Result<(Op, Option<Self>), SessionError> {
        let Some((home, Stored { id, pointer })) =
            self.home.take().and_then(|mut home| home.stored.take().map(|stored| (home, stored)))
        else {
            return Err(SessionError::NotEncodable("no record".into()));
        };
        let (now, version, owner) = (self.goes(), home.claims.generation, home.claims.owner);
        let sealing = Sealing { padding: settings.padding, ..Sealing::new(self.sealed_at, random) };
        let aad = aad(settings, home.tag, id)?;
        let plain = self.into_plain();
        let seal = |ring: &Keyring| ring.seal_record(plain, &aad, now, &sealing);
        let record = Record { version, bytes: settings.keyring.with(seal)? };
        let lifetime = home.lifetime;
        let op = match home.row {
            None => Op::Insert { id, owner, lifetime, record },
            Some((_, was)) => Op::Replace { id, was, owner, lifetime, record },
        };
        Ok((op, pointer))
    }
}

/// Opens a record, with one AEAD call.
///
/// # Errors
/// [`Refusal::BadRecord`] if it is not the record of this name and type in this version; the refusals for its key and its age.
pub(crate) fn open(
    request: Request<'_>,
    data: &DataUse,
    id: RecordId,
    record: Record,
    check: impl Fn(&DataClaims, Timestamp, Option<Timestamp>) -> Result<(), Refusal>,
) -> Result<Accepted<DataClaims>, Refusal> {
    let octets = record.bytes.len();
    let aad = aad(request.settings, data.tag, id).map_err(|_| Refusal::BadRecord)?;
    let token = Unopened::of(record.bytes).map_err(Refusal::of_record)?;
    let opened = request.settings.keyring.open_of_any_clock(token, &aad, request.came);
    let (opened, cut_off) = opened.map_err(Refusal::of_record)?;
    request.check_clock(&opened)?;
    let (claims, found) = DataClaims::read(opened.sealed_at(), opened.plain()).map_err(Refusal::of_record)?;
    if claims.generation != record.version {
        return Err(Refusal::BadRecord);
    }
    check(&claims, opened.sealed_at(), cut_off)?;
    let start = opened.plain().len() - found.len();
    let row = Row { id, pointed_at: opened.sealed_at(), is_under_guests: false, octets };
    Ok(Accepted { row: Some(Box::new(row)), ..Accepted::new(opened, claims, start, octets) })
}

/// The context holds the record's name, but not that of its cookie: a session may be renamed, and a guest's become a person's.
fn aad(settings: &Settings, tag: &str, id: RecordId) -> Result<Aad, SealError> {
    settings.aad_at_rest(Kind::StoreRecord, tag, id.to_bytes())
}

/// Seconds for which a row is kept beyond the time in which it is read.
const MARGIN: u64 = 60;
