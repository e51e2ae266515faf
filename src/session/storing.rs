//! Sessions that are in a store: loaded before a handler sees them, written before the head goes.

use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;

use super::data::live::{Live, Source};
use super::data::rows::Wanted;
use super::data::slot::Slot;
use super::data::who::Who;
use super::exchange::Exchange;
use super::settings::Settings;
use super::{SessionData, SessionError};
use crate::Timestamp;
use crate::sign_ins::Register;
use crate::store::{Applied, Record, Store, apply_unattended};
use crate::token::RecordId;

/// A load of records from the store.
pub(crate) type Loading<'a> = Pin<Box<dyn Future<Output = Result<(), SessionError>> + Send + 'a>>;

/// A load of ends from the store.
pub(crate) type Refreshing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl Exchange {
    /// Loads the records of this session that whoever is there now may see. If there are none, nothing waits; and the futures of
    /// extractors, which are moved with each request, stay as small as they are without a store.
    pub(crate) fn load(&self, index: usize, parts: &Parts) -> Result<Option<Loading<'_>>, SessionError> {
        let Some(store) = &self.settings.store else { return Ok(None) };
        let is_owned = self.settings.data.get(index).is_some_and(|data| data.own.is_some());
        if !is_owned {
            drop(self.begin(parts)?);
        } else if let Some(refreshing) = self.refresh(parts)? {
            return Ok(Some(Box::pin(async move {
                refreshing.await;
                self.load_wanted(store, index, Slot::wanted).await
            })));
        }
        let wanted = self.at(&mut *self.open()?, index, Slot::wanted).flatten();
        Ok(wanted.map(|_| Box::pin(self.load_wanted(store, index, Slot::wanted)) as Loading<'_>))
    }

    /// Begins the exchange. If the request brings an identity and this node knows too little to judge it, it returns a future
    /// that asks the store for ends and activity. Nearly always the node knows enough.
    pub(crate) fn refresh(&self, parts: &Parts) -> Result<Option<Refreshing<'_>>, SessionError> {
        let mut state = self.begin(parts)?;
        let Some(register) = &self.settings.register else { return Ok(None) };
        let came = state.came;
        Settings::follow(&self.settings, register);
        let is_due = register.is_due(came);
        let needs_more = if is_due {
            state.request(&self.settings).brings(&self.settings.identity)
        } else {
            state.identity(&self.settings).asks().is_some()
        };
        Ok(needs_more.then(|| {
            Box::pin(async move {
                if is_due {
                    self.settings.refresh(register, came).await;
                    let told = Arc::clone(register);
                    register.store().spawn(Box::pin(async move { told.tell(came).await }));
                }
                self.ask_for_activity(register, came).await;
            }) as Refreshing<'_>
        }))
    }

    async fn ask_for_activity(&self, register: &Register, came: Timestamp) {
        let asks = self.state().identity(&self.settings).asks();
        if let Some((id, person)) = asks {
            register.activity().look_up(&**register.store(), id, person, came).await;
            self.state().was_asked(&self.settings);
        }
    }

    /// Loads all records that the request's cookies point to, before somebody signs in.
    pub(crate) async fn load_all(&self) -> Result<(), SessionError> {
        let Some(store) = &self.settings.store else { return Ok(()) };
        for (index, data) in self.settings.data.iter().enumerate() {
            let Some(own) = &data.own else { continue };
            let brings = {
                let state = self.open()?;
                let request = state.request(&self.settings);
                request.brings(own) || request.brings(&data.guest)
            };
            if brings {
                self.load_wanted(store, index, Slot::wanted_by_anybody).await?;
            }
        }
        Ok(())
    }

    async fn load_wanted(
        &self,
        store: &Arc<dyn Store>,
        index: usize,
        next: fn(&mut Slot, &Who<'_>) -> Option<Wanted>,
    ) -> Result<(), SessionError> {
        loop {
            let wanted = self.at(&mut *self.open()?, index, next).flatten();
            let Some(wanted) = wanted else { return Ok(()) };
            let answer = store.load(wanted.pointer.record).await.map(|(record, _)| record);
            self.at(&mut *self.open()?, index, |slot, who| slot.loaded(wanted, answer, who));
        }
    }

    /// Seals and stores the data of a session that the browser does not have.
    pub(crate) async fn save<T: SessionData>(
        &self,
        index: usize,
        live: &mut Arc<Live<T>>,
    ) -> Result<(), SessionError> {
        for _ in 0..=TRIES {
            match self.save_once(index, live).await? {
                None => return Ok(()),
                Some(id) => self.go_on(index, id, live, Slot::merge).await?,
            }
        }
        Err(SessionError::Conflict)
    }

    /// Has the session continue from the record as the store has it now; `by` combines the two.
    async fn go_on<T: SessionData>(
        &self,
        index: usize,
        id: RecordId,
        live: &mut Arc<Live<T>>,
        by: FromNewest<T>,
    ) -> Result<(), SessionError> {
        let newest = self.newest(id).await?;
        let next = self.at(&mut *self.open()?, index, |slot, who| by(slot, live, id, newest, who));
        match next.flatten() {
            Some(next) => *live = Arc::new(next),
            None => {
                Arc::make_mut(live).origin.source = Source::Overtaken;
                return Err(SessionError::Conflict);
            }
        }
        Ok(())
    }

    /// The record as the store has it now.
    pub(super) async fn newest(&self, id: RecordId) -> Result<Option<Record>, SessionError> {
        let Some(store) = &self.settings.store else { return Ok(None) };
        store.load(id).await.map(|(record, _)| record).map_err(|error| self.settings.unavailable(error))
    }

    /// Applies a change to the newest record, again whenever others were faster; returns the result of the last call.
    pub(crate) async fn change_newest<T: SessionData, R>(
        &self,
        index: usize,
        live: &mut Arc<Live<T>>,
        mut change: impl FnMut(&mut T) -> R,
    ) -> Result<R, SessionError> {
        if live.origin.is_borrowed() {
            self.save(index, live).await?;
        }
        let end = self.settings.clock.now().plus(PATIENCE);
        loop {
            self.begin_change(index, Arc::make_mut(live));
            let value = change(&mut Arc::make_mut(live).data);
            match self.save_once(index, live).await {
                Ok(None) => return Ok(value),
                Ok(Some(id)) if self.settings.clock.now() < end => {
                    self.go_on(index, id, live, Slot::take_newest).await?;
                }
                Ok(Some(_)) => return self.undo(index, live, SessionError::Conflict),
                Err(error) => return self.undo(index, live, error),
            }
        }
    }

    fn undo<T: SessionData, R>(
        &self,
        index: usize,
        live: &mut Arc<Live<T>>,
        error: SessionError,
    ) -> Result<R, SessionError> {
        self.at(&mut *self.open()?, index, |slot, who| slot.undo(Arc::make_mut(live), who));
        Err(error)
    }

    /// Does the same as [`save`](Self::save), but returns the row of a conflict.
    async fn save_once<T: SessionData>(
        &self,
        index: usize,
        live: &mut Arc<Live<T>>,
    ) -> Result<Option<RecordId>, SessionError> {
        let is_tight = self.check(index, Arc::make_mut(live), Slot::unsaved)?;
        let sealed = {
            let mut state = self.open()?;
            let goes = self.settings.clock.now();
            self.at(&mut state, index, |slot, who| slot.seal(&**live, who, goes, is_tight))
        };
        let Some((saved, op)) = sealed.transpose()?.flatten() else { return Ok(None) };
        if let (Some(op), Some(store)) = (op, &self.settings.store) {
            let id = op.record_id();
            match apply_unattended(store, vec![op]).await {
                Ok((Applied::Done, _)) => {}
                Ok((Applied::Conflict(_), _)) => return Ok(id),
                Err(error) => return Err(self.settings.unavailable(error)),
            }
        }
        self.at(&mut *self.open()?, index, |slot, who| slot.keep(Arc::make_mut(live), saved, who));
        Ok(None)
    }
}

/// Combines a session with the newest record: [`Slot::merge`] or [`Slot::take_newest`].
type FromNewest<T> = fn(&mut Slot, &Live<T>, RecordId, Option<Record>, &Who<'_>) -> Option<Live<T>>;

/// The number of times that a change is merged with writes of others.
pub(super) const TRIES: usize = 3;
/// Seconds for which `commit` goes on while others are faster.
const PATIENCE: u64 = 5;
