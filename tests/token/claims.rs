//! Claims and messages: one encoding each.

use gingersnap::token::{
    Aad, DataClaims, IdentityClaims, KeyId, Kind, Padding, PersonId, Plaintext, PointerClaims, RecordId,
    Sealing, SessionId, Suite, Unopened,
};
use gingersnap::{Level, Message, Refusal, Timestamp};
use proptest::prelude::*;

use crate::{SEALED_AT, cipher};

/// The bytes of a plaintext, by way of a token: `Plaintext` shows them to nobody.
fn bytes(plain: Plaintext) -> Vec<u8> {
    let aad = Aad::new(Kind::Data, "", "", "tests", "").unwrap();
    let (cipher, id) = (cipher(Suite::default()), KeyId::from_bytes([0; 3]));
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(SEALED_AT, [0; 16]) };
    let sealed = plain.seal(&cipher, id, &aad, &sealing).unwrap();
    let token = Unopened::parse(sealed.to_string().as_bytes()).unwrap();
    token.open(&cipher, &aad).unwrap().plain().to_vec()
}

fn data_bytes(claims: &DataClaims, sealed_at: Timestamp) -> Vec<u8> {
    let mut plain = Plaintext::with_capacity(0);
    claims.write(sealed_at, &mut plain);
    bytes(plain)
}

fn pointer_bytes(claims: &PointerClaims, sealed_at: Timestamp) -> Vec<u8> {
    let mut plain = Plaintext::with_capacity(0);
    claims.write(sealed_at, &mut plain);
    bytes(plain)
}

fn identity_bytes(claims: &IdentityClaims<'_>, sealed_at: Timestamp) -> Vec<u8> {
    let mut plain = Plaintext::with_capacity(0);
    claims.write(sealed_at, &mut plain);
    bytes(plain)
}

fn message_bytes(messages: &[(Option<PersonId>, Message)]) -> Vec<u8> {
    let mut plain = Plaintext::with_capacity(0);
    messages.iter().for_each(|(owner, message)| message.write(*owner, &mut plain));
    bytes(plain)
}

fn time() -> impl Strategy<Value = Timestamp> {
    let seconds = prop_oneof![any::<u32>(), 1_799_990_000..1_800_010_000u32, Just(0), Just(u32::MAX)];
    seconds.prop_map(|seconds| Timestamp::from_unix(seconds.into()))
}

fn owner() -> impl Strategy<Value = Option<PersonId>> {
    proptest::option::of(any::<[u8; 16]>().prop_map(PersonId::from_bytes))
}

fn messages() -> impl Strategy<Value = Vec<(Option<PersonId>, Message)>> {
    let level =
        prop_oneof![Just(Level::Info), Just(Level::Success), Just(Level::Warning), Just(Level::Error)];
    let message = (level, "\\PC{0,200}").prop_map(|(level, text)| Message { level, text });
    prop::collection::vec((owner(), message), 0..5)
}

#[test]
fn data_claims_are_written_as_the_format_says() {
    let at = |seconds: u64| Timestamp::from_unix(seconds);
    let claims = DataClaims { started_at: at(999), owner: None, generation: 300, version: 1 };
    assert_eq!(data_bytes(&claims, at(1000)), b"\x01\x00\xac\x02\x01");
    let owner = Some(PersonId::from_bytes(*b"0123456789abcdef"));
    let claims = DataClaims { started_at: at(1064), owner, generation: 0, version: u16::MAX };
    assert_eq!(data_bytes(&claims, at(1000)), b"\x80\x01\x010123456789abcdef\x00\xff\xff\x03");
}

#[test]
fn pointers_are_written_as_the_format_says() {
    let at = |seconds: u64| Timestamp::from_unix(seconds);
    let record = RecordId::from_bytes(*b"0123456789abcdef");
    let claims = PointerClaims { started_at: at(936), record };
    assert_eq!(pointer_bytes(&claims, at(1000)), b"\x7f\x020123456789abcdef");
    let claims = PointerClaims { started_at: at(u32::MAX.into()), record };
    assert_eq!(pointer_bytes(&claims, at(0)), b"\xfe\xff\xff\xff\x1f\x020123456789abcdef");
}

#[test]
fn only_form_2_is_a_pointer() {
    let pointer = *b"\x00\x020123456789abcdef";
    assert!(PointerClaims::read(SEALED_AT, &pointer).is_ok());
    for form in (0..=255).filter(|&form| form != 2) {
        let mut other = pointer;
        other[1] = form;
        assert_eq!(PointerClaims::read(SEALED_AT, &other), Err(Refusal::BadClaims), "{form}");
    }
}

