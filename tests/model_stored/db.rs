//! The store of a story: rows, a clock, and the faults that the story orders.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use gingersnap::Timestamp;
use gingersnap::store::{Answer, Applied, Op, Record, RecordId, Store, StoreError, StoreErrorKind, Task};
use gingersnap::token::PersonId;

/// Clones are handles of the same.
#[derive(Clone, Default)]
pub(crate) struct Db(Arc<Mutex<Inner>>);

/// The rows, by their ids.
pub(crate) type Rows = BTreeMap<[u8; 16], Row>;

#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) record: Record,
    pub(crate) owner: Option<PersonId>,
    /// The time from which it may be purged.
    ends: u64,
}

/// What happens to a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// It is done, and the answer is lost.
    LosesAnswer,
    /// It is not done, and there is no answer.
    Fails,
    /// There is no answer; it is done when the story says so.
    Late,
}

/// One call, for the request that made it.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    /// It began; so did its carrying out, if it was not cut off.
    Asked,
    Loaded([u8; 16]),
    Applied(Vec<Op>),
    Conflict,
    /// There was no answer, and it is not done; [`Fault::Late`]: not yet.
    Failed,
    /// There was no answer, and it is done.
    Lost,
    /// A row was made whose id had one before.
    Revived,
}

#[derive(Default)]
struct Inner {
    now: u64,
    rows: Rows,
    /// Every id that ever was.
    used: BTreeSet<[u8; 16]>,
    is_down: bool,
    faults: VecDeque<Fault>,
    /// Writes that are to be done, and who asked for them.
    late: Vec<(u32, Vec<Op>)>,
    tasks: Vec<(u32, Task)>,
    calls: Vec<(u32, Call)>,
    /// The request that is polled now.
    asks: u32,
    /// The calls that may be carried out now; all, if none is named.
    permits: Option<usize>,
    /// Faults and the record of calls are left out.
    is_quiet: bool,
}

impl Db {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub(crate) fn set_time(&self, now: u64) {
        self.inner().now = now;
    }

    pub(crate) fn rows(&self) -> Rows {
        self.inner().rows.clone()
    }

    /// A fail-over: what was written since is lost.
    pub(crate) fn put_back(&self, rows: Rows) {
        let mut inner = self.inner();
        inner.rows = rows;
        inner.late.clear();
    }

    pub(crate) fn set_down(&self, is_down: bool) {
        self.inner().is_down = is_down;
    }

    pub(crate) fn order(&self, fault: Fault) {
        self.inner().faults.push_back(fault);
    }

    /// Carries out the first write that is late; returns whether there was one.
    pub(crate) fn land(&self) -> bool {
        let mut inner = self.inner();
        if inner.late.is_empty() {
            return false;
        }
        let (asks, operations) = inner.late.remove(0);
        inner.asks = asks;
        inner.carry_out(&operations);
        true
    }

    /// From here on it is this request that asks, and so many of its calls are carried out.
    pub(crate) fn serve(&self, asks: u32, permits: Option<usize>) {
        let mut inner = self.inner();
        (inner.asks, inner.permits, inner.is_quiet) = (asks, permits, false);
    }

    /// Does work that no fault befalls, and of which there is no record.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = {
            let mut inner = self.inner();
            let before = (inner.asks, inner.permits, inner.is_quiet);
            (inner.asks, inner.permits, inner.is_quiet) = (NOBODY, None, true);
            before
        };
        let done = work();
        let mut inner = self.inner();
        (inner.asks, inner.permits, inner.is_quiet) = before;
        done
    }

    pub(crate) fn has_permits(&self) -> bool {
        self.inner().permits != Some(0)
    }

    /// Polls the tasks of a request once.
    pub(crate) fn poll_tasks(&self, asks: u32) {
        let tasks = {
            let mut inner = self.inner();
            let (mine, others) = std::mem::take(&mut inner.tasks).into_iter().partition(|it| it.0 == asks);
            inner.tasks = others;
            mine
        };
        let tasks: Vec<(u32, Task)> = tasks;
        for (asks, mut task) in tasks {
            if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
                self.inner().tasks.push((asks, task));
            }
        }
    }

    /// Takes the calls of a request so far.
    pub(crate) fn calls(&self, asks: u32) -> Vec<Call> {
        let mut inner = self.inner();
        let (mine, others): (Vec<_>, _) =
            std::mem::take(&mut inner.calls).into_iter().partition(|it| it.0 == asks);
        inner.calls = others;
        mine.into_iter().map(|(_, call)| call).collect()
    }
}

