//! Reading `Cookie` fields (RFC 6265bis §5.8), byte for byte.

use memchr::memchr;

use crate::Refusal;

/// Every value under exactly `name`, in the order of the fields.
///
/// Pairs are separated by `;`, SP and HTAB around them are dropped, and the first `=` ends the name. A pair
/// without `=` has no name and is skipped. There is no percent-decoding: `%48` in a name is three characters,
/// or a sibling domain could set a lookalike of a `__Host-` cookie.
pub fn values<'h>(fields: impl IntoIterator<Item = &'h [u8]>, name: &[u8]) -> impl Iterator<Item = &'h [u8]> {
    fields.into_iter().flat_map(Pairs).filter_map(move |pair| value_of(pair, name))
}

/// The different values under `name`: at most [`Candidates::MAX`].
///
/// # Errors
/// [`Refusal::TooManyCookies`] if there are more. A browser keeps several cookies of one name when a
/// sibling domain or another path set some of them.
pub fn candidates<'h>(
    fields: impl IntoIterator<Item = &'h [u8]>,
    name: &[u8],
) -> Result<Candidates<'h>, Refusal> {
    let mut found = Candidates::default();
    for field in fields {
        for pair in Pairs(field) {
            if let Some(value) = value_of(pair, name) {
                found.add(value)?;
            }
        }
    }
    Ok(found)
}

/// The value that a `Set-Cookie` field gives the cookie `name`; `None` if it sets another cookie (RFC 6265bis §5.6).
pub(crate) fn set_value<'f>(field: &'f [u8], name: &str) -> Option<&'f [u8]> {
    // Most fields set another cookie, and their first bytes show it.
    let field = trim_start(field);
    if !field.starts_with(name.as_bytes()) {
        return None;
    }
    Pairs(field).next().and_then(|pair| value_of(pair, name.as_bytes()))
}

/// Different values under one name, in the order in which they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Candidates<'h> {
    values: [&'h [u8]; Candidates::MAX],
    len: usize,
}

impl<'h> Candidates<'h> {
    /// The most different values of one name that are looked at.
    pub const MAX: usize = 4;

    fn add(&mut self, value: &'h [u8]) -> Result<(), Refusal> {
        if !self.as_slice().contains(&value) {
            *self.values.get_mut(self.len).ok_or(Refusal::TooManyCookies)? = value;
            self.len += 1;
        }
        Ok(())
    }

    /// The values.
    pub fn as_slice(&self) -> &[&'h [u8]] {
        self.values.get(..self.len).unwrap_or_default()
    }
}

/// The pairs of one field, trimmed.
struct Pairs<'h>(&'h [u8]);

impl<'h> Iterator for Pairs<'h> {
    type Item = &'h [u8];

    fn next(&mut self) -> Option<&'h [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr(b';', self.0).unwrap_or(self.0.len());
        let (pair, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..).unwrap_or_default();
        Some(trim(pair))
    }
}

/// The value of `pair`, if the part before its first `=` is `name`.
fn value_of<'h>(pair: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let (head, rest) = pair.split_at_checked(name.len())?;
    if head == name && memchr(b'=', name).is_none() {
        // `name =value`: SP and HTAB end a name too.
        trim_start(rest).strip_prefix(b"=").map(trim_start)
    } else {
        None
    }
}

fn trim(bytes: &[u8]) -> &[u8] {
    let mut bytes = trim_start(bytes);
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}
