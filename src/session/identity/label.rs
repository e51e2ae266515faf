//! What the application calls a sign-in: sealed, so that whoever reads the store does not learn it.

use crate::session::SessionError;
use crate::session::settings::Settings;
use crate::token::{Aad, Kind, Padding, PersonId, Plaintext, SealError, Sealing, Unopened};

/// Seals a label for a store; what is longer than [`MAX`] bytes is cut.
///
/// # Errors
/// [`SessionError::NoEntropy`], [`SessionError::Seal`].
pub(super) fn seal(settings: &Settings, person: PersonId, label: &str) -> Result<Vec<u8>, SessionError> {
    let end = (0..=MAX.min(label.len())).rev().find(|end| label.is_char_boundary(*end)).unwrap_or(0);
    let mut plain = Plaintext::with_capacity(end);
    plain.extend(label.get(..end).unwrap_or_default().as_bytes());
    let now = settings.clock.now();
    let sealing = Sealing { padding: Padding::To32, ..Sealing::new(now, settings.random()?) };
    let too_long = SealError::DoesNotFit { chars: usize::MAX, limit: usize::MAX };
    let aad = aad(settings, person).ok_or(too_long)?;
    Ok(settings.keyring.with(|ring| ring.seal_record(plain, &aad, now, &sealing))?)
}

/// Opens a label; none of what is not one of this person's, or whose key is gone.
pub(super) fn open(settings: &Settings, person: PersonId, sealed: &[u8]) -> Option<String> {
    let token = Unopened::of(sealed.to_vec()).ok()?;
    let opened = settings.keyring.open_of_any_clock(token, &aad(settings, person)?, settings.clock.now());
    let (opened, _) = opened.ok()?;
    std::str::from_utf8(opened.plain()).ok().map(String::from)
}

/// The person is in its context: under another one's sign-in it is none.
fn aad(settings: &Settings, person: PersonId) -> Option<Aad> {
    let person = format!("{:032x}", u128::from_be_bytes(person.to_bytes()));
    Aad::new(Kind::Label, "", "", &settings.audience, &person)
}

/// Bytes of a label, so that a row has at most 256 of it, sealed.
const MAX: usize = 128;