#[test]
fn identity_claims_are_written_as_the_format_says() {
    let at = |seconds: u64| Timestamp::from_unix(seconds);
    let claims = IdentityClaims {
        session_id: SessionId::from_bytes(*b"0123456789abcdef"),
        person: PersonId::from_bytes(*b"fedcba9876543210"),
        subject: "ada",
        started_at: at(936),
        authenticated_at: at(1000),
        remembered: true,
        ends_at: at(1001),
    };
    let written = b"0123456789abcdeffedcba9876543210\x03ada\x7f\x00\x01\x02";
    assert_eq!(identity_bytes(&claims, at(1000)), written);
    let claims = IdentityClaims { subject: "", remembered: false, ends_at: at(999), ..claims };
    let written = b"0123456789abcdeffedcba9876543210\x00\x7f\x00\x00\x01";
    assert_eq!(identity_bytes(&claims, at(1000)), written);
}

#[test]
fn messages_are_written_as_the_format_says() {
    let message = |level, text: &str| (None, Message { level, text: text.into() });
    let all = [
        message(Level::Info, ""),
        message(Level::Success, "a"),
        message(Level::Warning, "é"),
        message(Level::Error, "b"),
    ];
    let written = b"\x00\x00\x00\x00\x01\x01a\x00\x02\x02\xc3\xa9\x00\x03\x01b";
    assert_eq!(message_bytes(&all), written);
    let [.., (_, last)] = all;
    let owned = [(Some(PersonId::from_bytes(*b"0123456789abcdef")), last)];
    assert_eq!(message_bytes(&owned), b"\x010123456789abcdef\x03\x01b");
    assert_eq!(Message::read_all(b""), Ok(vec![]));
}

#[test]
fn a_subject_of_1024_bytes_is_read_and_a_longer_one_is_not() {
    let claims = |subject| IdentityClaims {
        session_id: SessionId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        subject,
        started_at: SEALED_AT,
        authenticated_at: SEALED_AT,
        remembered: false,
        ends_at: SEALED_AT,
    };
    let (longest, longer) =
        ("s".repeat(IdentityClaims::MAX_SUBJECT), "s".repeat(IdentityClaims::MAX_SUBJECT + 1));
    let written = identity_bytes(&claims(&longest), SEALED_AT);
    assert_eq!(IdentityClaims::read(SEALED_AT, &written), Ok(claims(&longest)));
    let written = identity_bytes(&claims(&longer), SEALED_AT);
    assert_eq!(IdentityClaims::read(SEALED_AT, &written), Err(Refusal::BadClaims));
}

#[test]
fn forms_but_nobodys_and_a_persons_are_refused() {
    let (data, flash) = (*b"\x00\x010123456789abcdef\x00\x00", *b"\x010123456789abcdef\x00\x00");
    assert!(DataClaims::read(SEALED_AT, &data).is_ok());
    assert!(Message::read_all(&flash).is_ok());
    for form in 2..=255 {
        let (mut data, mut flash) = (data, flash);
        (data[1], flash[0]) = (form, form);
        assert_eq!(DataClaims::read(SEALED_AT, &data), Err(Refusal::BadClaims), "{form}");
        assert_eq!(Message::read_all(&flash), Err(Refusal::BadClaims), "{form}");
    }
}

/// Every number in `bytes` that [`varints`] marks, with one needless byte.
fn lengthened(bytes: &[u8], starts: &[usize]) -> Vec<Vec<u8>> {
    starts
        .iter()
        .map(|&start| {
            let last = start + bytes[start..].iter().position(|byte| byte & 0x80 == 0).unwrap();
            let mut longer = bytes.to_vec();
            longer[last] |= 0x80;
            longer.insert(last + 1, 0);
            longer
        })
        .collect()
}

fn varint_len(mut number: u64) -> usize {
    let mut len = 1;
    while number >= 0x80 {
        number >>= 7;
        len += 1;
    }
    len
}

fn time_len(time: Timestamp, sealed_at: Timestamp) -> usize {
    let difference = i128::from(time.unix()) - i128::from(sealed_at.unix());
    varint_len(u64::try_from(if difference < 0 { -2 * difference - 1 } else { 2 * difference }).unwrap())
}

