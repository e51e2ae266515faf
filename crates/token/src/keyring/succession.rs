//! Rules by which a loaded ring may replace the one in use.

use super::{Keyring, KeyringError, KeyringErrorKind as Kind};

/// The relation of a loaded ring to the one in use.
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
    /// An old backup would bring revoked keys back. So a node accepts neither a lower generation nor other content under the same
    /// generation.
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
            return Err(rolled_back(new, old, "is in use"));
        }
        if new > old {
            return Ok(Succession::Newer);
        }
        if *self.to_bytes() == *loaded.to_bytes() {
            return Ok(Succession::Same);
        }
        Err(diverged(format!("there are two different rings of generation {new}")))
    }

    /// True if a node that claims to have had this generation is believed: it is at most [`Self::MAX_AHEAD`] beyond this ring's.
    ///
    /// A node may write anything in its record. A generation that would use up all numbers, or be beyond all future rings, is not
    /// believed.
    pub const fn believes(&self, generation: u64) -> bool {
        generation <= self.generation.saturating_add(Self::MAX_AHEAD)
    }

    /// Compares this ring, with which a node is about to start, with the ring of generation `seen` that the node `by` has had.
    /// `same` is true if that was exactly this ring.
    ///
    /// # Errors
    /// [`Kind::RolledBack`], [`Kind::Diverged`].
    #[doc(hidden)]
    pub fn check_start(&self, seen: u64, same: bool, by: &str) -> Result<(), KeyringError> {
        let new = self.generation;
        if new < seen {
            return Err(rolled_back(new, seen, &format!("node {by} has had")).with_hint(RESTORE_OR_FORGET));
        }
        if new == seen && !same {
            return Err(diverged(format!("node {by} has had another ring of generation {new}")));
        }
        Ok(())
    }
}

fn diverged(message: String) -> KeyringError {
    KeyringError::new(Kind::Diverged, message)
        .with_hint("two copies were changed apart; choose one and `gingersnap keys restore` it")
}

fn rolled_back(new: u64, old: u64, whose: &str) -> KeyringError {
    let message = format!("generation {new} is older than generation {old}, which {whose}");
    KeyringError::new(Kind::RolledBack, message)
        .with_hint("an old ring brings revoked keys back; `gingersnap keys restore` puts a backup in place")
}

const RESTORE_OR_FORGET: &str = "an old ring brings revoked keys back; `gingersnap keys restore` puts a backup in \
place; `gingersnap keys rollout --forget NODE` is for a node that is not yours";
