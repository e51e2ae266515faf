//! Writes that are carried through, whether or not anybody waits for them.

use std::future::Future;
use std::sync::Arc;

use super::contract::Store;
use super::error::{StoreError, StoreErrorKind};
use super::op::{Applied, Op};
use super::tell::pair;
use crate::Timestamp;
use crate::token::{PersonId, SessionId};

/// Has the store carry out operations in a task of its own: a caller that goes away interrupts nothing. Returns the outcome, and
/// the time that the store answered.
///
/// # Errors
/// Those of [`Store::apply`], unless only the answer was lost: then it looks up what the store holds.
pub(crate) fn apply_unattended(
    store: &Arc<dyn Store>,
    operations: Vec<Op>,
) -> impl Future<Output = Result<(Applied, Timestamp), StoreError>> + Send + use<> {
    let (teller, told) = pair();
    let own = Arc::clone(store);
    store.spawn(Box::pin(async move { teller.tell(applied(&*own, &operations).await) }));
    let dropped = || StoreError::new(StoreErrorKind::Unreachable, "the store dropped the task that asked it");
    async move { told.await.unwrap_or_else(|| Err(dropped())) }
}

/// Carries out operations; if the answer is lost, finds out from what the store holds.
pub(crate) async fn applied(
    store: &dyn Store,
    operations: &[Op],
) -> Result<(Applied, Timestamp), StoreError> {
    let lost = match store.apply(operations).await {
        Err(error) if error.kind() == StoreErrorKind::Unreachable => error,
        answer => return answer,
    };
    if let Some((id, person)) = operations.iter().find_map(entered) {
        // An id is entered once.
        let rows = store.sign_ins(person).await.map(|(rows, _)| rows).unwrap_or_default();
        let row = rows.into_iter().find(|row| row.id == id);
        return row.map(|row| (Applied::Done, row.sealed_at)).ok_or(lost);
    }
    let written = operations.iter().find_map(|it| Some((it.record_id()?, it.record()?)));
    let Some((id, ours)) = written else {
        // Removing twice is the same as removing once, and so is ending. But where nothing is left to be ended, nobody can say
        // whether there was anything.
        let again = store.apply(operations).await?;
        return if again.0 == Applied::Done { Ok(again) } else { Err(lost) };
    };
    match store.load(id).await {
        // No two seals have the same bytes.
        Ok((Some(found), time)) if found == *ours => Ok((Applied::Done, time)),
        _ => Err(lost),
    }
}

fn entered(operation: &Op) -> Option<(SessionId, PersonId)> {
    match operation {
        Op::Enter { id, person, .. } => Some((*id, *person)),
        _ => None,
    }
}