proptest! {
    #[test]
    fn data_claims_come_back_with_the_data_behind_them(
        started_at in time(), sealed_at in time(), owner in owner(), generation: u32, version: u16,
        data in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let claims = DataClaims { started_at, owner, generation, version };
        let written = [data_bytes(&claims, sealed_at), data.clone()].concat();
        prop_assert_eq!(DataClaims::read(sealed_at, &written), Ok((claims, &data[..])));
        let len = written.len() - data.len();
        for cut in 0..len {
            prop_assert_eq!(DataClaims::read(sealed_at, &written[..cut]), Err(Refusal::BadClaims));
        }
        let form = time_len(started_at, sealed_at);
        let generation_at = form + if owner.is_some() { 17 } else { 1 };
        let version_at = generation_at + varint_len(generation.into());
        for longer in lengthened(&written, &[0, generation_at, version_at]) {
            prop_assert_eq!(DataClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
        }
        let mut other = written.clone();
        other[form] |= 2;
        prop_assert_eq!(DataClaims::read(sealed_at, &other), Err(Refusal::BadClaims));
    }

    #[test]
    fn pointers_come_back_and_nothing_may_follow_them(
        started_at in time(), sealed_at in time(), record: [u8; 16], extra in prop::collection::vec(any::<u8>(), 1..50),
    ) {
        let claims = PointerClaims { started_at, record: RecordId::from_bytes(record) };
        let written = pointer_bytes(&claims, sealed_at);
        prop_assert_eq!(PointerClaims::read(sealed_at, &written), Ok(claims));
        prop_assert_eq!(written.len(), time_len(started_at, sealed_at) + 17);
        for cut in 0..written.len() {
            prop_assert_eq!(PointerClaims::read(sealed_at, &written[..cut]), Err(Refusal::BadClaims));
        }
        for len in 1..=extra.len() {
            let longer = [&written, &extra[..len]].concat();
            prop_assert_eq!(PointerClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
            prop_assert_eq!(DataClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
        }
        for longer in lengthened(&written, &[0, time_len(started_at, sealed_at)]) {
            prop_assert_eq!(PointerClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
        }
        prop_assert_eq!(DataClaims::read(sealed_at, &written), Err(Refusal::BadClaims));
    }

    #[test]
    fn identity_claims_come_back_and_nothing_may_follow_them(
        ids: [[u8; 16]; 2], subject in "\\PC{0,300}", started_at in time(), authenticated_at in time(),
        remembered: bool, ends_at in time(), sealed_at in time(), extra: u8,
    ) {
        let (session_id, person) = (SessionId::from_bytes(ids[0]), PersonId::from_bytes(ids[1]));
        let subject = &*subject;
        let claims =
            IdentityClaims { session_id, person, subject, started_at, authenticated_at, remembered, ends_at };
        let written = identity_bytes(&claims, sealed_at);
        if subject.len() > IdentityClaims::MAX_SUBJECT {
            prop_assert_eq!(IdentityClaims::read(sealed_at, &written), Err(Refusal::BadClaims));
            return Ok(());
        }
        prop_assert_eq!(IdentityClaims::read(sealed_at, &written), Ok(claims));
        for cut in 0..written.len() {
            prop_assert_eq!(IdentityClaims::read(sealed_at, &written[..cut]), Err(Refusal::BadClaims));
        }
        let mut longer = written.clone();
        longer.push(extra);
        prop_assert_eq!(IdentityClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
        let started = 32 + varint_len(subject.len() as u64) + subject.len();
        let authenticated = started + time_len(started_at, sealed_at);
        let flag = authenticated + time_len(authenticated_at, sealed_at);
        for longer in lengthened(&written, &[32, started, authenticated, flag + 1]) {
            prop_assert_eq!(IdentityClaims::read(sealed_at, &longer), Err(Refusal::BadClaims));
        }
        let mut other = written;
        other[flag] |= 2;
        prop_assert_eq!(IdentityClaims::read(sealed_at, &other), Err(Refusal::BadClaims));
    }

    #[test]
    fn messages_come_back(messages in messages()) {
        let written = message_bytes(&messages);
        prop_assert_eq!(Message::read_all(&written), Ok(messages));
    }

    #[test]
    fn any_bytes_that_are_claims_are_the_only_bytes_for_them(
        sealed_at in time(),
        input in prop::collection::vec(prop_oneof![any::<u8>(), 0..4u8, Just(0x80)], 0..60),
    ) {
        if let Ok((claims, data)) = DataClaims::read(sealed_at, &input) {
            prop_assert_eq!([&data_bytes(&claims, sealed_at)[..], data].concat(), &input[..]);
        }
        if let Ok(claims) = PointerClaims::read(sealed_at, &input) {
            prop_assert_eq!(pointer_bytes(&claims, sealed_at), &input[..]);
        }
        if let Ok(claims) = IdentityClaims::read(sealed_at, &input) {
            prop_assert_eq!(identity_bytes(&claims, sealed_at), &input[..]);
        }
        if let Ok(messages) = Message::read_all(&input) {
            prop_assert_eq!(message_bytes(&messages), input);
        }
    }
}
