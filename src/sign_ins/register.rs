//! The ends that this node knows of, kept current from a store's feed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::activity::Activity;
use super::owed::Owed;
use super::pulls::{News, Pulls};
use super::snapshot::{KnownEnds, Snapshot};
use crate::Timestamp;
use crate::store::{CutOff, Ended, Feed, Op, Store, StoreError};
use crate::token::{PersonId, SessionId};

/// The ends that one layer knows of. Requests look at them without waiting for anything.
pub(crate) struct Register {
    store: Arc<dyn Store>,
    known: RwLock<Known>,
    progress: Mutex<Progress>,
    /// The node's time at the beginning of the last pull that completed; 0 before there was one.
    confirmed_at: AtomicU64,
    /// The store's time and this node's when the last pull began; equal before there was one.
    times: Mutex<(Timestamp, Timestamp)>,
    /// The node's time when the last pull began.
    attempted_at: AtomicU64,
    pub(super) is_followed: AtomicBool,
    pulls: Pulls,
    /// Operations that the store has not taken yet: ends from this node, and ends that the store lost.
    owed: Owed,
    activity: Activity,
}

/// The part that requests look at.
#[derive(Clone, Default)]
struct Known {
    snapshot: Snapshot,
    /// Sign-ins that end in some seconds, with the time by this node's clock.
    later: Arc<HashMap<[u8; 16], Timestamp>>,
}

/// The progress of the pulls.
#[derive(Default)]
struct Progress {
    mark: Vec<u8>,
    /// The content of a feed that began anew, collected until it is complete.
    anew: Option<(Vec<Ended>, Vec<CutOff>)>,
    /// Sign-ins that end in some seconds, with this node's time of the end.
    later: Vec<(Ended, Timestamp)>,
}

/// The judgement of an identity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Lives,
    Ended,
    CutOff,
    /// The store has not been reached for longer than is allowed.
    Unknown,
}

