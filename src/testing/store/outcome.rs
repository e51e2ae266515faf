//! The outcome of a task that a store carries through.

use crate::store::Store;
use crate::store::tell::{Told, pair};

/// Hands `work` to the store; returns its outcome, or `None` if the store dropped it.
pub(super) fn spawned<T: Send + 'static>(
    store: &dyn Store,
    work: impl Future<Output = T> + Send + 'static,
) -> Told<T> {
    let (teller, told) = pair();
    store.spawn(Box::pin(async move { teller.tell(work.await) }));
    told
}
