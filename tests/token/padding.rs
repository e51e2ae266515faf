//! Padding: the sealed bytes come back, and padding never costs a session its place in the cookie.

use gingersnap::Refusal;
use gingersnap::token::{KeyId, Padding, SealError, Sealing, Suite, Unopened};
use proptest::prelude::*;

use crate::{SEALED_AT, aad, base64url, cipher, open, plain, token};

const ALL: [(Padding, usize); 5] = [
    (Padding::None, 1),
    (Padding::To16, 16),
    (Padding::To32, 32),
    (Padding::To64, 64),
    (Padding::To256, 256),
];

/// Characters of a token whose padded plaintext has this many bytes.
fn chars(padded: usize) -> usize {
    (8 * (40 + padded)).div_ceil(6)
}

fn seal(suite: Suite, bytes: &[u8], padding: Padding, limit: usize) -> Result<String, SealError> {
    let id = KeyId::from_bytes([0; 3]);
    let sealing = Sealing { sealed_at: SEALED_AT, random: [1; 16], padding, limit };
    let sealed = plain(bytes).seal(&cipher(suite), id, &aad(), &sealing)?;
    assert_eq!(sealed.text_len(), sealed.to_string().len());
    let mut text = b"=".to_vec();
    sealed.write_text(&mut text);
    assert_eq!(text, format!("={sealed}").as_bytes());
    Ok(sealed.to_string())
}

#[test]
fn an_empty_plaintext_without_padding_is_55_characters() {
    // 54 characters of envelope, and the 0x80.
    assert_eq!(token(Suite::default(), b"", Padding::None).len(), 55);
    assert_eq!(chars(0), 54);
}

#[test]
fn every_length_up_to_two_steps_is_padded_to_the_next_multiple() {
    for (padding, multiple) in ALL {
        for len in 0..=2 * multiple {
            let text = token(Suite::default(), &vec![b'x'; len], padding);
            assert_eq!(text.len(), chars((len + 1).next_multiple_of(multiple)), "{len} bytes, {padding:?}");
        }
    }
}

#[test]
fn data_that_looks_like_padding_stays_whole() {
    for suite in Suite::ALL {
        for (padding, _) in ALL {
            for bytes in [&b"\x80"[..], b"\0", b"\x80\0\0", &[0; 300], &[0x80; 40], b"\x80\x80\0", b"x\x80"] {
                let text = token(suite, bytes, padding);
                assert_eq!(open(suite, text.as_bytes()).unwrap(), bytes);
            }
        }
    }
}

#[test]
fn a_time_that_the_header_cannot_hold_is_an_error() {
    let id = KeyId::from_bytes([0; 3]);
    for (seconds, is_sealed) in [(0, true), (u64::from(u32::MAX), true), (1 << 32, false), (u64::MAX, false)]
    {
        let at = gingersnap::Timestamp::from_unix(seconds);
        let sealing = Sealing { padding: Padding::None, ..Sealing::new(at, [1; 16]) };
        let sealed = plain(b"").seal(&cipher(Suite::default()), id, &aad(), &sealing);
        assert_eq!(sealed.map(drop).err(), (!is_sealed).then_some(SealError::ClockOutOfRange));
    }
}

#[test]
fn a_token_that_fits_to_the_last_character_is_sealed_and_one_more_byte_is_not() {
    for (padding, _) in ALL {
        for limit in (54..130).chain(395..405usize) {
            let most = (limit * 6 / 8).checked_sub(41);
            if let Some(most) = most {
                let text = seal(Suite::default(), &vec![7; most], padding, limit).unwrap();
                assert!(text.len() <= limit && text.len() + 1 >= limit);
            }
            let over = most.map_or(0, |most| most + 1);
            let error = SealError::DoesNotFit { chars: chars(over + 1), limit };
            assert_eq!(seal(Suite::default(), &vec![7; over], padding, limit), Err(error));
        }
    }
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened(
        suite in 0..2usize,
        padding in 0..ALL.len(),
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            prop::collection::vec(prop_oneof![Just(0), Just(0x80), any::<u8>()], 0..3000),
        ],
        limit in prop_oneof![0..=Unopened::MAX_TEXT + 10, 54..500usize, Just(4082), Just(usize::MAX)],
    ) {
        let (suite, (padding, multiple)) = (Suite::ALL[suite], ALL[padding]);
        let least = chars(bytes.len() + 1);
        match seal(suite, &bytes, padding, limit) {
            Ok(text) => {
                prop_assert!(text.len() <= limit.min(Unopened::MAX_TEXT));
                let padded = base64url::decode(&text).len() - 40;
                let wanted = (bytes.len() + 1).next_multiple_of(multiple);
                prop_assert!(padded == wanted || (padded < wanted && chars(padded + 1) > limit.min(Unopened::MAX_TEXT)));
                prop_assert_eq!(open(suite, text.as_bytes()), Ok(bytes));
            }
            Err(error) => {
                prop_assert_eq!(error, SealError::DoesNotFit { chars: least, limit });
                prop_assert!(least > limit.min(Unopened::MAX_TEXT), "it would have fitted without padding");
            }
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(matches!(
            open(Suite::default(), &text),
            Err(Refusal::NotBase64url | Refusal::TooShort | Refusal::UnknownSuite | Refusal::Forged)
        ));
    }
}
