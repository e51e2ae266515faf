//! A store on a table in memory, which is good or broken in one way.

use std::collections::HashMap;
use std::fmt;
use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use gingersnap::store::{
    Answer, Applied, Changed, Ended, Feed, Op, Record, RecordId, SignInRow, SignInTable, Store, StoreError,
    StoreErrorKind as Kind, Task,
};
use gingersnap::token::{PersonId, SessionId};
use gingersnap::{Clock as _, SystemClock, Timestamp};

/// The defect of a store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Defect {
    None,
    AnswersAnError,
    AnswersNever,
    Caches,
    ChecksFirst,
    ConflictsWithoutRecord,
    CountsMilliseconds,
    CutsAtZero,
    CutsOffWhatItKnows,
    DropsTasks,
    EndsNoRenewals,
    EndsNothingUnknown,
    ErasesSignInsAlone,
    ErasesTables,
    ForgetsFirstSignIns,
    ForgetsTasks,
    HintsNever,
    HasItsOwnClock,
    IgnoresOwners,
    IgnoresVersions,
    InsertsOver,
    KeepsOwners,
    KeepsSmall,
    KeepsVersionsSigned,
    LeavesHalf,
    MakesRowsOfActivity,
    Purges,
    PurgesByFirstLifetime,
    ReadsThenWrites,
    RefusesAnothers,
    RenewsTheDead,
    Revives,
    SealsByItsClock,
    SkipsInFeed,
    TellsAllAgain,
    TellsLastConflict,
    TrustsMarks,
    Upserts,
}

/// A store on a table, with a defect; clones are handles of one table.
#[derive(Clone)]
pub(crate) struct Simple {
    defect: Defect,
    table: Arc<Mutex<HashMap<[u8; 16], Row>>>,
    gone: Arc<Mutex<Vec<[u8; 16]>>>,
    cache: Arc<Mutex<HashMap<[u8; 16], Row>>>,
    calls: Arc<AtomicU64>,
    sign_ins: Arc<Mutex<SignInTable>>,
    entered: Arc<Mutex<Vec<SessionId>>>,
}

#[derive(Clone)]
struct Row {
    owner: Option<PersonId>,
    lifetime: u64,
    record: Record,
}

impl Simple {
    pub(crate) fn new(defect: Defect) -> Self {
        let (table, cache, gone, calls, sign_ins, entered) = Default::default();
        Self { defect, table, cache, gone, calls, sign_ins, entered }
    }

    const fn has(&self, defect: Defect) -> bool {
        self.defect as u32 == defect as u32
    }

