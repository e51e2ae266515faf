//! The ring that a verb works on.

use std::fmt::Display;
use std::future::Future;

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::keystore::{Keystore, KeystoreError, Loaded, SealedKeystore};
use tokio::runtime::{self, Runtime};

use crate::args::RingArgs;
use crate::at_rest::{self, AtRest, at};
use crate::edge;
use crate::error::Error;
use crate::place::{Location, Place};

/// Where the ring is, who opens it, and the time of this command.
pub(crate) struct Ring {
    pub(crate) location: Location,
    pub(crate) now: Timestamp,
    pub(crate) at_rest: AtRest,
    pub(crate) allow_group_read: bool,
    reader: SealedKeystore<()>,
    store: Place,
    runtime: Runtime,
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
        })
    }

    /// The ring as it is.
    pub(crate) fn load(&self) -> Result<Keyring, Error> {
        self.open(&self.location, &self.load_stored()?)
    }

    /// The bytes as they are kept.
    pub(crate) fn load_stored(&self) -> Result<Loaded, Error> {
        self.wait(self.store.load())
    }

    /// The ring in bytes as they are kept, here or elsewhere.
    pub(crate) fn open(&self, place: &impl Display, stored: &Loaded) -> Result<Keyring, Error> {
        parse(place, &self.reader.open(stored.bytes()).map_err(at(place))?)
    }

    /// Puts the first ring in an empty place; returns the bytes as they are kept.
    pub(crate) fn create(&self, ring: &[u8], plaintext: bool) -> Result<Loaded, Error> {
        let stored = self.at_rest.writer(plaintext)?.seal(ring).map_err(at(&self.location))?;
        self.wait(self.store.create(&stored))?;
        Ok(Loaded::new(stored))
    }

    /// Changes the ring; returns it as it was and as it is. What was encrypted stays encrypted, and what was not does
    /// not. The verb is asked again if another command was faster.
    pub(crate) fn change(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
    ) -> Result<(Keyring, Keyring), Error> {
        let mut rings = None;
        // Over the bytes as they are kept, so that nobody changes how between the look and the writing.
        self.runtime.block_on(self.store.update(|stored| {
            let old = self.reader.open(stored).map_err(at(&self.location))?;
            let old = parse(&self.location, &old)?;
            let writer = self.at_rest.writer_as(&self.location, stored)?;
            let new = verb(&old)?;
            let changed = writer.seal(&new.to_bytes()).map_err(at(&self.location))?;
            at_rest::check_as_many(&self.location, stored, &changed)?;
            rings = Some((old, new));
            Ok::<_, Error>(changed)
        }))?;
        rings.ok_or_else(|| Error::refused("the ring was not changed"))
    }

    /// Keeps the same ring another way; returns it, and the bytes as they are kept now.
    pub(crate) fn rewrap(&self, plaintext: bool) -> Result<(Keyring, Loaded), Error> {
        let writer = self.at_rest.writer(plaintext)?;
        let mut written = None;
        self.runtime.block_on(self.store.update(|stored| {
            let bytes = self.reader.open(stored).map_err(at(&self.location))?;
            let ring = parse(&self.location, &bytes)?;
            let stored = writer.seal(&bytes).map_err(at(&self.location))?;
            written = Some((ring, Loaded::new(stored.clone())));
            Ok::<_, Error>(stored)
        }))?;
        written.ok_or_else(|| Error::refused("the ring was not changed"))
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, Error> {
        Ok(self.runtime.block_on(work)?)
    }
}

fn parse(place: &impl Display, bytes: &[u8]) -> Result<Keyring, Error> {
    Keyring::parse(bytes).map_err(|error| Error::in_ring(place, &error))
}
