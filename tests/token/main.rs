//! The token format: its AEADs, its text, its claims and data, its document and its vectors.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod aeads;
mod binding;
mod changed;
mod claims;
mod document;
mod in_store;
mod map;
mod map_structs;
mod map_values;
mod padding;
mod secrets;
mod through_a_layer;
mod vectors;

use gingersnap::token::{Aad, Cipher, KeyId, Kind, Padding, Plaintext, Sealing, Suite};
use gingersnap::{Refusal, Timestamp};

const SEALED_AT: Timestamp = Timestamp::from_unix(1_800_000_000);

fn cipher(suite: Suite) -> Cipher {
    Cipher::new(suite, &std::array::from_fn(|index| index as u8 + 1)).unwrap()
}

fn aad() -> Aad {
    Aad::new(Kind::Data, "cart", "__Host-session", "tests", "").unwrap()
}

fn plain(bytes: &[u8]) -> Plaintext {
    let mut plain = Plaintext::with_capacity(bytes.len());
    plain.extend(bytes);
    plain
}

/// A token of `bytes`, as text.
fn token(suite: Suite, bytes: &[u8], padding: Padding) -> String {
    let (id, random) = (KeyId::from_bytes([0xa1, 0xb2, 0xc3]), [0x5a; 16]);
    let sealing = Sealing { padding, ..Sealing::new(SEALED_AT, random) };
    plain(bytes).seal(&cipher(suite), id, &aad(), &sealing).unwrap().to_string()
}

/// Claims and data of a text, under the key that [`token`] seals with.
fn open(suite: Suite, text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let token = gingersnap::token::Unopened::parse(text)?;
    token.open(&cipher(suite), &aad()).map(|opened| opened.plain().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().map(|&[high, low]| digit(high) << 4 | digit(low)).collect()
}

/// base64url without padding, written out again so that no test leans on the code that it tests.
mod base64url {
    pub(crate) const ALPHABET: &[u8; 64] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    pub(crate) fn encode(bytes: &[u8]) -> String {
        let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        let six =
            |group: &[u8]| u8::from_str_radix(&format!("{:0<6}", str::from_utf8(group).unwrap()), 2).unwrap();
        bits.as_bytes().chunks(6).map(|group| char::from(ALPHABET[usize::from(six(group))])).collect()
    }

    pub(crate) fn decode(text: &str) -> Vec<u8> {
        let six = |character| ALPHABET.iter().position(|&other| other == character).unwrap();
        let bits: String = text.bytes().map(|character| format!("{:06b}", six(character))).collect();
        let whole = bits.as_bytes().chunks_exact(8);
        whole.map(|byte| u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
    }
}

/// The refusals of the token format itself; the session's policy has others.
const TOKEN_REFUSALS: [Refusal; 22] = [
    Refusal::TooLong,
    Refusal::TooShort,
    Refusal::NotBase64url,
    Refusal::UnknownSuite,
    Refusal::WrongSuite,
    Refusal::UnknownKey,
    Refusal::UnknownNewerKey,
    Refusal::KeyDisabled,
    Refusal::KeyExpired,
    Refusal::KeyRevoked,
    Refusal::KeyDestroyed,
    Refusal::TooOld,
    Refusal::Forged,
    Refusal::FromFuture,
    Refusal::FarFuture,
    Refusal::BadPadding,
    Refusal::BadClaims,
    Refusal::BadData,
    Refusal::ChangedShape,
    Refusal::NewerVersion,
    Refusal::OlderVersion,
    Refusal::BadRecord,
];