impl Register {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            known: RwLock::default(),
            progress: Mutex::default(),
            confirmed_at: AtomicU64::new(0),
            times: Mutex::default(),
            attempted_at: AtomicU64::new(0),
            is_followed: AtomicBool::new(false),
            pulls: Pulls::default(),
            owed: Owed::default(),
            activity: Activity::default(),
        }
    }

    pub(crate) const fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Judges an identity at a time of this node's clock. Ends must be known at most `grace` seconds late.
    pub(crate) fn verdict(
        &self,
        id: SessionId,
        person: PersonId,
        sealed_at: Timestamp,
        now: Timestamp,
        grace: u64,
    ) -> Verdict {
        let confirmed_at = Timestamp::from_unix(self.confirmed_at.load(Ordering::Acquire));
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let ends = || known.later.get(&id.to_bytes()).is_some_and(|at| *at <= now);
        if known.snapshot.has_ended(id) || (!known.later.is_empty() && ends()) {
            Verdict::Ended
        } else if known.snapshot.cut_off(person) >= Some(sealed_at) {
            Verdict::CutOff
        } else if confirmed_at == Timestamp::default() || confirmed_at.age_at(now) > grace {
            Verdict::Unknown
        } else {
            Verdict::Lives
        }
    }

    /// True while a task keeps the register current.
    pub(crate) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Relaxed)
    }

    /// True if there may be ends that were not pulled: nothing was pulled yet, or nothing lately.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let attempted_at = self.attempted_at.load(Ordering::Relaxed);
        let is_late = now.unix().abs_diff(attempted_at) > OVERDUE;
        is_late || !self.is_loaded()
    }

    /// Pulls, or waits for a pull that is under way. A pull may fail and is then tried again; meanwhile what is known counts for
    /// a while. If many call at a time, one pulls, and that one is told if the outcome is news.
    pub(crate) async fn refresh(&self, now: Timestamp) -> Option<News> {
        let is_recent = || self.attempted_at.load(Ordering::Relaxed) >= now.unix();
        self.pull_unless(now, || !self.is_due(now) || is_recent()).await
    }

    /// Takes everything that the store was told until now: it waits for a pull that begins after this call.
    pub(crate) async fn catch_up(&self, now: Timestamp) -> Option<News> {
        let begun = self.pulls.begun();
        self.pull_unless(now, || self.pulls.is_after(begun)).await
    }

    /// Pulls, unless a pull of another caller that was waited for is enough.
    async fn pull_unless(&self, now: Timestamp, is_enough: impl Fn() -> bool) -> Option<News> {
        loop {
            let ended = self.pulls.ended();
            match self.pulls.begin() {
                Some(pulling) => return pulling.end(self.pull(now).await.err()),
                None => drop(ended.await),
            }
            if is_enough() {
                return None;
            }
        }
    }

    /// The error of the last pull, if it failed.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.pulls.failure()
    }

    /// True once everything was pulled.
    pub(crate) fn is_loaded(&self) -> bool {
        self.confirmed_at.load(Ordering::Relaxed) != 0
    }

    /// Takes all that is new in the feed.
    async fn pull(&self, now: Timestamp) -> Result<(), StoreError> {
        self.attempted_at.store(now.unix(), Ordering::Relaxed);
        let mut is_first = true;
        loop {
            let mark = self.progress().mark.clone();
            let (feed, time) = self.store.feed(&mark).await?;
            // Later pages of a long list arrive when this node's clock has gone on.
            if std::mem::take(&mut is_first) {
                *self.times.lock().unwrap_or_else(PoisonError::into_inner) = (time, now);
            }
            let has_more = feed.has_more;
            let lost = self.take(feed, time, now);
            if !lost.is_empty() {
                self.owed.has_lost(lost);
            }
            if !has_more {
                self.confirmed_at.fetch_max(now.unix().max(1), Ordering::Release);
                return Ok(());
            }
        }
    }

    /// Takes a page; returns the operations that put back what the store has lost. `time` is the store's, and `now` this node's.
    fn take(&self, feed: Feed, time: Timestamp, now: Timestamp) -> Vec<Op> {
        let mut progress = self.progress();
        progress.mark = feed.mark;
        if feed.is_anew {
            progress.anew = Some(Default::default());
        }
        if let Some((ended, cut_offs)) = &mut progress.anew {
            ended.extend(feed.ended);
            cut_offs.extend(feed.cut_offs);
            if feed.has_more {
                return Vec::new();
            }
            let (ended, cut_offs) = progress.anew.take().unwrap_or_default();
            let whole = Snapshot::default().with(&ended, &cut_offs, time);
            let lost = lost(&self.known().snapshot, &progress.later, &whole, time);
            self.publish(&mut progress, &ended, &cut_offs, (time, now));
            return lost;
        }
        self.publish(&mut progress, &feed.ended, &feed.cut_offs, (time, now));
        Vec::new()
    }

    fn publish(
        &self,
        progress: &mut Progress,
        ended: &[Ended],
        cut_offs: &[CutOff],
        (time, now): (Timestamp, Timestamp),
    ) {
        let mut due: Vec<Ended> = Vec::new();
        let was_later = progress.later.len();
        for it in ended {
            if it.at <= time {
                due.push(*it);
            } else {
                progress.later.push((*it, now.plus(time.until(it.at))));
            }
        }
        let later = std::mem::take(&mut progress.later);
        let (over, later): (Vec<_>, Vec<_>) = later.into_iter().partition(|(it, _)| it.at <= time);
        due.extend(over.into_iter().map(|(it, _)| it));
        progress.later = later;
        if due.is_empty() && cut_offs.is_empty() && progress.later.len() == was_later {
            return;
        }
        let later = progress.later.iter().map(|(it, at)| (it.id.to_bytes(), *at)).collect();
        let snapshot = self.known().snapshot.with(&due, cut_offs, time);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) =
            Known { snapshot, later: Arc::new(later) };
    }

    /// Counts a sign-in as ended on this node at once, whatever the store says of it.
    pub(crate) fn end_here(&self, id: SessionId, now: Timestamp, until: Timestamp) {
        // Without this lock, a pull meanwhile would put the older snapshot in its place.
        let _progress = self.progress();
        let Known { snapshot, later } = self.known();
        let snapshot = snapshot.with(&[Ended { id, at: now, until }], &[], now);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { snapshot, later };
    }

    /// Queues an end that the store did not take, to be tried again and again; returns false if too many wait already.
    pub(crate) fn try_later(&self, end: Op) -> bool {
        self.owed.add(end)
    }

    /// Tells the store some of what it has not taken, if the last pull reached the store.
    pub(crate) async fn tell(&self, now: Timestamp) {
        let confirmed_at = self.confirmed_at.load(Ordering::Relaxed);
        if confirmed_at >= self.attempted_at.load(Ordering::Relaxed) {
            self.owed.pay(&*self.store).await;
            self.activity.write(&*self.store, now).await;
        }
    }

    /// The store's time and this node's when the last pull began; equal before there was one.
    pub(crate) fn times(&self) -> (Timestamp, Timestamp) {
        *self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The size of what this node knows.
    pub(crate) fn size(&self) -> KnownEnds {
        let (store, node) = self.times();
        let as_of = self.is_loaded().then(|| Timestamp::from_unix(self.confirmed_at.load(Ordering::Relaxed)));
        let clock_offset = store.unix().cast_signed().saturating_sub(node.unix().cast_signed());
        KnownEnds { as_of, clock_offset, ..self.known().snapshot.size() }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operations that put back what a node knows and a store lacks.
fn lost(known: &Snapshot, later: &[(Ended, Timestamp)], whole: &Snapshot, time: Timestamp) -> Vec<Op> {
    let (mut ended, cut_offs) = known.beyond(whole, time);
    ended.extend(later.iter().map(|(it, _)| *it).filter(|it| !whole.has_ended(it.id)));
    let ended = ended.chunks(LOT).map(|lot| Op::PutBack { ended: lot.into(), cut_offs: Vec::new() });
    let cut_offs = cut_offs.chunks(LOT).map(|lot| Op::PutBack { ended: Vec::new(), cut_offs: lot.into() });
    ended.chain(cut_offs).collect()
}

/// Seconds after which a pull is late: one second until it begins, and two until a store that is away is given up.
pub(crate) const OVERDUE: u64 = 5;
/// The most ends that one operation puts back.
const LOT: usize = 500;
