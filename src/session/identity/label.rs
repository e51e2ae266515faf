//! The application's label for a sign-in: sealed, so that whoever reads the store does not learn it.

use crate::session::SessionError;
use crate::session::settings::Settings;
use crate::token::{Aad, Kind, Padding, PersonId, Plaintext, SealError, Sealing, Unopened};

/// Seals a label for a store; one longer than [`MAX`] bytes is cut.
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

/// Opens a label; `None` if it is not one of this person's, or if its key is gone.
pub(super) fn open(settings: &Settings, person: PersonId, sealed: &[u8]) -> Option<String> {
    let token = Unopened::of(sealed.to_vec()).ok()?;
    let opened =
        settings.keyring.open_of_any_clock(token, &aad(settings, person).ok()?, settings.clock.now());
    let (opened, _) = opened.ok()?;
    std::str::from_utf8(opened.plain()).ok().map(String::from)
}

/// The context holds the person: the label does not open under another person's sign-in.
fn aad(settings: &Settings, person: PersonId) -> Result<Aad, SealError> {
    settings.aad_at_rest(Kind::Label, "", person.to_bytes())
}

/// The most bytes of a label: sealed, it takes at most 256 bytes of a row.
const MAX: usize = 128;
