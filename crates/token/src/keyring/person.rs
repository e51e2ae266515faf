//! Ids of persons, which nobody can compute without the ring.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Keyring;
use crate::token::{PersonId, write_parts};

impl Keyring {
    /// The id of the person whom the application names `subject`, under one audience and one layer.
    ///
    /// Every verb but [`emergency`](Self::emergency) keeps it. `None` if an argument is longer than 65,535 bytes.
    pub fn person(&self, audience: &str, layer: &str, subject: &str) -> Option<PersonId> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.index_secret.bytes()).ok()?;
        write_parts([LABEL, audience, layer, subject], |bytes| mac.update(bytes))?;
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        whole.first_chunk().copied().map(PersonId::from_bytes)
    }
}

const LABEL: &str = "person";
