//! A second implementation of the token format, written from `docs/FORMAT.md`: slow and straightforward.
//!
//! It shares the AES-GCM and ChaCha20-Poly1305 primitives with the library and nothing else: base64url, the
//! subkeys of both suites, the associated data, the padding and the varints are written out again.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::{Aes256Gcm, Nonce};
use chacha20poly1305::ChaCha20Poly1305;

pub(crate) const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648 §5 without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut number = 0u32;
        for index in 0..3 {
            number = number << 8 | u32::from(group.get(index).copied().unwrap_or(0));
        }
        for index in 0..=group.len() {
            text.push(char::from(ALPHABET[(number >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

/// The bytes of a canonical text; nothing if the text is not the one that [`encode`] writes.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.chunks(4) {
        let mut number = 0u32;
        for index in 0..4 {
            let six = match group.get(index) {
                Some(&character) => ALPHABET.iter().position(|&other| other == character)? as u32,
                None => 0,
            };
            number = number << 6 | six;
        }
        let len = group.len().checked_sub(1).filter(|&len| len > 0)?;
        bytes.extend_from_slice(&number.to_be_bytes()[1..1 + len]);
    }
    (encode(&bytes).as_bytes() == text).then_some(bytes)
}

/// The use to which a token is bound.
#[derive(Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) kind: u8,
    pub(crate) parts: [&'a str; 4],
}

pub(crate) fn aad(this: Use<'_>) -> Vec<u8> {
    let mut bytes = b"gingersnap/1".to_vec();
    bytes.push(this.kind);
    for part in this.parts {
        bytes.push((part.len() / 256) as u8);
        bytes.push((part.len() % 256) as u8);
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// The token of a plaintext that has its padding already.
pub(crate) fn seal(secret: &[u8; 32], nonce: &[u8; 24], aad: &[u8], padded: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: padded, aad };
    let sealed = match nonce[0] {
        1 => {
            let (subkey, rest) = xaes(secret, nonce);
            Aes256Gcm::new(&subkey.into()).encrypt(&Nonce::from(rest), payload).unwrap()
        }
        2 => {
            let (subkey, rest) = xchacha(secret, nonce);
            ChaCha20Poly1305::new(&subkey.into()).encrypt(&rest.into(), payload).unwrap()
        }
        other => panic!("there is no suite {other}"),
    };
    [nonce.as_slice(), &sealed].concat()
}

/// The plaintext of a token, padding included.
pub(crate) fn open(secret: &[u8; 32], aad: &[u8], token: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = token.split_first_chunk::<24>()?;
    let payload = Payload { msg: sealed, aad };
    match nonce[0] {
        1 => {
            let (subkey, rest) = xaes(secret, nonce);
            Aes256Gcm::new(&subkey.into()).decrypt(&Nonce::from(rest), payload).ok()
        }
        2 => {
            let (subkey, rest) = xchacha(secret, nonce);
            ChaCha20Poly1305::new(&subkey.into()).decrypt(&rest.into(), payload).ok()
        }
        _ => None,
    }
}

/// Claims and data without the padding.
pub(crate) fn strip(padded: &[u8]) -> Option<&[u8]> {
    let mut end = padded.len();
    for _ in 0..=255 {
        end = end.checked_sub(1)?;
        match padded[end] {
            0x00 => {}
            0x80 => return Some(&padded[..end]),
            _ => return None,
        }
    }
    None
}

/// The least-length LEB128 number at the front, and what comes after it.
pub(crate) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(len);
    let value = number
        .iter()
        .rev()
        .try_fold(0u128, |value, byte| (value < 1 << 64).then_some(value << 7 | u128::from(byte & 0x7f)))?;
    let minimal = len == 1 || number[len - 1] != 0;
    (minimal && len <= 10).then_some((u64::try_from(value).ok()?, rest))
}

/// C2SP XAES-256-GCM: the subkey and the 96-bit nonce.
fn xaes(secret: &[u8; 32], nonce: &[u8; 24]) -> ([u8; 32], [u8; 12]) {
    let aes = Aes256::new(secret.into());
    let encrypt = |block: [u8; 16]| -> [u8; 16] {
        let mut block = block.into();
        aes.encrypt_block(&mut block);
        block.into()
    };
    let l = u128::from_be_bytes(encrypt([0; 16]));
    let k1 = l << 1 ^ if l >> 127 == 1 { 0x87 } else { 0 };
    let mut subkey = [0; 32];
    for counter in 1..=2u8 {
        let mut message = [0, counter, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        message[4..].copy_from_slice(&nonce[..12]);
        let block = encrypt((u128::from_be_bytes(message) ^ k1).to_be_bytes());
        let start = 16 * usize::from(counter - 1);
        subkey[start..start + 16].copy_from_slice(&block);
    }
    (subkey, std::array::from_fn(|index| nonce[12 + index]))
}

/// draft-irtf-cfrg-xchacha §2.2: HChaCha20, and four zero bytes before the rest of the nonce.
fn xchacha(secret: &[u8; 32], nonce: &[u8; 24]) -> ([u8; 32], [u8; 12]) {
    let word = |bytes: &[u8], index: usize| {
        u32::from_le_bytes(std::array::from_fn(|offset| bytes[4 * index + offset]))
    };
    let mut state = [0u32; 16];
    for (index, constant) in b"expand 32-byte k".chunks(4).enumerate() {
        state[index] = word(constant, 0);
    }
    for index in 0..8 {
        state[4 + index] = word(secret, index);
    }
    for index in 0..4 {
        state[12 + index] = word(nonce, index);
    }
    for _ in 0..10 {
        for [a, b, c, d] in [
            [0, 4, 8, 12],
            [1, 5, 9, 13],
            [2, 6, 10, 14],
            [3, 7, 11, 15],
            [0, 5, 10, 15],
            [1, 6, 11, 12],
            [2, 7, 8, 13],
            [3, 4, 9, 14],
        ] {
            for (sum, turned, by) in [(b, d, 16), (d, b, 12), (b, d, 8), (d, b, 7)] {
                let base = if by % 8 == 0 { a } else { c };
                state[base] = state[base].wrapping_add(state[sum]);
                state[turned] = (state[turned] ^ state[base]).rotate_left(by);
            }
        }
    }
    let mut subkey = [0; 32];
    for (place, index) in subkey.chunks_mut(4).zip([0, 1, 2, 3, 12, 13, 14, 15]) {
        place.copy_from_slice(&state[index].to_le_bytes());
    }
    (subkey, std::array::from_fn(|index| if index < 4 { 0 } else { nonce[12 + index] }))
}
