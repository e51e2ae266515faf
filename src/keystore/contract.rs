//! The interface of every keystore.

use core::fmt;
use core::future;
use core::pin::Pin;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::{KeystoreError, KeystoreErrorKind};
use super::loaded::{Loaded, Version};
use super::node::{Node, NodeName};

/// What a keystore answers, when it does: boxed, so that one can be used without its type being known.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, KeystoreError>> + Send + 'a>>;

/// A place where one ring is kept.
///
/// Shown as it may be, in errors and logs: the place, and never a password.
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
    /// [`KeystoreErrorKind::NotFound`] if there are none, and what stands in the way of reading them.
    fn load(&self) -> Answer<'_, Loaded>;

    /// Replaces the bytes of version `replaced`, whole or not at all.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::Conflict`] if they are not the newest any more, and what stands in the way of writing.
    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()>;

    /// Keeps the first bytes.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::AlreadyExists`] if there are any, and what stands in the way of writing.
    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()>;

    /// Loads, changes and stores the bytes, again from the beginning whenever somebody else was faster.
    ///
    /// `change` returns the new bytes, or `None` to leave the old ones as they are: then nothing is written and no lock
    /// is taken. It also returns what the caller is to have of it: that of the last time it was asked comes out.
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

    /// Ends when the ring may have changed: a hint that it is worth loading, which may come for nothing or not at all.
    ///
    /// Never ends where a keystore has no hints. It outlives outages: what stands in its way is not the caller's to know.
    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(future::pending())
    }

    /// Keeps what a node says of the ring that it holds, in place of what it said before.
    ///
    /// A keystore that has no room for that stores nothing, and [`nodes`](Self::nodes) and [`forget`](Self::forget)
    /// find nothing.
    ///
    /// # Errors
    /// What stands in the way of writing. Serving goes on: a node needs no right to write.
    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        let _ = node;
        Box::pin(future::ready(Ok(())))
    }

    /// What the nodes said last, in the order of their names.
    ///
    /// # Errors
    /// What stands in the way of reading, and [`KeystoreErrorKind::BadNode`].
    fn nodes(&self) -> Answer<'_, Vec<Node>> {
        Box::pin(future::ready(Ok(Vec::new())))
    }

    /// Removes what a node said, since it is gone for good.
    ///
    /// # Errors
    /// What stands in the way of writing.
    fn forget<'a>(&'a self, node: &'a NodeName) -> Answer<'a, ()> {
        let _ = node;
        Box::pin(future::ready(Ok(())))
    }

    /// The file that the ring is in, if it is in one: for whoever looks at its mode.
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

    fn nodes(&self) -> Answer<'_, Vec<Node>> {
        (**self).nodes()
    }

    fn forget<'a>(&'a self, node: &'a NodeName) -> Answer<'a, ()> {
        (**self).forget(node)
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
