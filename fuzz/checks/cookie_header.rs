//! Any bytes as `Cookie` fields, against a model of RFC 6265bis §5.8 and of our own rules.

use gingersnap::Refusal;
use gingersnap::cookie::{Candidates, candidates, values};

use super::Input;

/// Input: the name asked for, then the fields, one a line.
pub(crate) fn check(input: &[u8]) {
    let mut input = Input(input);
    let name = input.short();
    let fields: Vec<&[u8]> = input.0.split(|&byte| byte == b'\n').collect();
    let found: Vec<&[u8]> = values(fields.iter().copied(), name).collect();
    let chosen = candidates(fields.iter().copied(), name);
    let is_name =
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && !b"=;".contains(byte));
    if !is_name {
        return; // No cookie of ours has such a name; that nothing panicked is all.
    }
    let expected = model(&fields, name);
    assert_eq!(found, expected);

    let mut distinct: Vec<&[u8]> = Vec::new();
    for value in expected {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    match chosen {
        Ok(chosen) => assert_eq!(chosen.as_slice(), distinct),
        Err(refusal) => {
            assert_eq!(refusal, Refusal::TooManyCookies);
            assert!(distinct.len() > Candidates::MAX);
        }
    }
}

fn model<'h>(fields: &[&'h [u8]], name: &[u8]) -> Vec<&'h [u8]> {
    let mut values = Vec::new();
    for field in fields {
        for pair in field.split(|&byte| byte == b';') {
            let Some(equals) = pair.iter().position(|&byte| byte == b'=') else { continue };
            if trim(&pair[..equals]) == name {
                values.push(trim(&pair[equals + 1..]));
            }
        }
    }
    values
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_content = |byte: &u8| *byte != b' ' && *byte != b'\t';
    match (bytes.iter().position(is_content), bytes.iter().rposition(is_content)) {
        (Some(first), Some(last)) => &bytes[first..=last],
        _ => &[],
    }
}
