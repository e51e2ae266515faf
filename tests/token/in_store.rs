//! Pointers and records: the example of `docs/FORMAT.md` is what the library seals, and its sizes are the library's.

use gingersnap::token::{
    Aad, Cipher, DataClaims, KeyId, Kind, Padding, Plaintext, PointerClaims, RecordId, Sealing, Suite,
    Unopened,
};
use gingersnap::{Refusal, Timestamp};

use crate::document::DOCUMENT;
use crate::{SEALED_AT, base64url, cipher, hex, unhex};

/// The data of the example token.
const CART: &str = "bd7802e907020701";
const STARTED_AT: Timestamp = Timestamp::from_unix(1_799_999_100);

/// The record of the example.
fn id() -> RecordId {
    RecordId::from_bytes(std::array::from_fn(|index| 0xb0 + index as u8))
}

fn record_aad(tag: &str, cookie_name: &str, audience: &str, id: &str) -> Aad {
    Aad::new(Kind::StoreRecord, tag, cookie_name, audience, id).unwrap()
}

fn example_aad() -> Aad {
    record_aad("cart", "", "shop.example", &hex(&id().to_bytes()))
}

/// The key and the inputs of the example; `first` is the first byte of the randomness.
fn example(first: u8) -> (Cipher, KeyId, Sealing) {
    let secret: [u8; 32] = std::array::from_fn(|index| index as u8);
    let cipher = Cipher::new(Suite::Xaes256Gcm, &secret).unwrap();
    let sealing = Sealing::new(SEALED_AT, std::array::from_fn(|index| first + index as u8));
    (cipher, KeyId::from_bytes([0xa1, 0xb2, 0xc3]), sealing)
}

fn pointer(started_at: Timestamp) -> Plaintext {
    let mut plain = Plaintext::with_capacity(0);
    PointerClaims { started_at, record: id() }.write(SEALED_AT, &mut plain);
    plain
}

/// The record of the example, and its plaintext.
fn record() -> (Vec<u8>, Vec<u8>) {
    let mut plain = Plaintext::with_capacity(0);
    let claims = DataClaims { started_at: STARTED_AT, owner: None, generation: 3, version: 1 };
    claims.write(SEALED_AT, &mut plain);
    plain.extend(&unhex(CART));
    let (cipher, key, sealing) = example(0x20);
    let record = plain.seal_record(&cipher, key, &example_aad(), &sealing).unwrap();
    let opened = Unopened::of(record.clone()).unwrap().open(&cipher, &example_aad()).unwrap();
    let (claims, data) = DataClaims::read(SEALED_AT, opened.plain()).unwrap();
    assert_eq!((claims.generation, hex(data)), (3, CART.into()));
    (record, opened.plain().to_vec())
}

/// `name` and a value; what is longer than a line goes on in the next one.
fn rows(name: &str, value: &str) -> String {
    let lines: Vec<&str> = value.as_bytes().chunks(96).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("{name:<14}{}\n", lines.join("\n              "))
}

#[test]
fn the_example_pointer_and_record_are_what_the_library_seals() {
    let (cipher, key, sealing) = example(0x10);
    let aad = Aad::new(Kind::Data, "cart", "__Host-session", "shop.example", "").unwrap();
    let text = pointer(STARTED_AT).seal(&cipher, key, &aad, &sealing).unwrap().to_string();
    let opened = Unopened::parse(text.as_bytes()).unwrap().open(&cipher, &aad).unwrap();
    let claims = hex(opened.plain());
    assert_eq!(claims, format!("870e02{}", hex(&id().to_bytes())));
    let (record, plain) = record();
    let record_aad =
        ["67696e676572736e61702f3105000463617274", "0000", "000c", &hex(b"shop.example"), "0020"];
    let expected = [
        rows("record id", &hex(&id().to_bytes())),
        rows("pointer", &format!("870e 02 {}", &claims[6..])),
        rows("its random", &hex(&sealing.random)),
        rows("its token", &text),
        "\n".into(),
        rows("row version", "3"),
        rows("record's aad", &(record_aad.concat() + &hex(hex(&id().to_bytes()).as_bytes()))),
        rows("its claims", "870e 00 03 01"),
        rows("its plain", &format!("{}, 80 and 18 zeros", hex(&plain))),
        rows("its random", &hex(&record[8..24])),
        rows("record", &hex(&record)),
    ];
    assert!(DOCUMENT.contains(&expected.concat()), "{}", expected.concat());
    assert_eq!(record.len(), 40 + 32);
}

