//! The parser against the specification written down as plainly as possible.

use gingersnap::cookie::values;
use proptest::prelude::*;

/// RFC 6265bis as a list of steps: split, trim, cut at the first `=`, compare.
fn plainly<'h>(fields: &[&'h [u8]], name: &[u8]) -> Vec<&'h [u8]> {
    let mut found = Vec::new();
    for field in fields {
        for pair in field.split(|&byte| byte == b';') {
            let Some(at) = pair.iter().position(|&byte| byte == b'=') else { continue };
            if trim(&pair[..at]) == name {
                found.push(trim(&pair[at + 1..]));
            }
        }
    }
    found
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_space(byte)).map_or(start, |at| at + 1);
    &bytes[start..end]
}

/// Fields made of pieces that matter to the parser, and now and then of any bytes.
fn field() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec!["id", "i", "d", "ID", "=", "=", ";", "; ", " ", "\t", "\"", "%69d", "\u{a0}", "$", ","])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn the_parser_finds_what_the_plain_steps_find(fields in prop::collection::vec(field(), 0..4)) {
        let fields = fields.iter().map(Vec::as_slice).collect::<Vec<_>>();
        let found = values(fields.iter().copied(), b"id").collect::<Vec<_>>();
        prop_assert_eq!(found, plainly(&fields, b"id"));
    }
}
