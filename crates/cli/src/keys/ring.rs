//! The ring that a verb works on.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::keystore::{Envelope, Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, NodeName};
use tokio::runtime::{self, Runtime};
use tokio::time::{sleep, timeout};

use crate::args::RingArgs;
use crate::at_rest::{AtRest, at};
use crate::edge;
use crate::error::Error;
use crate::place::Location;

/// Where the ring is, who opens it, and the time of this command.
pub(crate) struct Ring {
    pub(crate) location: Location,
    pub(crate) now: Timestamp,
    pub(crate) at_rest: AtRest,
    pub(crate) allow_group_read: bool,
    reader: Envelope,
    store: Arc<dyn Keystore>,
    runtime: Runtime,
    changed: AtomicBool,
}

impl Ring {
    pub(crate) fn new(args: &RingArgs) -> Result<Self, Error> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::io(format!("cannot start: {error}")))?;
        let at_rest = AtRest::new(&args.at_rest, args.allow_group_read)?;
        Ok(Self {
            location: args.keys.clone(),
            now: edge::now(),
            reader: at_rest.reader()?,
            at_rest,
            allow_group_read: args.allow_group_read,
            store: args.keys.keystore(args.allow_group_read),
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
        self.open(&self.location, &self.load_stored()?)
    }

    /// The bytes as they are kept.
    pub(crate) fn load_stored(&self) -> Result<Loaded, Error> {
        self.wait(self.store.load())
    }

    /// What is there as it is kept, if anything is.
    pub(crate) fn find(&self) -> Result<Option<Loaded>, Error> {
        match self.runtime.block_on(self.store.load()) {
            Err(error) if error.kind() == KeystoreErrorKind::NotFound => Ok(None),
            loaded => Ok(Some(loaded?)),
        }
    }

    /// The highest generation of the ring `ring_id` that any node has said it held; 0 if none has.
    pub(crate) fn seen(&self, ring_id: &str) -> Result<u64, Error> {
        let nodes = self.wait(self.store.nodes())?;
        let seen = nodes.iter().filter(|node| node.ring_id() == ring_id).map(Node::generation);
        Ok(seen.max().unwrap_or_default())
    }

    /// The ring in bytes as they are kept, here or elsewhere.
    pub(crate) fn open(&self, place: &impl Display, stored: &Loaded) -> Result<Keyring, Error> {
        parse(place, &self.reader.open(stored.bytes()).map_err(at(place))?)
    }

    /// Puts the first ring in an empty place; returns the bytes as they are kept.
    pub(crate) fn create(&self, ring: &[u8], plaintext: bool) -> Result<Loaded, Error> {
        let stored = self.at_rest.writer(plaintext)?.seal(ring).map_err(at(&self.location))?;
        self.wait(self.store.create(&stored))?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(Loaded::new(stored))
    }

    /// Changes the ring; returns it as it was and as it is. What was encrypted stays encrypted, and what was not does
    /// not. The verb is asked again if another command was faster.
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
        let change = |old: Keyring| {
            let new = verb(&old)?;
            tell(&old, &new).map_err(Error::before_change)?;
            Ok((old, new))
        };
        self.edit(change, |(_, new)| Some(new))
    }

    /// As [`change`](Self::change), but there may be nothing to change: then it is not locked, and may be read-only.
    pub(crate) fn update(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Option<Keyring>, Error> + Send,
    ) -> Result<Option<(Keyring, Keyring)>, Error> {
        let change = |old: Keyring| Ok(verb(&old)?.map(|new| (old, new)));
        self.edit(change, |rings| rings.as_ref().map(|(_, new)| new))
    }

    /// Changes the ring to what `new` finds in what `verb` makes of it, if anything; returns that.
    fn edit<T: Send>(
        &self,
        mut verb: impl FnMut(Keyring) -> Result<T, Error> + Send,
        new: fn(&T) -> Option<&Keyring>,
    ) -> Result<T, Error> {
        // Over the bytes as they are kept, so that nobody changes how between the look and the writing.
        let (made, changed) = self.runtime.block_on(self.store.update(|stored| {
            let old = parse(&self.location, &self.reader.open(stored).map_err(at(&self.location))?)?;
            // Before anything is said or asked: a ring that cannot be kept as it is kept now is not changed.
            let writer = self.at_rest.writer_as(&self.location, stored)?;
            let made = verb(old)?;
            let changed = new(&made).map(|ring| writer.seal(&ring.to_bytes()).map_err(at(&self.location)));
            let changed = changed.transpose()?;
            let is_changed = changed.is_some();
            Ok::<_, Error>((changed, (made, is_changed)))
        }))?;
        self.changed.fetch_or(changed, Ordering::Relaxed);
        Ok(made)
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

    /// Keeps the same ring another way; returns it, and the bytes as they are kept now.
    pub(crate) fn rewrap(&self, plaintext: bool) -> Result<(Keyring, Loaded), Error> {
        let writer = self.at_rest.writer(plaintext)?;
        let written = self.runtime.block_on(self.store.update(|stored| {
            let bytes = self.reader.open(stored).map_err(at(&self.location))?;
            let ring = parse(&self.location, &bytes)?;
            let stored = writer.seal(&bytes).map_err(at(&self.location))?;
            Ok::<_, Error>((Some(stored.clone()), (ring, Loaded::new(stored))))
        }))?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(written)
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, Error> {
        Ok(self.runtime.block_on(work)?)
    }
}

fn parse(place: &impl Display, bytes: &[u8]) -> Result<Keyring, Error> {
    Keyring::parse(bytes).map_err(|error| Error::in_ring(place, &error))
}

const LOOK_EVERY: Duration = Duration::from_millis(200);
