//! A ring that is kept encrypted.

use core::fmt;
use core::pin::Pin;
use std::path::Path;
use std::sync::Arc;

use super::envelope::Envelope;
use crate::Timestamp;
use crate::keystore::{Answer, Keystore, KeystoreError, Loaded, Node, Version};

impl Envelope {
    /// Opens the ring that `inner` keeps, and seals the ring that it is to keep.
    ///
    /// Nodes' records and hints pass unchanged.
    pub fn around(self, inner: impl Keystore + 'static) -> Arc<dyn Keystore> {
        Arc::new(SealedKeystore { inner, envelope: self })
    }
}

struct SealedKeystore<K> {
    inner: K,
    envelope: Envelope,
}

impl<K: Keystore> Keystore for SealedKeystore<K> {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async {
            let loaded = self.inner.load().await?;
            let ring = self.envelope.open(loaded.bytes())?;
            Ok(loaded.map(ring))
        })
    }

    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
        Box::pin(async move { self.inner.store(&self.envelope.seal(bytes)?, replaced).await })
    }

    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { self.inner.create(&self.envelope.seal(bytes)?).await })
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.inner.changed()
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        self.inner.register(node)
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        self.inner.nodes()
    }

    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        self.inner.forget(name)
    }

    fn time(&self) -> Answer<'_, Option<Timestamp>> {
        self.inner.time()
    }

    fn file(&self) -> Option<&Path> {
        self.inner.file()
    }
}

impl<K: Keystore> fmt::Display for SealedKeystore<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