impl Inner {
    fn note(&mut self, call: Call) {
        if !self.is_quiet {
            self.calls.push((self.asks, call));
        }
    }

    /// Returns false if the store does not answer.
    fn answers(&mut self) -> bool {
        if self.is_down && !self.is_quiet {
            self.note(Call::Failed);
            return false;
        }
        true
    }

    fn load(&mut self, id: RecordId) -> Result<(Option<Record>, Timestamp), StoreError> {
        if !self.answers() {
            return Err(no_answer());
        }
        self.note(Call::Loaded(id.to_bytes()));
        Ok((self.rows.get(&id.to_bytes()).map(|row| row.record.clone()), Timestamp::from_unix(self.now)))
    }

    fn apply(&mut self, operations: &[Op]) -> Result<(Applied, Timestamp), StoreError> {
        if !self.answers() {
            return Err(no_answer());
        }
        match self.faults.pop_front().filter(|_| !self.is_quiet) {
            None => {}
            Some(Fault::LosesAnswer) => {
                self.carry_out(operations);
                self.note(Call::Lost);
                return Err(no_answer());
            }
            Some(fault) => {
                if fault == Fault::Late {
                    self.late.push((self.asks, operations.to_vec()));
                }
                self.note(Call::Failed);
                return Err(no_answer());
            }
        }
        Ok((self.carry_out(operations), Timestamp::from_unix(self.now)))
    }

    /// All operations, or none of them.
    fn carry_out(&mut self, operations: &[Op]) -> Applied {
        let mut rows = self.rows.clone();
        for (index, op) in operations.iter().enumerate() {
            if !apply(&mut rows, op, self.now) {
                self.note(Call::Conflict);
                return Applied::Conflict(index);
            }
        }
        self.rows = rows;
        for op in operations.iter().filter(|op| matches!(op, Op::Insert { .. })) {
            if !self.used.insert(op.id().to_bytes()) {
                self.note(Call::Revived);
            }
        }
        self.note(Call::Applied(operations.to_vec()));
        Applied::Done
    }
}

/// Carries out one operation; returns false if its condition does not hold.
fn apply(rows: &mut Rows, op: &Op, now: u64) -> bool {
    let key = op.id().to_bytes();
    match op {
        Op::Insert { owner, lifetime, record, .. } => {
            let row = Row { record: record.clone(), owner: *owner, ends: now + lifetime };
            !rows.contains_key(&key) && rows.insert(key, row).is_none()
        }
        Op::Replace { was, owner, lifetime, record, .. } => match rows.get_mut(&key) {
            Some(row) if row.record.version == *was => {
                *row = Row { record: record.clone(), owner: *owner, ends: now + lifetime };
                true
            }
            _ => false,
        },
        Op::Remove { owner, .. } => {
            if rows.get(&key).is_some_and(|row| row.owner == *owner) {
                rows.remove(&key);
            }
            true
        }
        other => panic!("an operation that the model does not know: {other:?}"),
    }
}

fn no_answer() -> StoreError {
    StoreError::new(StoreErrorKind::Unreachable, "the story loses the answer")
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "a write begins",
            Self::Loaded(_) => "loaded",
            Self::Applied(_) => "written",
            Self::Conflict => "a conflict",
            Self::Failed => "no answer",
            Self::Lost => "written, and no answer",
            Self::Revived => "a removed row is made",
        })
    }
}

/// Waits until the story lets the next call be carried out.
struct Turn(Db);

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match &mut self.0.inner().permits {
            Some(0) => Poll::Pending,
            Some(left) => {
                *left -= 1;
                Poll::Ready(())
            }
            None => Poll::Ready(()),
        }
    }
}

impl Store for Db {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            Turn(self.clone()).await;
            self.inner().load(id)
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move {
            self.inner().note(Call::Asked);
            Turn(self.clone()).await;
            self.inner().apply(operations)
        })
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async move {
            let mut inner = self.inner();
            let (before, now) = (inner.rows.len(), inner.now);
            inner.rows.retain(|_, row| row.ends + PURGED_LATE > now);
            Ok(((before - inner.rows.len()) as u32, Timestamp::from_unix(now)))
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async move { Ok(((), Timestamp::from_unix(self.inner().now))) })
    }

    fn spawn(&self, task: Task) {
        let mut inner = self.inner();
        let asks = inner.asks;
        inner.tasks.push((asks, task));
    }
}

impl fmt::Display for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store of a story")
    }
}

/// Who asks quietly.
pub(crate) const NOBODY: u32 = u32::MAX;
/// Seconds from a row's end to its purge.
const PURGED_LATE: u64 = 3_600;
