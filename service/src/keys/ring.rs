//! The ring that a verb works on.

use std::future::Future;
use std::time::Duration;

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::keystore::{Keystore, KeystoreError, Node, NodeName};
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
}

impl Ring {
    pub(crate) fn new(args: &RingArgs) -> Result<Self, Error> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::io(format!("cannot start: {error}")))?;
        let store = args.keys.keystore(args.allow_group_read);
        Ok(Self { location: args.keys.clone(), now: edge::now(), store, runtime })
    }

    /// The ring as it is.
    pub(crate) fn load(&self) -> Result<Keyring, Error> {
        let loaded = self.wait(self.store.load())?;
        parse(&self.location, loaded.bytes())
    }

    /// Puts the first ring in an empty place.
    pub(crate) fn create(&self, ring: &Keyring) -> Result<(), Error> {
        self.wait(self.store.create(&ring.to_bytes()))
    }

    /// Changes the ring; returns it as it was and as it is. The verb is asked again if another command was faster.
    pub(crate) fn change(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
    ) -> Result<(Keyring, Keyring), Error> {
        let mut rings = None;
        self.runtime.block_on(self.store.update(|bytes| {
            let old = parse(&self.location, bytes)?;
            let new = verb(&old)?;
            let bytes = new.to_bytes();
            rings = Some((old, new));
            Ok::<_, Error>(bytes)
        }))?;
        rings.ok_or_else(|| Error::refused("the ring was not changed"))
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
