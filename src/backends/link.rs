//! One connection to a server: made when it is needed, and made again when it broke.
//!
//! A call takes it, asks whether it is still alive, and puts it back only after an answer without error. Work left half done, by
//! an error or because nobody waits any more, is gone with its connection. Nothing is sent twice.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::fault::Fault;
use super::url::Address;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// A connection of some kind.
pub(super) trait Wire: Send + Sized {
    /// The server to connect to, and the user.
    type Target: Send + Sync;
    type Error: Send;

    fn connect(target: &Self::Target) -> impl Future<Output = Result<Self, Self::Error>> + Send;

    fn ping(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    fn explain(error: &Self::Error) -> Fault;
}

pub(super) struct Link<W: Wire> {
    pub(super) target: W::Target,
    pub(super) address: Address,
    slot: Mutex<Option<W>>,
}

/// The connection, while one call has it.
pub(super) struct Lease<'a, W: Wire> {
    link: &'a Link<W>,
    slot: MutexGuard<'a, Option<W>>,
    wire: W,
    action: &'static str,
}

impl<W: Wire> Link<W> {
    pub(super) fn new(target: W::Target, address: Address) -> Self {
        Self { target, address, slot: Mutex::new(None) }
    }

    /// A connection that was alive just now, to do `action` (such as "read").
    pub(super) async fn open(&self, action: &'static str) -> Result<Lease<'_, W>, KeystoreError> {
        let late = |limit| move |_| self.late(action, limit);
        let mut slot = timeout(ANSWER, self.slot.lock()).await.map_err(late(ANSWER))?;
        if let Some(mut wire) = slot.take()
            && timeout(ANSWER, wire.ping()).await.map_err(late(ANSWER))?.is_ok()
        {
            return Ok(Lease { link: self, slot, wire, action });
        }
        let made = timeout(CONNECT, W::connect(&self.target)).await.map_err(late(CONNECT))?;
        let wire = made.map_err(|error| self.failed(action, &error))?;
        Ok(Lease { link: self, slot, wire, action })
    }

    fn late(&self, action: &str, limit: Duration) -> KeystoreError {
        let reason = format!("no answer within {} s", limit.as_secs());
        self.address.cannot(action, Kind::Unreachable, &reason)
    }

    fn failed(&self, action: &str, error: &W::Error) -> KeystoreError {
        W::explain(error).of_ring(&self.address, action)
    }
}

impl<W: Wire> Lease<'_, W> {
    /// Puts the connection back if [`in_time`] got an answer without error.
    pub(super) fn finish<T>(self, answer: Result<Result<T, W::Error>, Elapsed>) -> Result<T, KeystoreError> {
        let Self { link, mut slot, wire, action } = self;
        let error = match answer {
            Ok(Ok(answer)) => {
                *slot = Some(wire);
                return Ok(answer);
            }
            Ok(Err(error)) => link.failed(action, &error),
            Err(_) => link.late(action, ANSWER),
        };
        let unsure = error.kind() == Kind::Unreachable && action != READ;
        Err(if unsure { error.with_hint(MAYBE) } else { error })
    }
}

impl<W: Wire> Deref for Lease<'_, W> {
    type Target = W;

    fn deref(&self) -> &W {
        &self.wire
    }
}

impl<W: Wire> DerefMut for Lease<'_, W> {
    fn deref_mut(&mut self) -> &mut W {
        &mut self.wire
    }
}

/// Waits for an answer, for as long as an answer may take.
pub(super) async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, Elapsed> {
    timeout(ANSWER, answer).await
}

/// Installs ring for rustls. Rustls takes its cryptography from the process, and panics if the process has none or offers
/// several. A provider that the application installed stays.
pub(super) fn provide_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that somebody else has just installed one.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

/// The only action that changes nothing.
pub(super) const READ: &str = "read";
pub(super) const CONNECT: Duration = Duration::from_secs(3);
pub(super) const ANSWER: Duration = Duration::from_secs(5);
const MAYBE: &str = "it may have been written nevertheless: look before you try again";
