//! A keystore in memory that fails as it is told.

use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Answer, Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, Version};
use tokio::sync::Notify;

#[derive(Clone, Default)]
pub(crate) struct Place(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    hint: Notify,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) bytes: Vec<u8>,
    pub(crate) loads: usize,
    pub(crate) nodes: Vec<Node>,
    /// Records that cannot be read.
    pub(crate) bad: usize,
    pub(crate) fault: Option<Fault>,
    pub(crate) nodes_fail: Option<KeystoreErrorKind>,
}

#[derive(Clone, Copy)]
pub(crate) enum Fault {
    Fails,
    Hangs,
}

impl Place {
    pub(crate) fn of(ring: &Keyring) -> Self {
        let place = Self::default();
        place.put(&ring.to_bytes());
        place
    }

    pub(crate) fn put(&self, bytes: &[u8]) {
        self.with(|state| state.bytes = bytes.to_vec());
    }

    pub(crate) fn hint(&self) {
        self.0.hint.notify_one();
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.state.lock().unwrap())
    }

    pub(crate) fn loads(&self) -> usize {
        self.with(|state| state.loads)
    }
}

impl Keystore for Place {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async {
            let (fault, bytes) = self.with(|state| {
                state.loads += 1;
                (state.fault, state.bytes.clone())
            });
            match fault {
                None => Ok(Loaded::new(bytes.into())),
                Some(Fault::Fails) => Err(KeystoreError::new(KeystoreErrorKind::Io, "input/output error")),
                Some(Fault::Hangs) => future::pending().await,
            }
        })
    }

    fn store<'a>(&'a self, _: &'a [u8], _: Version) -> Answer<'a, ()> {
        panic!("a node wrote the ring")
    }

    fn create<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
        panic!("a node made a ring")
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.0.hint.notified())
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        Box::pin(async {
            self.with(|state| {
                if let Some(kind) = state.nodes_fail {
                    return Err(KeystoreError::new(kind, format!("{kind:?}")));
                }
                state.nodes.push(node.clone());
                Ok(())
            })
        })
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(async {
            self.with(|state| {
                if let Some(kind) = state.nodes_fail {
                    return Err(KeystoreError::new(kind, format!("{kind:?}")));
                }
                let bad = || Err(KeystoreError::new(KeystoreErrorKind::BadNode, "bad").of_record(b"../x"));
                Ok(state.nodes.iter().cloned().map(Ok).chain((0..state.bad).map(|_| bad())).collect())
            })
        })
    }

    fn forget<'a>(&'a self, _: &'a [u8]) -> Answer<'a, bool> {
        panic!("a node made another be forgotten")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory")
    }
}
