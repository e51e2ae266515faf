//! The ring that a verb works on.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::keystore::{Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, NodeName};
use tokio::runtime::{self, Runtime};
use tokio::time::{sleep, timeout};

use crate::args::RingArgs;
use crate::edge;
use crate::error::Error;
use crate::place::{Location, Place};

/// Where the ring is, and the time of this command.
pub(crate) struct Ring {
    pub(crate) location: Location,
    pub(crate) now: Timestamp,
    store: Place,
    runtime: Runtime,
    changed: AtomicBool,
}

impl Ring {
    pub(crate) fn new(args: &RingArgs) -> Result<Self, Error> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::io(format!("cannot start: {error}")))?;
        let store = args.keys.keystore(args.allow_group_read);
        Ok(Self {
            location: args.keys.clone(),
            now: edge::now(),
            store,
            runtime,
            changed: AtomicBool::new(false),
        })
    }

    /// Whether this command has changed the ring.
    pub(crate) fn is_changed(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    /// The ring as it is.
    pub(crate) fn load(&self) -> Result<Keyring, Error> {
        self.parse(&self.wait(self.store.load())?)
    }

    /// What is there, if anything is.
    pub(crate) fn find(&self) -> Result<Option<Loaded>, Error> {
        match self.runtime.block_on(self.store.load()) {
            Err(error) if error.kind() == KeystoreErrorKind::NotFound => Ok(None),
            loaded => Ok(Some(loaded?)),
        }
    }

    pub(crate) fn parse(&self, loaded: &Loaded) -> Result<Keyring, Error> {
        parse(&self.location, loaded.bytes())
    }

    /// The highest generation of the ring `ring_id` that any node has said it held; 0 if none has.
    pub(crate) fn seen(&self, ring_id: &str) -> Result<u64, Error> {
        let nodes = self.wait(self.store.nodes())?;
        let seen = nodes.iter().filter(|node| node.ring_id() == ring_id).map(Node::generation);
        Ok(seen.max().unwrap_or_default())
    }

    /// Puts the first ring in an empty place.
    pub(crate) fn create(&self, ring: &Keyring) -> Result<(), Error> {
        self.wait(self.store.create(&ring.to_bytes()))?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Changes the ring; returns it as it was and as it is. The verb is asked again if another command was faster.
    pub(crate) fn change(
        &self,
        verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
    ) -> Result<(Keyring, Keyring), Error> {
        self.change_telling(verb, |_, _| Ok(()))
    }

    /// As [`change`](Self::change); `tell` says what it will do before anything is written.
    pub(crate) fn change_telling(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
        mut tell: impl FnMut(&Keyring, &Keyring) -> Result<(), Error> + Send,
    ) -> Result<(Keyring, Keyring), Error> {
        let rings = self.update(|old| {
            let new = verb(old)?;
            tell(old, &new).map_err(Error::before_change)?;
            Ok(Some(new))
        })?;
        rings.ok_or_else(|| Error::refused("the ring was not changed"))
    }

    /// As [`change`](Self::change), but there may be nothing to change: then it is not locked, and may be read-only.
    pub(crate) fn update(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Option<Keyring>, Error> + Send,
    ) -> Result<Option<(Keyring, Keyring)>, Error> {
        let (mut rings, mut idle) = (None, false);
        let result = self.runtime.block_on(self.store.update(|bytes| {
            let old = parse(&self.location, bytes)?;
            let Some(new) = verb(&old)? else {
                idle = true;
                return Err(Error::refused("there is nothing to change"));
            };
            let bytes = new.to_bytes();
            rings = Some((old, new));
            Ok(bytes)
        }));
        if idle {
            return Ok(None);
        }
        result?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(rings)
    }

    /// What the nodes said last.
    pub(crate) fn nodes(&self) -> Result<Vec<Node>, Error> {
        self.wait(self.store.nodes())
    }

    /// Removes what a node said.
    pub(crate) fn forget(&self, node: &NodeName) -> Result<(), Error> {
        self.wait(self.store.forget(node))
    }

    /// Shows `look` what the nodes say, again and again, until it has seen enough. Says whether it had before `limit`.
    pub(crate) fn watch(
        &self,
        limit: Duration,
        mut look: impl FnMut(&[Node]) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        self.runtime.block_on(async {
            let watch = async {
                while !look(&self.store.nodes().await?)? {
                    sleep(LOOK_EVERY).await;
                }
                Ok(true)
            };
            timeout(limit, watch).await.unwrap_or(Ok(false))
        })
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, Error> {
        Ok(self.runtime.block_on(work)?)
    }
}

fn parse(location: &Location, bytes: &[u8]) -> Result<Keyring, Error> {
    Keyring::parse(bytes).map_err(|error| Error::in_ring(location, &error))
}

const LOOK_EVERY: Duration = Duration::from_millis(200);
