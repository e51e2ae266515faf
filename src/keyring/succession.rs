//! Whether a ring that was loaded may take the place of the one in use.

use super::{Keyring, KeyringError, KeyringErrorKind as Kind};

/// What a loaded ring is to the one in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Succession {
    /// The same ring, byte for byte.
    Same,
    /// A later generation.
    Newer,
}

impl Keyring {
    /// Compares this ring, which is in use, with one that was loaded.
    ///
    /// An old backup would bring revoked keys back, so a node takes no lower generation, and no other content
    /// under the same generation. It knows only what it has seen since it started.
    ///
    /// # Errors
    /// [`Kind::OtherRing`], [`Kind::RolledBack`], [`Kind::Diverged`].
    pub fn succession(&self, loaded: &Self) -> Result<Succession, KeyringError> {
        if self.ring_id != loaded.ring_id {
            let (new, old) = (loaded.ring_id(), self.ring_id());
            return Err(KeyringError::new(Kind::OtherRing, format!("ring {new} is not ring {old}"))
                .with_hint("restart to change rings: everybody is signed out"));
        }
        let (new, old) = (loaded.generation, self.generation);
        if new < old {
            return Err(KeyringError::new(
                Kind::RolledBack,
                format!("generation {new} is older than generation {old}, which is in use"),
            )
            .with_hint("an old backup brings revoked keys back; restore the newest"));
        }
        if new > old {
            return Ok(Succession::Newer);
        }
        if *self.to_bytes() == *loaded.to_bytes() {
            return Ok(Succession::Same);
        }
        Err(KeyringError::new(Kind::Diverged, format!("there are two different rings of generation {new}"))
            .with_hint("two copies were changed apart; choose one and distribute it"))
    }
}
