//! Canonical base64url without padding (RFC 4648 §5, §3.5): one token is one string.

use base64_simd::URL_SAFE_NO_PAD;

use crate::Refusal;

/// Decodes `text`; the length is checked before anything is allocated.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    if text.len() > MAX_TEXT {
        return Err(Refusal::TooLong);
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    URL_SAFE_NO_PAD.decode_append(text, &mut bytes).map_err(|_| Refusal::NotBase64url)?;
    Ok(bytes)
}

/// Appends the text of `bytes` to `out`.
pub(crate) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    URL_SAFE_NO_PAD.encode_append(bytes, out);
}

/// Characters in the text of `bytes` bytes.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// Bytes in a text of `chars` characters.
pub(crate) const fn decoded_len(chars: usize) -> usize {
    chars * 3 / 4
}

pub(super) const MAX_TEXT: usize = 8192;
