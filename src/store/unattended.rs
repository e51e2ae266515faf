//! Writes that are carried through, whoever waits for them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::contract::{Applied, Op, Record, Store};
use super::error::{StoreError, StoreErrorKind};
use crate::token::RecordId;

/// Has the store carry out operations in a task of its own: who is not waited for any more interrupts nothing.
///
/// # Errors
/// Those of [`Store::apply`], unless the answer alone was lost: what the store holds then is looked up.
pub(crate) fn apply_unattended(
    store: &Arc<dyn Store>,
    operations: Vec<Op>,
) -> impl Future<Output = Result<Applied, StoreError>> + Send + use<> {
    let (giver, taker) = handover();
    let own = Arc::clone(store);
    store.spawn(Box::pin(async move {
        let mut giver = giver;
        giver.give(applied(&*own, &operations).await);
    }));
    taker
}

async fn applied(store: &dyn Store, operations: &[Op]) -> Result<Applied, StoreError> {
    let lost = match store.apply(operations).await {
        Ok((applied, _)) => return Ok(applied),
        Err(error) if error.kind() == StoreErrorKind::Unreachable => error,
        Err(error) => return Err(error),
    };
    let Some((id, ours)) = operations.iter().find_map(written) else {
        // Removing twice is removing once.
        return store.apply(operations).await.map(|(applied, _)| applied);
    };
    match store.load(id).await {
        // No two seals have the same bytes.
        Ok((Some(found), _)) if found == *ours => Ok(Applied::Done),
        _ => Err(lost),
    }
}

fn written(operation: &Op) -> Option<(RecordId, &Record)> {
    match operation {
        Op::Insert { id, record, .. } | Op::Replace { id, record, .. } => Some((*id, record)),
        Op::Remove { .. } => None,
    }
}

struct Shared {
    answer: Option<Result<Applied, StoreError>>,
    waker: Option<Waker>,
}

/// Gives one answer; dropped without one it says that the task was.
struct Giver(Arc<Mutex<Shared>>);

struct Taker(Arc<Mutex<Shared>>);

fn handover() -> (Giver, Taker) {
    let shared = Arc::new(Mutex::new(Shared { answer: None, waker: None }));
    (Giver(Arc::clone(&shared)), Taker(shared))
}

impl Giver {
    fn give(&mut self, answer: Result<Applied, StoreError>) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.answer.get_or_insert(answer);
        let waker = shared.waker.take();
        drop(shared);
        waker.into_iter().for_each(Waker::wake);
    }
}

impl Drop for Giver {
    fn drop(&mut self) {
        // Of no account after an answer.
        self.give(Err(StoreError::new(
            StoreErrorKind::Unreachable,
            "the store dropped the task that asked it",
        )));
    }
}

impl Future for Taker {
    type Output = Result<Applied, StoreError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match shared.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                shared.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
