//! Writes that are carried through, whoever waits for them.

use std::future::Future;
use std::sync::Arc;

use super::contract::Store;
use super::error::{StoreError, StoreErrorKind};
use super::op::{Applied, Op};
use super::tell::pair;

/// Has the store carry out operations in a task of its own: who is not waited for any more interrupts nothing.
///
/// # Errors
/// Those of [`Store::apply`], unless the answer alone was lost: what the store holds then is looked up.
pub(crate) fn apply_unattended(
    store: &Arc<dyn Store>,
    operations: Vec<Op>,
) -> impl Future<Output = Result<Applied, StoreError>> + Send + use<> {
    let (teller, told) = pair();
    let own = Arc::clone(store);
    store.spawn(Box::pin(async move { teller.tell(applied(&*own, &operations).await) }));
    let dropped = || StoreError::new(StoreErrorKind::Unreachable, "the store dropped the task that asked it");
    async move { told.await.unwrap_or_else(|| Err(dropped())) }
}

async fn applied(store: &dyn Store, operations: &[Op]) -> Result<Applied, StoreError> {
    let lost = match store.apply(operations).await {
        Ok((applied, _)) => return Ok(applied),
        Err(error) if error.kind() == StoreErrorKind::Unreachable => error,
        Err(error) => return Err(error),
    };
    let written = operations.iter().find_map(|it| Some((it.record_id()?, it.record()?)));
    let Some((id, ours)) = written else {
        // Removing twice is removing once.
        return store.apply(operations).await.map(|(applied, _)| applied);
    };
    match store.load(id).await {
        // No two seals have the same bytes.
        Ok((Some(found), _)) if found == *ours => Ok(Applied::Done),
        _ => Err(lost),
    }
}
