//! A token that was changed in any way does not open.

use gingersnap::Refusal;
use gingersnap::token::{Padding, Suite, Unopened};

use crate::{base64url, open, token};

/// Tokens whose texts have 4n, 4n + 2 and 4n + 3 characters, of both suites.
fn tokens() -> impl Iterator<Item = (Suite, String)> {
    let plains: [&[u8]; 4] = [b"", b"1", b"12", b"claims and data"];
    Suite::ALL.into_iter().flat_map(move |suite| {
        plains
            .map(|plain| (suite, token(suite, plain, Padding::None)))
            .into_iter()
            .chain([(suite, token(suite, b"claims and data", Padding::To32))])
    })
}

/// One token of each suite, for trying every byte at every place.
fn short_tokens() -> impl Iterator<Item = (Suite, String)> {
    Suite::ALL.into_iter().map(|suite| (suite, token(suite, b"1", Padding::None)))
}

fn assert_refused(suite: Suite, text: &[u8], what: &str) {
    let opened = open(suite, text);
    assert!(opened.is_err(), "{what} opens: {}", text.escape_ascii());
}

#[test]
fn the_tokens_themselves_open() {
    let lengths: Vec<usize> = tokens()
        .map(|(suite, text)| {
            assert!(open(suite, text.as_bytes()).is_ok());
            text.len() % 4
        })
        .collect();
    for remainder in [0, 2, 3] {
        assert!(lengths.contains(&remainder), "no token has 4n + {remainder} characters");
    }
}

#[test]
fn every_flipped_bit_of_the_bytes_is_refused() {
    for (suite, text) in tokens() {
        let bytes = base64url::decode(&text);
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_refused(suite, base64url::encode(&changed).as_bytes(), &format!("bit {bit}"));
        }
    }
}

#[test]
fn every_other_byte_in_place_of_a_character_is_refused() {
    for (suite, text) in short_tokens() {
        for index in 0..text.len() {
            for byte in (0..=255).filter(|&byte| byte != text.as_bytes()[index]) {
                let mut changed = text.clone().into_bytes();
                changed[index] = byte;
                assert_refused(suite, &changed, &format!("byte {byte} at {index}"));
            }
        }
    }
}

#[test]
fn every_cut_from_either_end_is_refused() {
    for (suite, text) in tokens() {
        for len in 0..text.len() {
            assert_refused(suite, &text.as_bytes()[..len], &format!("the first {len} characters"));
            assert_refused(
                suite,
                &text.as_bytes()[text.len() - len..],
                &format!("the last {len} characters"),
            );
        }
        let bytes = base64url::decode(&text);
        for len in 0..bytes.len() {
            assert_refused(suite, base64url::encode(&bytes[..len]).as_bytes(), &format!("{len} bytes"));
        }
    }
}

#[test]
fn every_inserted_or_appended_byte_is_refused() {
    for (suite, text) in short_tokens() {
        for index in 0..=text.len() {
            for byte in 0..=255 {
                let mut changed = text.clone().into_bytes();
                changed.insert(index, byte);
                assert_refused(suite, &changed, &format!("byte {byte} put in at {index}"));
            }
        }
        let bytes = base64url::decode(&text);
        for index in 0..=bytes.len() {
            for byte in [0x00, 0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed.insert(index, byte);
                assert_refused(suite, base64url::encode(&changed).as_bytes(), &format!("{byte} at {index}"));
            }
        }
    }
}

#[test]
fn every_removed_or_doubled_character_is_refused() {
    for (suite, text) in tokens() {
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed.remove(index);
            assert_refused(suite, &changed, &format!("without the character at {index}"));
        }
        assert_refused(suite, text.repeat(2).as_bytes(), "the token twice");
    }
}

#[test]
fn trailing_bits_that_are_not_zero_are_not_base64url() {
    let mut seen = 0;
    for (suite, text) in tokens() {
        let free = [1, 0, 16, 4][text.len() % 4];
        let (rest, last) = text.split_at(text.len() - 1);
        let last = base64url::ALPHABET.iter().position(|&other| other == last.as_bytes()[0]).unwrap();
        for bits in 1..free {
            let changed = format!("{rest}{}", char::from(base64url::ALPHABET[last + bits]));
            assert_eq!(base64url::decode(&changed), base64url::decode(&text));
            assert_eq!(open(suite, changed.as_bytes()), Err(Refusal::NotBase64url));
            seen += 1;
        }
    }
    assert!(seen >= 2 * (15 + 3));
}

#[test]
fn padding_signs_white_space_and_the_other_alphabet_are_not_base64url() {
    for (suite, text) in tokens() {
        for wrong in [
            format!("{text}="),
            format!("{text}=="),
            format!(" {text}"),
            format!("{text} "),
            format!("{text}\n"),
            format!("{text}\r\n"),
            format!("\t{text}"),
            format!("{text}\0"),
            format!("\"{text}\""),
            format!("{}%{}", &text[..20], &text[20..]),
            format!("{}+{}", &text[..20], &text[21..]),
            format!("{}/{}", &text[..20], &text[21..]),
            format!("{}.{}", &text[..20], &text[21..]),
        ] {
            assert_eq!(open(suite, wrong.as_bytes()), Err(Refusal::NotBase64url), "{wrong:?}");
        }
    }
}

#[test]
fn a_text_is_measured_before_it_is_decoded() {
    let refusal = |text: &[u8]| Unopened::parse(text).err();
    assert_eq!(refusal(&[b'!'; Unopened::MAX_TEXT + 1]), Some(Refusal::TooLong));
    assert_eq!(refusal(&[b'!'; Unopened::MAX_TEXT]), Some(Refusal::NotBase64url));
    assert_eq!(refusal(&vec![b'A'; 1 << 20]), Some(Refusal::TooLong));
    assert_eq!(refusal(&[b'A'; Unopened::MAX_TEXT]), Some(Refusal::UnknownSuite));
    assert_eq!(refusal(&[b'A'; 54]), Some(Refusal::UnknownSuite));
    assert_eq!(refusal(&[b'A'; 52]), Some(Refusal::TooShort));
    assert_eq!(refusal(b""), Some(Refusal::TooShort));
}

#[test]
fn a_token_sealed_with_one_suite_does_not_open_with_the_other() {
    let [one, two] = Suite::ALL;
    for (sealed, opened) in [(one, two), (two, one)] {
        let text = token(sealed, b"claims and data", Padding::To32);
        assert_eq!(open(opened, text.as_bytes()), Err(Refusal::Forged));
        let mut bytes = base64url::decode(&text);
        bytes[0] = opened.number();
        assert_eq!(open(opened, base64url::encode(&bytes).as_bytes()), Err(Refusal::Forged));
    }
}
