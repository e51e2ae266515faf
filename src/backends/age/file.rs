//! The age file around a ring: <https://age-encryption.org/v1>.
//!
//! Anybody could have written it. Its header is bounded before the crate parses it (which takes the square of the header's
//! lines), and only identities without a work factor are tried.

use std::io::{self, Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::parties::{Recipient, as_crate};
use crate::keyring::Keyring;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// Counts the file's recipients. `None` if its header is broken or too long.
pub(in crate::backends) fn count(bytes: &[u8]) -> Option<usize> {
    in_header(&unarmored(bytes).ok()?)
}

/// The file's contents, if one of the identities opens it.
pub(in crate::backends) fn open(
    bytes: &[u8],
    identities: &[age::x25519::Identity],
) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    if identities.is_empty() {
        return Err(sealed("the ring is encrypted, and there is no identity to open it").with_hint(IDENTITY));
    }
    let bytes = unarmored(bytes).map_err(|_| damaged())?;
    in_header(&bytes).ok_or_else(damaged)?;
    let decryptor = Decryptor::new_buffered(bytes.as_slice()).map_err(|_| damaged())?;
    let identities = identities.iter().map(|identity| identity as &dyn age::Identity);
    let reader = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::NoMatchingKeys => {
            sealed("the ring is encrypted, and no identity given opens it").with_hint(IDENTITY)
        }
        _ => damaged(),
    })?;
    // A plaintext is shorter than its file. The extra room, for a last read beyond the end, keeps the buffer from growing.
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len().min(Keyring::MAX_FILE) + 64));
    reader.take(Keyring::MAX_FILE as u64 + 1).read_to_end(&mut plain).map_err(|_| damaged())?;
    if plain.len() > Keyring::MAX_FILE {
        let message = format!("a key ring has at most {} bytes", Keyring::MAX_FILE);
        return Err(KeystoreError::new(Kind::TooLarge, message));
    }
    Ok(plain)
}

/// An armored file for the recipients, at least one.
pub(in crate::backends) fn seal(plain: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, KeystoreError> {
    let failed = || sealed("the ring could not be encrypted");
    let encryptor = Encryptor::with_recipients(recipients.iter().map(as_crate)).map_err(|_| failed())?;
    let write = || -> io::Result<Vec<u8>> {
        let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armor)?;
        writer.write_all(plain)?;
        writer.finish()?.finish()
    };
    write().map_err(|_| failed())
}

/// The file without its armor. All of the armor is checked.
fn unarmored(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut binary = Vec::with_capacity(bytes.len());
    ArmoredReader::new(bytes).read_to_end(&mut binary)?;
    Ok(binary)
}

/// Counts the recipients in a header that is not too long.
fn in_header(binary: &[u8]) -> Option<usize> {
    let (mut stanzas, mut grease) = (0, 0);
    let start = binary.get(..MAX_HEADER).unwrap_or(binary);
    for line in start.split(|&byte| byte == b'\n') {
        if line.starts_with(b"---") {
            return Some(stanzas - grease);
        }
        if let Some(arguments) = line.strip_prefix(b"-> ") {
            stanzas += 1;
            let kind = arguments.split(|&byte| byte == b' ').next().unwrap_or_default();
            // Grease has no recipient: programs write it so that no other program relies on knowing every kind.
            grease += usize::from(kind.ends_with(b"-grease"));
        }
        if stanzas > MAX_STANZAS {
            return None;
        }
    }
    None
}

fn damaged() -> KeystoreError {
    sealed("the ring is encrypted, and damaged or cut off").with_hint("restore the newest backup")
}

fn sealed(message: &str) -> KeystoreError {
    KeystoreError::new(Kind::Sealed, message)
}

const IDENTITY: &str = "--identity names the file of an identity that it was encrypted for";

/// Twice as many as there may be recipients, each of the longest kind: 1.6 KiB.
const MAX_STANZAS: usize = 64;
const MAX_HEADER: usize = 112 * 1024;
