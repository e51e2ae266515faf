//! What the application calls a sign-in: sealed, so that whoever reads the store does not learn it.

use crate::session::SessionError;
use crate::session::settings::Settings;
use crate::token::{Aad, Kind, Padding, PersonId, Plaintext, SealError, Sealing, Unopened};

/// Seals a label for a store; what is longer than [`MAX`] bytes is cut.
///
/// # Errors
/// [`SessionError::NoEntropy`], [`SessionError::Seal`].
pub(super) fn seal(settings: &Settings, person: PersonId, label: &str) -> Result<Vec<u8>, SessionError> {
    let label = label.get(..label.floor_char_boundary(MAX)).unwrap_or(label);
    let mut plain = Plaintext::with_capacity(label.len());
    plain.extend(label.as_bytes());
    let now = settings.clock.now();
    let sealing = Sealing { padding: Padding::To32, ..Sealing::new(now, settings.random()?) };
    let aad = aad(settings, person)?;
    Ok(settings.keyring.with(|ring| ring.seal_record(plain, &aad, now, &sealing))?)
}

/// Opens a label; none of what is not one of this person's, or whose key is gone.
pub(super) fn open(settings: &Settings, person: PersonId, sealed: &[u8]) -> Option<String> {
    let token = Unopened::of(sealed.to_vec()).ok()?;
    let opened =
        settings.keyring.open_of_any_clock(token, &aad(settings, person).ok()?, settings.clock.now());
    let (opened, _) = opened.ok()?;
    std::str::from_utf8(opened.plain()).ok().map(String::from)
}

/// The person is in its context: under another one's sign-in it is none.
fn aad(settings: &Settings, person: PersonId) -> Result<Aad, SealError> {
    settings.aad_at_rest(Kind::Label, "", person.to_bytes())
}

/// Bytes of a label, so that a row has at most 256 of it, sealed.
const MAX: usize = 128;