#[test]
fn a_pointer_has_96_characters_and_fewer_without_padding() {
    let at = Timestamp::from_unix;
    for (started_at, len, bare) in [(SEALED_AT, 18, 79), (at(0), 22, 84), (at(u32::MAX.into()), 22, 84)] {
        assert_eq!(pointer(started_at).len(), len);
        for (padding, chars) in [(Padding::To32, 96), (Padding::To16, 96), (Padding::None, bare)] {
            let (cipher, key, sealing) = example(0);
            let sealing = Sealing { padding, ..sealing };
            let sealed = pointer(started_at).seal(&cipher, key, &crate::aad(), &sealing).unwrap();
            assert_eq!(sealed.to_string().len(), chars);
        }
    }
    let sizes = "A pointer has 18 to 22: 96 characters, padded to 32 or 16, and 79 to 84 without padding.";
    assert!(DOCUMENT.contains(sizes));
}

#[test]
fn the_largest_record_has_the_documents_size() {
    let mut plain = Plaintext::with_capacity(0);
    plain.extend(&vec![1; 1 << 20]);
    let (cipher, key, sealing) = example(0);
    let sealing = Sealing { padding: Padding::To256, ..sealing };
    let record = plain.seal_record(&cipher, key, &example_aad(), &sealing).unwrap();
    assert_eq!(record.len(), 1_048_872);
    for limit in ["65,536 bytes\nunless set", "more than 1,048,576", "at most 1,048,872 bytes"] {
        assert!(DOCUMENT.contains(limit), "{limit}");
    }
    let opened = Unopened::of(record).unwrap().open(&cipher, &example_aad()).unwrap();
    assert_eq!(opened.plain(), vec![1; 1 << 20]);
}

#[test]
fn a_record_opens_for_its_own_id_type_and_audience_alone() {
    let ((record, _), (cipher, ..)) = (record(), example(0));
    let id = hex(&id().to_bytes());
    let others = [
        record_aad("carts", "", "shop.example", &id),
        record_aad("cart", "__Host-session", "shop.example", &id),
        record_aad("cart", "", "shop.example/staging", &id),
        record_aad("cart", "", "shop.example", &id.to_uppercase()),
        record_aad("cart", "", "shop.example", ""),
        Aad::new(Kind::Data, "cart", "", "shop.example", &id).unwrap(),
    ];
    for aad in others {
        let refusal = Unopened::of(record.clone()).unwrap().open(&cipher, &aad).unwrap_err();
        assert_eq!(refusal.of_record(), Refusal::BadRecord);
    }
}

#[test]
fn what_no_record_is_has_one_name_and_the_rest_keeps_its_own() {
    let no_record = [
        Refusal::TooShort,
        Refusal::UnknownSuite,
        Refusal::WrongSuite,
        Refusal::Forged,
        Refusal::BadPadding,
        Refusal::BadClaims,
        Refusal::BadRecord,
    ];
    for refusal in Refusal::ALL {
        let expected = if no_record.contains(&refusal) { Refusal::BadRecord } else { refusal };
        assert_eq!(refusal.of_record(), expected);
    }
}

#[test]
fn bytes_that_are_no_token_are_no_record() {
    for len in 0..40 {
        assert_eq!(Unopened::of(vec![1; len]).unwrap_err(), Refusal::TooShort, "{len}");
    }
    for suite in (0..=255).filter(|suite| !(1..=15).contains(suite)) {
        assert_eq!(Unopened::of(vec![suite; 40]).unwrap_err(), Refusal::UnknownSuite, "{suite}");
    }
    let record = base64url::encode(&record().0);
    assert!(Unopened::of(record.into_bytes()).is_err(), "text is no record");
    let stray = Unopened::of(vec![1; 40]).unwrap().open(&cipher(Suite::Xaes256Gcm), &example_aad());
    assert_eq!(stray.unwrap_err(), Refusal::Forged);
}
