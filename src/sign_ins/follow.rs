//! The task that keeps a register current.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::pulls::News;
use super::register::Register;
use crate::Timestamp;

/// Has the store run the task that keeps a register current, unless it runs already. The task ends with the register, and with
/// the runtime that the store runs it on; then the next request begins it anew.
pub(crate) fn follow(
    register: &Arc<Register>,
    now: impl Fn() -> Timestamp + Send + 'static,
    tell: impl Fn(News) + Send + 'static,
) {
    if register.is_followed.swap(true, Ordering::AcqRel) {
        return;
    }
    let followed = Followed(Arc::downgrade(register));
    register.store().spawn(Box::pin(async move {
        loop {
            let Some(register) = followed.0.upgrade() else { return };
            // Asked for before the pull, so that no change during the pull is missed.
            let changed = register.store().changed();
            register.refresh(now()).await.into_iter().for_each(&tell);
            register.tell(now()).await;
            drop(register);
            if !changed.await {
                return;
            }
        }
    }));
}

struct Followed(Weak<Register>);

impl Drop for Followed {
    fn drop(&mut self) {
        if let Some(register) = self.0.upgrade() {
            register.is_followed.store(false, Ordering::Release);
        }
    }
}
