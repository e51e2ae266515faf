//! A store in memory that fails as it is told, and remembers what it was asked.

use std::collections::VecDeque;
use std::fmt;

use gingersnap::store::{
    Answer, Applied, Changed, Feed, MemoryStore, Op, Record, RecordId, SignInRow, Store, Task,
};
pub(super) use gingersnap::testing::store::Fault;
use gingersnap::testing::store::Faulty as Failing;
use gingersnap::token::PersonId;

use super::Shared;
use crate::browser::{Browser, TestClock};

#[derive(Clone)]
pub(super) struct Faulty {
    /// The same records, without faults.
    pub(super) inner: MemoryStore,
    failing: Failing,
    /// The faults of the writes to come.
    faults: Shared<VecDeque<Fault>>,
    /// All operations that were asked for.
    asked: Shared<Vec<Op>>,
    pub(super) loads: Shared<usize>,
    /// Questions for the sign-ins of a person.
    pub(super) lists: Shared<usize>,
}

impl Faulty {
    /// One, and the clock that it goes by.
    pub(super) fn and_clock() -> (TestClock, Self) {
        let clock = TestClock::new();
        let inner = MemoryStore::with_clock(MemoryStore::ROOM, clock.clone());
        let failing = Failing::new(inner.clone());
        let (faults, asked, loads, lists) = Default::default();
        (clock, Self { inner, failing, faults, asked, loads, lists })
    }

    pub(super) fn next(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(fault);
    }

    pub(super) fn is_down(&self, is_down: bool) {
        self.failing.set_down(is_down);
    }

    pub(super) async fn record(&self, id: RecordId) -> Option<Record> {
        self.inner.load(id).await.unwrap().0
    }

    pub(super) fn last_written(&self) -> RecordId {
        let asked = self.asked.lock().unwrap();
        asked.iter().rev().find_map(|op| op.record().and(op.record_id())).unwrap()
    }

    /// The operations since the last call.
    pub(super) fn taken(&self) -> Vec<Op> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Store for Faulty {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        *self.loads.lock().unwrap() += 1;
        self.failing.load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        self.asked.lock().unwrap().extend_from_slice(operations);
        Box::pin(async move {
            // Another request that comes first meets no faults.
            let mut rest = std::mem::take(&mut *self.faults.lock().unwrap());
            rest.pop_front().into_iter().for_each(|fault| self.failing.next_apply(fault));
            let answer = self.failing.apply(operations).await;
            *self.faults.lock().unwrap() = rest;
            answer
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        *self.lists.lock().unwrap() += 1;
        self.failing.sign_ins(person)
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.failing.feed(mark)
    }

    fn changed(&self) -> Changed {
        self.failing.changed()
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        self.failing.purge(limit)
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        self.failing.create_tables()
    }

    fn spawn(&self, task: Task) {
        self.failing.spawn(task);
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failing.fmt(f)
    }
}

/// Another request of this browser's cookies is faster; its answer does not come in time.
pub(super) fn another(browser: &Browser, path: &'static str) -> Fault {
    let mut browser = browser.clone();
    Fault::Waits(Box::pin(async move {
        assert_eq!(browser.post(path, "").await.status, 200, "{path}");
    }))
}
