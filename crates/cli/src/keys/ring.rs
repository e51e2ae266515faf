//! The ring that a verb works on.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::keystore::{Envelope, Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node};
use gingersnap::{SKEW, Timestamp};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

use super::change::Change;
use super::records::Records;
use crate::args::RingArgs;
use crate::at_rest::{AtRest, at};
use crate::edge;
use crate::error::Error;
use crate::place::Location;
use crate::render::rounded_duration;
use crate::runtime;

/// The ring at its place, what opens it, and the time of this command.
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
        let runtime = runtime::new()?;
        let at_rest = AtRest::new(&args.at_rest, args.allow_group_read, args.plaintext)?;
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

    /// This ring, also in clear where it should be encrypted: for verbs that put that right.
    pub(crate) fn of_any_form(self) -> Result<Self, Error> {
        Ok(Self { reader: self.at_rest.reader_of_any_form()?, ..self })
    }

    /// Refuses to go by a clock that is not the place's: what is in force, expired or dead would be so here alone.
    pub(crate) fn check_clock(&self) -> Result<(), Error> {
        let Some(there) = self.wait(self.store.time())? else { return Ok(()) };
        let here = edge::now();
        let apart = here.until(there).max(there.until(here));
        if apart <= SKEW {
            return Ok(());
        }
        let (by, which) = (rounded_duration(apart), if here < there { "behind" } else { "ahead of" });
        let message = format!("this machine's clock is {by} {which} that of {}", self.location);
        Err(Error::refused(message).with_hint("run NTP here and there; the two may differ by 60 s"))
    }

    /// True once this command has changed the ring.
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

    /// The bytes as they are kept, if there are any.
    pub(crate) fn find(&self) -> Result<Option<Loaded>, Error> {
        match self.runtime.block_on(self.store.load()) {
            Err(error) if error.kind() == KeystoreErrorKind::NotFound => Ok(None),
            loaded => Ok(Some(loaded?)),
        }
    }

    /// Opens the ring in bytes as they are kept, here or elsewhere.
    pub(crate) fn open(&self, place: &impl Display, stored: &Loaded) -> Result<Keyring, Error> {
        parse(place, &self.reader.open(stored.bytes()).map_err(at(place))?)
    }

    /// Puts the first ring in an empty place; returns the bytes as they are kept.
    pub(crate) fn create(&self, ring: &[u8]) -> Result<Loaded, Error> {
        let stored = self.at_rest.writer()?.seal(ring).map_err(at(&self.location))?;
        self.wait(self.store.create(&stored))?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(Loaded::new(stored))
    }

    /// Changes the ring; returns it as it was and as it is. What was encrypted stays encrypted; what was not is taken only
    /// where that is meant. The verb is asked again if another command was faster.
    pub(crate) fn change(
        &self,
        verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
    ) -> Result<Change, Error> {
        self.change_telling(verb, |_| Ok(()))
    }

    /// As [`change`](Self::change); `tell` says what it will do before anything is written.
    pub(crate) fn change_telling(
        &self,
        mut verb: impl FnMut(&Keyring) -> Result<Keyring, KeyringError> + Send,
        mut tell: impl FnMut(&Change) -> Result<(), Error> + Send,
    ) -> Result<Change, Error> {
        let change = |old: Keyring| {
            let new = verb(&old)?;
            let change = Change { old, new };
            tell(&change).map_err(Error::before_change)?;
            Ok(change)
        };
        self.edit(change, |change| Some(&change.new))
    }

    /// As [`change`](Self::change), but there may be nothing to change: then it is not locked, and may be read-only.
    pub(crate) fn update(
        &self,
        verb: impl FnMut(Keyring) -> Result<Option<Change>, Error> + Send,
    ) -> Result<Option<Change>, Error> {
        self.edit(verb, |change| change.as_ref().map(|change| &change.new))
    }

    /// Changes the ring to the one that `new` finds in the value that `verb` makes, if any; returns that value.
    pub(crate) fn edit<T: Send>(
        &self,
        mut verb: impl FnMut(Keyring) -> Result<T, Error> + Send,
        new: fn(&T) -> Option<&Keyring>,
    ) -> Result<T, Error> {
        // Works on the bytes as they are kept, so that nobody changes their form between reading and writing.
        let (made, changed) = self.runtime.block_on(self.store.update(|stored| {
            let old = parse(&self.location, &self.reader.open(stored).map_err(at(&self.location))?)?;
            // Fails before anything is said or asked, if the ring would be sealed for another number of recipients, or for none.
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

    /// The nodes' last records.
    pub(crate) fn records(&self) -> Result<Records, Error> {
        Ok(Records::new(self.wait(self.store.nodes())?))
    }

    /// Removes the record of this name; returns whether there was one.
    pub(crate) fn forget(&self, name: &[u8]) -> Result<bool, Error> {
        self.wait(self.store.forget(name))
    }

    /// Shows `look` the nodes' records, again and again, until it returns true; false if it has not before `limit`.
    pub(crate) fn watch(
        &self,
        limit: Duration,
        mut look: impl FnMut(&[Node]) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        self.runtime.block_on(async {
            let watch = async {
                while !look(&Records::new(self.store.nodes().await?).nodes)? {
                    sleep(LOOK_EVERY).await;
                }
                Ok(true)
            };
            timeout(limit, watch).await.unwrap_or(Ok(false))
        })
    }

    /// Keeps the same ring in another form.
    pub(crate) fn rewrap(&self) -> Result<Rewrapped, Error> {
        let writer = self.at_rest.writer()?;
        let written = self.runtime.block_on(self.store.update(|stored| {
            let bytes = self.reader.open(stored).map_err(at(&self.location))?;
            let keyring = parse(&self.location, &bytes)?;
            let was_clear = Envelope::recipients_of(stored).is_none();
            let is_alike = !was_clear
                && !writer.recipient_names().is_empty()
                && writer.seals_alike(stored).map_err(at(&self.location))?;
            let stored = writer.seal(&bytes).map_err(at(&self.location))?;
            let recipients = writer.recipient_names().into_iter().map(str::to_owned).collect();
            let stored_now = Loaded::new(stored.clone());
            let rewrapped = Rewrapped { keyring, stored: stored_now, recipients, was_clear, is_alike };
            Ok::<_, Error>((Some(stored), rewrapped))
        }))?;
        self.changed.store(true, Ordering::Relaxed);
        Ok(written)
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, Error> {
        Ok(self.runtime.block_on(work)?)
    }
}

/// A ring in another form.
pub(crate) struct Rewrapped {
    pub(crate) keyring: Keyring,
    /// The bytes as they are kept now.
    pub(crate) stored: Loaded,
    /// The names of those who can open them.
    pub(crate) recipients: Vec<String>,
    /// True if they were not encrypted before.
    pub(crate) was_clear: bool,
    /// True if they were encrypted for the same recipients before.
    pub(crate) is_alike: bool,
}

fn parse(place: &impl Display, bytes: &[u8]) -> Result<Keyring, Error> {
    Keyring::parse(bytes).map_err(|error| Error::in_ring(place, &error))
}

const LOOK_EVERY: Duration = Duration::from_millis(200);
