//! The interface of every keystore.

use core::fmt;
use core::future;
use core::pin::Pin;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::{KeystoreError, KeystoreErrorKind};
use super::loaded::{Loaded, Version};
use super::node::Node;
use crate::Timestamp;

/// The future of a keystore's answer: boxed, so that `dyn Keystore` works.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, KeystoreError>> + Send + 'a>>;

/// A place where one ring is kept.
///
/// Its `Display`, for errors and logs, names the place and never shows a password.
///
/// ```
/// use std::{fmt, sync::Mutex};
///
/// use gingersnap::keystore::{Answer, Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, Version};
///
/// struct InMemory(Mutex<Vec<u8>>);
///
/// impl Keystore for InMemory {
///     fn load(&self) -> Answer<'_, Loaded> {
///         Box::pin(async { Ok(Loaded::new(self.0.lock().unwrap().clone().into())) })
///     }
///
///     fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
///         Box::pin(async move {
///             let mut kept = self.0.lock().unwrap();
///             if Version::of(&kept) != replaced {
///                 return Err(KeystoreError::new(Kind::Conflict, format!("{self} was changed since")));
///             }
///             *kept = bytes.to_vec();
///             Ok(())
///         })
///     }
///
///     fn create<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
///         Box::pin(async move { Err(KeystoreError::new(Kind::AlreadyExists, format!("{self} is there"))) })
///     }
/// }
///
/// impl fmt::Display for InMemory {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("the ring in memory")
///     }
/// }
/// ```
pub trait Keystore: fmt::Display + Send + Sync {
    /// The newest bytes.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::NotFound`] if there are none; others if reading fails.
    fn load(&self) -> Answer<'_, Loaded>;

    /// Replaces the bytes of version `replaced`, whole or not at all.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::Conflict`] if they are no longer the newest; others if writing fails.
    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()>;

    /// Keeps the first bytes.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::AlreadyExists`] if there are any; others if writing fails.
    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()>;

    /// Loads, changes and stores the bytes, again from the beginning whenever somebody else was faster.
    ///
    /// `change` returns the new bytes, or `None` to leave the old ones as they are: then nothing is written and no lock
    /// is taken. It also returns a value for the caller: the one from its last call is the result.
    ///
    /// # Errors
    /// Those of `change`, [`load`](Self::load) and [`store`](Self::store); [`KeystoreErrorKind::Conflict`] only if
    /// others were faster a thousand times.
    fn update<T: Send, E: From<KeystoreError> + Send>(
        &self,
        mut change: impl FnMut(&[u8]) -> Result<(Option<Zeroizing<Vec<u8>>>, T), E> + Send,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        Self: Sized,
    {
        async move {
            let mut tries = 0;
            loop {
                let old = self.load().await?;
                let (new, out) = change(old.bytes())?;
                let Some(new) = new else { return Ok(out) };
                match self.store(&new, old.version()).await {
                    Err(error) if error.kind() == KeystoreErrorKind::Conflict && tries < TRIES => tries += 1,
                    Err(error) => return Err(error.into()),
                    Ok(()) => return Ok(out),
                }
            }
        }
    }

    /// Ends when the ring may have changed. It is a hint that a load may be worth it: it may come without a change, or not at
    /// all.
    ///
    /// Never ends if the keystore has no hints. It outlives outages, and reports none of them.
    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(future::pending())
    }

    /// Stores a node's record of the ring that it holds, in place of its last one.
    ///
    /// A keystore that has no place for records stores nothing, and [`nodes`](Self::nodes) and [`forget`](Self::forget) find
    /// nothing.
    ///
    /// # Errors
    /// If writing fails. Serving goes on: a node needs no right to write.
    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        let _ = node;
        Box::pin(future::ready(Ok(())))
    }

    /// The nodes' last records, in the order of their names, and an error for each that cannot be read: whoever may write records
    /// may write bad ones, and they must not hide the others. The answer is bounded: at most 10,000 records, of at most a KiB
    /// each.
    ///
    /// # Errors
    /// If reading fails.
    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(future::ready(Ok(Vec::new())))
    }

    /// Removes the record of this name, whether or not it is a node's; returns whether there was one.
    ///
    /// # Errors
    /// If writing fails.
    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        let _ = name;
        Box::pin(future::ready(Ok(false)))
    }

    /// The time by the place's own clock, if it has one, as a database's server does.
    ///
    /// # Errors
    /// If asking fails.
    fn time(&self) -> Answer<'_, Option<Timestamp>> {
        Box::pin(future::ready(Ok(None)))
    }

    /// The file that holds the ring, if any, so that its mode can be checked.
    fn file(&self) -> Option<&Path> {
        None
    }
}

impl<K: Keystore + ?Sized> Keystore for Arc<K> {
    fn load(&self) -> Answer<'_, Loaded> {
        (**self).load()
    }

    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
        (**self).store(bytes, replaced)
    }

    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()> {
        (**self).create(bytes)
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        (**self).changed()
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        (**self).register(node)
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        (**self).nodes()
    }

    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        (**self).forget(name)
    }

    fn time(&self) -> Answer<'_, Option<Timestamp>> {
        (**self).time()
    }

    fn file(&self) -> Option<&Path> {
        (**self).file()
    }
}

impl fmt::Debug for dyn Keystore + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keystore({self})")
    }
}

const TRIES: u32 = 1000;