    /// Another node's.
    pub(crate) fn handle(&self) -> Self {
        Self { cache: Arc::default(), ..self.clone() }
    }

    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        match self.defect {
            Defect::HasItsOwnClock if calls % 2 == 1 => Timestamp::from_unix(now.unix() - 2 * 86_400),
            Defect::CountsMilliseconds => Timestamp::from_unix(now.unix() * 1000),
            _ => now,
        }
    }

    fn all(&self, operations: &[Op]) -> (Applied, Timestamp) {
        let (mut table, mut sign_ins) = (self.table.lock().unwrap(), self.sign_ins.lock().unwrap());
        let before = (table.clone(), sign_ins.clone());
        let (mut conflicts, now) = (Vec::new(), self.now());
        let mut answered = now;
        for (index, operation) in operations.iter().enumerate() {
            let seen = if self.has(Defect::ChecksFirst) { &before.0 } else { &table.clone() };
            let done = if operation.record_id().is_some() {
                self.one(&mut table, seen, operation).then_some(now)
            } else {
                self.sign_in(&mut table, &mut sign_ins, operation, now)
            };
            answered = answered.max(done.unwrap_or(now));
            if done.is_none() {
                conflicts.push(index);
                if self.has(Defect::LeavesHalf) {
                    return (Applied::Conflict(index), now);
                }
            }
        }
        let told = if self.has(Defect::TellsLastConflict) { conflicts.last() } else { conflicts.first() };
        let Some(index) = told else { return (Applied::Done, answered) };
        (*table, *sign_ins) = before;
        (Applied::Conflict(*index), now)
    }

    /// Carries out an operation on sign-ins, or what the defect makes of it.
    fn sign_in(
        &self,
        table: &mut HashMap<[u8; 16], Row>,
        sign_ins: &mut SignInTable,
        operation: &Op,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let lists = |sign_ins: &SignInTable, person, id| {
            sign_ins.sign_ins(person, now).iter().any(|row| row.id == id)
        };
        if let Op::Enter { id, .. } = operation {
            self.entered.lock().unwrap().push(*id);
        }
        match (self.defect, operation.clone()) {
            (Defect::SealsByItsClock, Op::Enter { .. }) => sign_ins.apply(operation, now).map(|_| now),
            (Defect::ForgetsFirstSignIns, Op::Enter { person, renews: Some((was, _)), .. }) => {
                let mut alone = operation.clone();
                let Op::Enter { renews, .. } = &mut alone else { return None };
                *renews = None;
                sign_ins.apply(&Op::End { id: was, person, lifetime: 9 }, now);
                sign_ins.apply(&alone, now)
            }
            (Defect::RenewsTheDead, Op::Enter { renews: Some(_), .. }) => {
                sign_ins.apply(operation, now).or(Some(now))
            }
            (Defect::EndsNoRenewals, Op::End { id, lifetime, .. }) => {
                let ended = vec![Ended { id, at: now, until: now.plus(lifetime) }];
                sign_ins.apply(&Op::PutBack { ended, cut_offs: vec![] }, now)
            }
            (Defect::EndsNothingUnknown, Op::End { id, .. })
                if !self.entered.lock().unwrap().contains(&id) =>
            {
                Some(now)
            }
            (Defect::CutsOffWhatItKnows, Op::CutOff { person, .. }) => {
                for row in sign_ins.sign_ins(person, now) {
                    sign_ins.apply(&Op::EndFirst { first: row.first, person }, now);
                }
                Some(now)
            }
            (Defect::MakesRowsOfActivity, Op::Seen { id, person, .. }) if !lists(sign_ins, person, id) => {
                let label = None;
                let (renews, cuts_off, started_at, lifetime) = (None, None, now, 60);
                sign_ins
                    .apply(&Op::Enter { id, person, renews, cuts_off, started_at, lifetime, label }, now)
                    .or(Some(now))
            }
            (defect, Op::Erase { person, .. }) => {
                let spares = defect == Defect::ErasesSignInsAlone;
                table.retain(|_, row| row.owner != Some(person) || spares);
                sign_ins.apply(operation, now)
            }
            _ => sign_ins.apply(operation, now),
        }
    }

    /// Carries out an operation whose condition holds in `seen`.
    fn one(&self, table: &mut HashMap<[u8; 16], Row>, seen: &HashMap<[u8; 16], Row>, operation: &Op) -> bool {
        match operation {
            Op::Insert { id, owner, lifetime, record } => {
                let is_free = !seen.contains_key(&id.to_bytes()) || self.has(Defect::InsertsOver);
                is_free && self.put(table, *id, *owner, *lifetime, record)
            }
            Op::Replace { id, was, owner, lifetime, record } => {
                let revives = self.has(Defect::Revives) && self.gone.lock().unwrap().contains(&id.to_bytes());
                let fits = match seen.get(&id.to_bytes()) {
                    Some(row) => row.record.version == *was || self.has(Defect::IgnoresVersions),
                    None => self.has(Defect::Upserts) || revives,
                };
                fits && self.put(table, *id, *owner, *lifetime, record)
            }
            Op::Remove { id, owner } => {
                let Some(row) = seen.get(&id.to_bytes()) else {
                    return !self.has(Defect::ConflictsWithoutRecord);
                };
                if row.owner != *owner && !self.has(Defect::IgnoresOwners) {
                    return !self.has(Defect::RefusesAnothers);
                }
                self.gone.lock().unwrap().push(id.to_bytes());
                table.remove(&id.to_bytes());
                true
            }
            _ => unreachable!(),
        }
    }

    fn put(
        &self,
        table: &mut HashMap<[u8; 16], Row>,
        id: RecordId,
        owner: Option<PersonId>,
        lifetime: u64,
        record: &Record,
    ) -> bool {
        let mut row = Row { owner, lifetime, record: record.clone() };
        let before = table.get(&id.to_bytes());
        let bytes = &mut row.record.bytes;
        match self.defect {
            Defect::CutsAtZero => {
                bytes.truncate(bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()));
            }
            Defect::KeepsSmall => bytes.truncate(0xFFFF),
            Defect::KeepsVersionsSigned => row.record.version &= 0x7FFF_FFFF,
            Defect::KeepsOwners => row.owner = before.map_or(owner, |row| row.owner),
            Defect::PurgesByFirstLifetime => row.lifetime = before.map_or(lifetime, |row| row.lifetime),
            _ => {}
        }
        table.insert(id.to_bytes(), row);
        true
    }
}

impl Store for Simple {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            let mut row = self.table.lock().unwrap().get(&id.to_bytes()).cloned();
            if self.has(Defect::Caches) && row.is_some() {
                let mut cache = self.cache.lock().unwrap();
                row = Some(cache.entry(id.to_bytes()).or_insert(row.unwrap()).clone());
            }
            Ok((row.map(|row| row.record), self.now()))
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async {
            match self.defect {
                Defect::AnswersAnError => return Err(StoreError::new(Kind::Io, "cannot write mine: no")),
                Defect::AnswersNever => pending().await,
                Defect::ReadsThenWrites => {
                    let before = self.table.lock().unwrap().clone();
                    let answer = self.all(operations);
                    let after = std::mem::replace(&mut *self.table.lock().unwrap(), before);
                    let mut yielded = false;
                    poll_fn(|context| {
                        context.waker().wake_by_ref();
                        if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
                    })
                    .await;
                    *self.table.lock().unwrap() = after;
                    return Ok(answer);
                }
                _ => {}
            }
            Ok(self.all(operations))
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move {
            let now = self.now();
            Ok((self.sign_ins.lock().unwrap().sign_ins(person, now), now))
        })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async {
            let sign_ins = self.sign_ins.lock().unwrap();
            let mut feed = sign_ins.feed(if self.has(Defect::TellsAllAgain) { &[] } else { mark });
            if self.has(Defect::TrustsMarks) && feed.is_anew && !mark.is_empty() {
                feed = Feed { mark: mark.to_vec(), ..Feed::default() };
            }
            if self.has(Defect::SkipsInFeed) {
                feed.ended.pop();
            }
            Ok((feed, self.now()))
        })
    }

    fn changed(&self) -> Changed {
        if self.has(Defect::HintsNever) {
            return Box::pin(pending());
        }
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            true
        })
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async {
            let purges = matches!(self.defect, Defect::Purges | Defect::PurgesByFirstLifetime);
            self.table.lock().unwrap().retain(|_, row| row.lifetime > 0 || !purges);
            Ok((0, self.now()))
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async {
            if self.has(Defect::ErasesTables) {
                self.table.lock().unwrap().clear();
            }
            Ok(((), self.now()))
        })
    }

    fn spawn(&self, task: Task) {
        match self.defect {
            Defect::DropsTasks => {}
            Defect::ForgetsTasks => std::mem::forget(task),
            _ => drop(tokio::spawn(task)),
        }
    }
}

impl fmt::Display for Simple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mine")
    }
}
