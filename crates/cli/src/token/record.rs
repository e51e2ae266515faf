//! Records of a store: sealed bytes, which a terminal takes as text.

use base64_simd::URL_SAFE_NO_PAD;
use gingersnap::keyring::Keyring;
use gingersnap::token::{DataClaims, Kind, Opened, Plaintext, Sealing, Unopened};
use gingersnap::{Refusal, Timestamp};

use super::{Purpose, read_text, unhex};
use crate::args::{AadArgs, OpenArgs};
use crate::error::Error;

/// True if it is about a record.
pub(super) fn is_one(args: &AadArgs) -> bool {
    args.kind == Some(Kind::StoreRecord)
}

/// Opens the record of an argument, or of standard input.
pub(super) fn open(keyring: &Keyring, args: &OpenArgs, now: Timestamp) -> Result<Opened, Error> {
    check_id(&args.aad.context)?;
    let text = read_text(&args.token, 2 * MAX_LEN)?;
    if text.len() > 2 * MAX_LEN + HEX_PREFIX.len() {
        return Err(refused(Refusal::BadRecord).with_hint("it is longer than any record"));
    }
    let token = Unopened::of(decode(&text)?).map_err(refused)?;
    keyring.open(token, &Purpose::new(&args.aad, None).aad()?, now, Some(now)).map_err(refused)
}

/// Reads the claims, which have the version of the record's row.
pub(super) fn claims(opened: &Opened, row_version: Option<u32>) -> Result<(DataClaims, &[u8]), Error> {
    let (claims, data) = DataClaims::read(opened.sealed_at(), opened.plain()).map_err(refused)?;
    match row_version.filter(|&version| version != claims.generation) {
        None => Ok((claims, data)),
        Some(version) => Err(refused(Refusal::BadRecord).with_hint(format!(
            "it was sealed as version {}, and its row has {version}: one of them was put back",
            claims.generation
        ))),
    }
}

/// Seals a record; returns its text.
pub(super) fn seal(
    keyring: &Keyring,
    plain: Plaintext,
    args: &AadArgs,
    now: Timestamp,
    random: [u8; Sealing::RANDOM_LEN],
) -> Result<String, Error> {
    check_id(&args.context)?;
    if plain.len() > MAX_PLAIN {
        return Err(Error::usage("a record has at most 1,048,576 bytes of claims and data"));
    }
    let record =
        keyring.seal_record(plain, &Purpose::new(args, None).aad()?, now, &Sealing::new(now, random))?;
    Ok(URL_SAFE_NO_PAD.encode_to_string(record))
}

/// Hexadecimal digits, as databases show bytes, or base64url. No suite's record begins with what `0` is in base64url.
fn decode(text: &[u8]) -> Result<Vec<u8>, Error> {
    let digits = text.strip_prefix(HEX_PREFIX).or_else(|| Some(text).filter(|text| text.starts_with(b"0")));
    match digits {
        Some(digits) => unhex(digits),
        None => URL_SAFE_NO_PAD.decode_to_vec(text).ok(),
    }
    .ok_or_else(|| {
        Error::usage("a record is its bytes in hexadecimal digits or base64url")
            .with_hint("SQLite shows them with hex(record), PostgreSQL with encode(record, 'hex')")
    })
}

fn check_id(context: &str) -> Result<(), Error> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if context.len() == ID_DIGITS && context.bytes().all(is_digit) {
        return Ok(());
    }
    Err(Error::usage("the context of a record is its id, 32 lower-case hexadecimal digits").with_hint(
        "`token open` of the pointer, the session's cookie, shows it as \"record\"; --context names it",
    ))
}

/// The refusal by its name, and what it comes from.
fn refused(refusal: Refusal) -> Error {
    let hint = match refusal {
        Refusal::Forged => {
            "it is not the record of this --context, --tag and --audience, or was changed since it was sealed"
                .into()
        }
        other => other.to_string(),
    };
    Error::from(refusal.of_record()).with_hint(hint)
}

const ID_DIGITS: usize = 32;
/// PostgreSQL's, before hexadecimal digits.
const HEX_PREFIX: &[u8] = b"\\x";
/// Bytes of the largest plaintext, and of the largest record.
pub(super) const MAX_PLAIN: usize = 1_048_576;
const MAX_LEN: usize = 1_048_872;
