//! Sealing with the library and opening with the second implementation, and the other way round.

use gingersnap::Timestamp;
use gingersnap::token::{Aad, Cipher, KeyId, Kind, Padding, Plaintext, SealError, Sealing, Suite, Unopened};

use super::{Input, reference};

const PADDINGS: [(Padding, usize); 5] = [
    (Padding::None, 1),
    (Padding::To16, 16),
    (Padding::To32, 32),
    (Padding::To64, 64),
    (Padding::To256, 256),
];

/// Input: choices, limit, key, time, randomness, four parts of the associated data, then claims and data.
pub(crate) fn check(input: &[u8]) {
    let mut input = Input(input);
    let suite = Suite::ALL[usize::from(input.byte()) % 2];
    let kind = Kind::ALL[usize::from(input.byte()) % 7];
    let (padding, multiple) = PADDINGS[usize::from(input.byte()) % 5];
    let limit = usize::from(u16::from_be_bytes(input.array())) % (Unopened::MAX_TEXT + 2);
    let secret: [u8; 32] = [input.byte(); 32];
    let id: [u8; 3] = input.array();
    let time: [u8; 4] = input.array();
    let random: [u8; 16] = input.array();
    let parts: [String; 4] = std::array::from_fn(|_| String::from_utf8_lossy(input.short()).into_owned());
    let plain = &input.0[..input.0.len().min(7000)];

    let parts = [&*parts[0], &*parts[1], &*parts[2], &*parts[3]];
    let aad = Aad::new(kind, parts[0], parts[1], parts[2], parts[3]).unwrap();
    let reference_aad = reference::aad(reference::Use { kind: kind.number(), parts });
    let cipher = Cipher::new(suite, &secret).unwrap();
    let sealed_at = Timestamp::from_unix(u32::from_be_bytes(time).into());

    let mut ours = Plaintext::with_capacity(0);
    ours.extend(plain);
    let nonce = [&[suite.number()][..], &id, &time, &random].concat();
    let whole = (plain.len() + 1).next_multiple_of(multiple);
    let sealing = Sealing { sealed_at, random, padding, limit };

    // A record is bytes, of any length, and its padding never gives way.
    let record = ours.clone().seal_record(&cipher, KeyId::from_bytes(id), &aad, &sealing).unwrap();
    let padded = [plain, b"\x80", &vec![0; whole - plain.len() - 1]].concat();
    let theirs = reference::seal(&secret, nonce.first_chunk().unwrap(), &reference_aad, &padded);
    assert_eq!(record, theirs);
    let opened = Unopened::of(theirs).unwrap().open(&cipher, &aad).unwrap();
    assert_eq!((opened.plain(), opened.sealed_at()), (plain, sealed_at));

    let least = reference::encode(&vec![0; 40 + plain.len() + 1]).len();
    let text = match ours.seal(&cipher, KeyId::from_bytes(id), &aad, &sealing) {
        Ok(sealed) => {
            let text = sealed.to_string();
            assert_eq!(sealed.text_len(), text.len());
            assert!(text.len() <= limit.min(Unopened::MAX_TEXT));
            text
        }
        Err(error) => {
            assert_eq!(error, SealError::DoesNotFit { chars: least, limit });
            assert!(least > limit.min(Unopened::MAX_TEXT));
            return;
        }
    };
    let token = reference::decode(text.as_bytes()).expect("a token is canonical base64url");
    assert_eq!(token[..24], nonce);
    let padded = reference::open(&secret, &reference_aad, &token).expect("both derive the same keys");
    assert_eq!(reference::strip(&padded), Some(plain));
    assert!(
        padded.len() == whole || (padded.len() < whole && text.len() + 2 > limit.min(Unopened::MAX_TEXT))
    );

    let theirs = reference::seal(&secret, nonce.first_chunk().unwrap(), &reference_aad, &padded);
    assert_eq!(reference::encode(&theirs), text);
    let opened = Unopened::parse(text.as_bytes()).unwrap().open(&cipher, &aad).unwrap();
    assert_eq!(opened.plain(), plain);
    assert_eq!((opened.key_id().to_bytes(), opened.sealed_at()), (id, sealed_at));
}
