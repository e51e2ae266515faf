//! The store of a story: the one in memory that the library has, with faults, and put back to what it was by a fail-over.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};

use gingersnap::Timestamp;
use gingersnap::store::{
    Answer, Applied, Changed, Feed, MemoryStore, Op, Record, RecordId, SignInRow, Store, StoreError,
    StoreErrorKind, Task,
};
use gingersnap::token::PersonId;

use crate::node::ready;

/// A node's way to the store. Clones are the same.
#[derive(Clone)]
pub(crate) struct Db {
    inner: Arc<Mutex<Inner>>,
    clock: Arc<AtomicU64>,
    node: usize,
}

/// The fate of a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// It is done, and the answer is lost.
    LosesAnswer,
    /// It is not done, and there is no answer.
    Fails,
    /// There is no answer; it is done when the story says so.
    Late,
}

struct Inner {
    store: MemoryStore,
    /// All that was done, and when.
    journal: Vec<(u64, Vec<Op>)>,
    is_down: bool,
    faults: VecDeque<Fault>,
    late: VecDeque<Vec<Op>>,
    /// Calls that were not answered.
    failures: usize,
    /// Looks at the feed that each node was told to take, and who waits for the next.
    ticks: [(usize, Vec<Waker>); NODES],
}

impl Db {
    pub(crate) fn new(now: u64) -> Self {
        let clock = Arc::new(AtomicU64::new(now));
        let inner = Inner {
            store: store(&clock),
            journal: Vec::new(),
            is_down: false,
            faults: VecDeque::new(),
            late: VecDeque::new(),
            failures: 0,
            ticks: Default::default(),
        };
        Self { inner: Arc::new(Mutex::new(inner)), clock, node: 0 }
    }

    /// The way of another node.
    pub(crate) fn of(&self, node: usize) -> Self {
        Self { node, ..self.clone() }
    }

    pub(crate) fn set_time(&self, now: u64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    pub(crate) fn set_down(&self, is_down: bool) {
        self.inner().is_down = is_down;
    }

    pub(crate) fn is_down(&self) -> bool {
        self.inner().is_down
    }

    pub(crate) fn order(&self, fault: Fault) {
        self.inner().faults.push_back(fault);
    }

    /// Takes the orders back.
    pub(crate) fn forget_faults(&self) {
        self.inner().faults.clear();
    }

    pub(crate) fn failures(&self) -> usize {
        self.inner().failures
    }

    /// Has this node look at the feed.
    pub(crate) fn tick(&self) {
        let wakers = {
            let (count, wakers) = &mut self.inner().ticks[self.node];
            *count += 1;
            std::mem::take(wakers)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Does the first write that is late, and returns it.
    pub(crate) fn land(&self) -> Option<Vec<Op>> {
        let mut inner = self.inner();
        let operations = inner.late.pop_front()?;
        inner.carry_out(&operations, self.now());
        Some(operations)
    }

    /// Loses the last writes, as a standby has that takes over; what is late is lost too.
    pub(crate) fn fail_over(&self, writes: usize) {
        let mut inner = self.inner();
        let now = self.now();
        inner.late.clear();
        inner.store = store(&self.clock);
        let kept = inner.journal.len().saturating_sub(writes);
        let journal: Vec<_> = inner.journal.drain(..).take(kept).collect();
        for (at, operations) in journal {
            self.set_time(at);
            inner.carry_out(&operations, at);
        }
        self.set_time(now);
    }

    fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// An answer, unless the store is down.
    fn ask<'a, T: Send + 'a>(&self, call: impl FnOnce(&MemoryStore) -> Answer<'_, T>) -> Answer<'a, T> {
        let mut inner = self.inner();
        let answer = if inner.is_down {
            inner.failures += 1;
            Err(no_answer())
        } else {
            ready(call(&inner.store))
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Inner {
    fn carry_out(&mut self, operations: &[Op], now: u64) -> (Applied, Timestamp) {
        let answer = ready(self.store.apply(operations)).unwrap();
        if answer.0 == Applied::Done {
            self.journal.push((now, operations.to_vec()));
        }
        answer
    }

    fn apply(&mut self, operations: &[Op], now: u64) -> Result<(Applied, Timestamp), StoreError> {
        let fault = if self.is_down { Some(Fault::Fails) } else { self.faults.pop_front() };
        match fault {
            None => return Ok(self.carry_out(operations, now)),
            Some(Fault::LosesAnswer) => drop(self.carry_out(operations, now)),
            Some(Fault::Fails) => {}
            Some(Fault::Late) => self.late.push_back(operations.to_vec()),
        }
        self.failures += 1;
        Err(no_answer())
    }
}

impl Store for Db {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.ask(|store| Box::pin(std::future::ready(ready(store.load(id)))))
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        let answer = self.inner().apply(operations, self.now());
        Box::pin(std::future::ready(answer))
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.ask(|store| Box::pin(std::future::ready(ready(store.sign_ins(person)))))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.ask(|store| Box::pin(std::future::ready(ready(store.feed(mark)))))
    }

    /// Ends with the next [`Db::tick`]: no hint comes, and the second is the story's.
    fn changed(&self) -> Changed {
        let (db, seen) = (self.clone(), self.inner().ticks[self.node].0);
        Box::pin(poll_fn(move |context| {
            let (count, wakers) = &mut db.inner().ticks[db.node];
            if *count != seen {
                return Poll::Ready(true);
            }
            wakers.push(context.waker().clone());
            Poll::Pending
        }))
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(std::future::ready(Err(no_answer())))
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(std::future::ready(Err(no_answer())))
    }

    fn spawn(&self, task: Task) {
        // It is carried through in place, by whoever wakes it.
        MemoryStore::new().spawn(task);
    }
}

impl fmt::Display for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the story's store")
    }
}

fn store(clock: &Arc<AtomicU64>) -> MemoryStore {
    let clock = Arc::clone(clock);
    MemoryStore::with_clock(MemoryStore::ROOM, move || Timestamp::from_unix(clock.load(Ordering::Relaxed)))
}

fn no_answer() -> StoreError {
    StoreError::new(StoreErrorKind::Unreachable, "no answer")
}

pub(crate) const NODES: usize = 3;
