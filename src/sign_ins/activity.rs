//! The activity of sign-ins: what this node saw and tells the store, and the store's answers to its questions.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Timestamp;
use crate::store::changes::Changes;
use crate::store::{Op, Store};
use crate::token::{PersonId, SessionId};

/// Activity, kept beside the cookies that carry it too: a proxy may drop those.
#[derive(Default)]
pub(crate) struct Activity {
    state: Mutex<State>,
    /// Changes when a question to the store was answered, or failed.
    answered: Changes,
}

#[derive(Default)]
struct State {
    sign_ins: HashMap<[u8; 16], Entry>,
    /// Activity that the store is to be told.
    waiting: VecDeque<Waiting>,
}

/// The activity of one sign-in. All times are this node's.
#[derive(Default)]
struct Entry {
    /// The last activity.
    seen_at: Timestamp,
    /// The last activity that the store is told.
    noted_at: Timestamp,
    asked: Asked,
}

/// The outcome of the last question to the store.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Asked {
    #[default]
    Never,
    UnderWay,
    Answered(Timestamp),
    Failed(Timestamp),
}

/// Activity of which the store is not told yet.
#[derive(Clone, Copy)]
struct Waiting {
    id: SessionId,
    person: PersonId,
    at: Timestamp,
}

/// The last activity of a sign-in, as far as this node knows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct LastSeen {
    pub(crate) at: Timestamp,
    /// True if the store said within the last minute that it knows of no later activity.
    pub(crate) is_certain: bool,
}

impl Activity {
    /// Notes activity, to be told to the store at most once in `renew_after` seconds.
    pub(crate) fn note(&self, id: SessionId, person: PersonId, now: Timestamp, renew_after: u64) {
        let mut state = self.state();
        if state.waiting.len() >= MOST_WAITING {
            return;
        }
        let entry = state.entry(id);
        if is_within(entry.noted_at, now, renew_after.max(1)) {
            return;
        }
        entry.noted_at = now;
        entry.seen_at = entry.seen_at.max(now);
        state.waiting.push_back(Waiting { id, person, at: now });
    }

    /// True if the store was told of activity within the last `renew_after` seconds.
    pub(crate) fn is_noted(&self, id: SessionId, now: Timestamp, renew_after: u64) -> bool {
        let state = self.state();
        let noted_at = state.sign_ins.get(&id.to_bytes()).map(|entry| entry.noted_at);
        noted_at.is_some_and(|at| is_within(at, now, renew_after))
    }

    /// Notes that another node has told the store of activity.
    pub(crate) fn remember(&self, id: SessionId, at: Timestamp) {
        let mut state = self.state();
        let entry = state.entry(id);
        entry.noted_at = entry.noted_at.max(at);
    }

    /// The last activity that is known here, apart from what the cookies say.
    pub(crate) fn last_seen(&self, id: SessionId, now: Timestamp) -> LastSeen {
        let state = self.state();
        let Some(entry) = state.sign_ins.get(&id.to_bytes()) else { return LastSeen::default() };
        let is_certain = matches!(entry.asked, Asked::Answered(at) if is_within(at, now, ASKED_ONCE_IN));
        LastSeen { at: entry.seen_at, is_certain }
    }

    /// Asks the store for the last activity of a sign-in, or waits for the answer to a question that is under way. It asks at
    /// most once a minute, and once in five seconds if the store does not answer.
    pub(crate) async fn look_up(&self, store: &dyn Store, id: SessionId, person: PersonId, now: Timestamp) {
        loop {
            let answered = self.answered.next();
            let asking = {
                let mut state = self.state();
                let entry = state.entry(id);
                match entry.asked {
                    Asked::Answered(at) if is_within(at, now, ASKED_ONCE_IN) => return,
                    Asked::Failed(at) if is_within(at, now, RETRIED_ONCE_IN) => return,
                    Asked::UnderWay => None,
                    _ => {
                        entry.asked = Asked::UnderWay;
                        Some(Asking { activity: self, id, now, answer: None })
                    }
                }
            };
            match asking {
                None => drop(answered.await),
                Some(mut asking) => {
                    if let Ok((rows, time)) = store.sign_ins(person).await {
                        let row = rows.iter().find(|row| row.id == id);
                        let ago = row.map(|row| row.seen_at.age_at(time));
                        let at = ago.map(|ago| now.unix().saturating_sub(ago));
                        asking.answer = Some(at.map(Timestamp::from_unix).unwrap_or_default());
                    }
                    return;
                }
            }
        }
    }

    /// Tells the store some of the waiting activity. Activity that the store does not take goes on waiting.
    pub(super) async fn write(&self, store: &dyn Store, now: Timestamp) {
        let lot: Vec<Waiting> = {
            let waiting = &mut self.state().waiting;
            let len = waiting.len().min(LOT);
            waiting.drain(..len).collect()
        };
        let seen = |it: &Waiting| Op::Seen { id: it.id, person: it.person, ago: it.at.age_at(now) };
        let operations: Vec<Op> = lot.iter().map(seen).collect();
        if !operations.is_empty() && store.apply(&operations).await.is_err() {
            let waiting = &mut self.state().waiting;
            lot.into_iter().rev().for_each(|it| waiting.push_front(it));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The entry of a sign-in. Once there are too many, all entries are forgotten but those with a question under way: each then
    /// costs the store one more question or write.
    fn entry(&mut self, id: SessionId) -> &mut Entry {
        if self.sign_ins.len() >= MOST && !self.sign_ins.contains_key(&id.to_bytes()) {
            self.sign_ins.retain(|_, entry| entry.asked == Asked::UnderWay);
            self.sign_ins.shrink_to(MOST);
        }
        self.sign_ins.entry(id.to_bytes()).or_default()
    }
}

/// A question to the store that is under way.
struct Asking<'a> {
    activity: &'a Activity,
    id: SessionId,
    now: Timestamp,
    /// The last activity, by this node's clock.
    answer: Option<Timestamp>,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        {
            let mut state = self.activity.state();
            let entry = state.entry(self.id);
            entry.asked = self.answer.map_or(Asked::Failed(self.now), |_| Asked::Answered(self.now));
            entry.seen_at = entry.seen_at.max(self.answer.unwrap_or_default());
        }
        self.activity.answered.tell();
    }
}

const fn is_within(at: Timestamp, now: Timestamp, seconds: u64) -> bool {
    at.unix().abs_diff(now.unix()) < seconds
}

/// Seconds in which the store is asked at most once for the activity of a sign-in.
const ASKED_ONCE_IN: u64 = 60;
/// Seconds in which it is asked at most once if it does not answer.
const RETRIED_ONCE_IN: u64 = 5;
/// The most sign-ins whose activity is remembered: about 20 MB.
const MOST: usize = 262_144;
/// The most activity that waits for the store; what comes beyond it is noted by a later request.
const MOST_WAITING: usize = 65_536;
/// The most sign-ins whose activity one operation tells.
const LOT: usize = 200;
