//! The database of a story: rows, a clock, and the faults that the story orders.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Waker};

use gingersnap::store::{Op, Record, SignInRow, Task};
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
    pub(crate) ends: u64,
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
pub(crate) struct Inner {
    pub(crate) now: u64,
    pub(crate) rows: Rows,
    /// All that were ever entered.
    pub(crate) sign_ins: Vec<SignInRow>,
    /// Every id that ever was.
    pub(crate) used: BTreeSet<[u8; 16]>,
    pub(crate) is_down: bool,
    pub(crate) faults: VecDeque<Fault>,
    /// Writes that are to be done, and who asked for them.
    pub(crate) late: Vec<(u32, Vec<Op>)>,
    pub(crate) tasks: Vec<(u32, Task)>,
    pub(crate) calls: Vec<(u32, Call)>,
    /// The request that is polled now.
    pub(crate) asks: u32,
    /// The calls that may be carried out now; all, if none is named.
    pub(crate) permits: Option<usize>,
    /// Faults and the record of calls are left out.
    pub(crate) is_quiet: bool,
}

impl Db {
    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub(crate) fn set_time(&self, now: u64) {
        self.inner().now = now;
    }

    pub(crate) fn rows(&self) -> Rows {
        self.inner().rows.clone()
    }

    /// Puts all rows as they were.
    pub(crate) fn put_back(&self, rows: Rows) {
        self.inner().rows = rows;
    }

    /// Forgets late writes: they are never done.
    pub(crate) fn forget_late(&self) {
        self.inner().late.clear();
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

    /// From here on this request asks, and this number of its calls is carried out.
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

/// The asker of quiet calls.
pub(crate) const NOBODY: u32 = u32::MAX;
