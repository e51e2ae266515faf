//! One cookie, as a test holds it.

use std::fmt;

use base64_simd::URL_SAFE_NO_PAD;
use http::HeaderValue;

use super::{fail, must};

/// A cookie that a response sets or a [`Mint`](super::Mint) made. `Display` writes it in the form of a `Cookie` field:
/// `name=value`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestCookie {
    /// The full name, prefix included.
    pub name: String,
    /// The value: a token, or nothing.
    pub value: String,
    /// The attributes as they were sent: `Path=/; Secure; HttpOnly; SameSite=Lax`.
    pub attributes: String,
}

impl TestCookie {
    /// Reads a `Set-Cookie` field.
    pub(super) fn parse(field: &HeaderValue) -> Self {
        let text = String::from_utf8_lossy(field.as_bytes());
        let (pair, attributes) = text.split_once(';').unwrap_or((&text, ""));
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let [name, value, attributes] = [name, value, attributes].map(|part| part.trim().to_owned());
        Self { name, value, attributes }
    }

    /// `Max-Age` in seconds; below zero counts as zero, as it does for browsers.
    pub fn max_age(&self) -> Option<u64> {
        self.attributes.rsplit(';').find_map(|attribute| {
            let (name, value) = attribute.split_once('=')?;
            let seconds = value.trim().parse::<i64>().ok()?;
            name.trim().eq_ignore_ascii_case("max-age").then(|| u64::try_from(seconds).unwrap_or_default())
        })
    }

    /// True if it removes the browser's cookie of this name.
    pub fn is_removal(&self) -> bool {
        self.max_age() == Some(0)
    }

    /// The same cookie with one bit of its token inverted; bit 0 is the highest of the first byte.
    #[must_use]
    #[track_caller]
    pub fn flipped(&self, bit: usize) -> Self {
        let mut bytes = must(URL_SAFE_NO_PAD.decode_to_vec(&self.value), "the value is no token");
        let bits = 8 * bytes.len();
        match bytes.get_mut(bit / 8) {
            Some(byte) => *byte ^= 0x80 >> (bit % 8),
            None => fail(&format!("there is no bit {bit}: the token has {bits}")),
        }
        Self { value: URL_SAFE_NO_PAD.encode_to_string(bytes), ..self.clone() }
    }

    /// The same cookie with the first `len` characters of its value.
    #[must_use]
    pub fn cut(&self, len: usize) -> Self {
        Self { value: self.value.chars().take(len).collect(), ..self.clone() }
    }

    /// The same cookie under another name, prefix included.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self { name: name.into(), ..self.clone() }
    }
}

impl fmt::Display for TestCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}
