//! Any bytes as an authentic plaintext: padding, then each reader of claims.

use gingersnap::token::{
    Aad, ActivityClaims, Cipher, DataClaims, IdentityClaims, Kind, Padding, Plaintext, PointerClaims,
    Sealing, Suite, Unopened,
};
use gingersnap::{Message, Refusal, Timestamp};

use super::{Input, reference};

const SECRET: [u8; 32] = [0x5c; 32];

/// Input: suite, `sealed_at`, then the plaintext with whatever padding it has.
pub(crate) fn check(input: &[u8]) {
    let mut input = Input(input);
    let suite = Suite::ALL[usize::from(input.byte()) % 2];
    let time: [u8; 4] = input.array();
    let padded = input.0;
    let sealed_at = Timestamp::from_unix(u32::from_be_bytes(time).into());

    let mut nonce = [9; 24];
    nonce[0] = suite.number();
    nonce[4..8].copy_from_slice(&time);
    let this = reference::Use { kind: 1, parts: ["tag", "session", "fuzz", ""] };
    let token = reference::seal(&SECRET, &nonce, &reference::aad(this), padded);
    let Ok(token) = Unopened::parse(reference::encode(&token).as_bytes()) else {
        assert!(padded.len() > 6000, "only a long token is refused before it is opened");
        return;
    };
    let aad = Aad::new(Kind::Data, "tag", "session", "fuzz", "").unwrap();
    let opened = match token.open(&Cipher::new(suite, &SECRET).unwrap(), &aad) {
        Ok(opened) => opened,
        Err(refusal) => {
            assert_eq!((refusal, reference::strip(padded)), (Refusal::BadPadding, None));
            return;
        }
    };
    let plain = opened.plain();
    assert_eq!(reference::strip(padded), Some(plain));
    assert_eq!(opened.sealed_at(), sealed_at);
    data(sealed_at, plain);
    pointer(sealed_at, plain);
    identity(sealed_at, plain);
    activity(plain);
    flash(plain);
}

/// Claims are read only in the encoding in which they would be written, byte for byte.
fn data(sealed_at: Timestamp, plain: &[u8]) {
    match DataClaims::read(sealed_at, plain) {
        Ok((claims, data)) => {
            let mut again = Plaintext::with_capacity(0);
            claims.write(sealed_at, &mut again);
            again.extend(data);
            assert_same(&again, plain);
            assert_eq!(reference_data(sealed_at, plain), Some(data));
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::BadClaims);
            assert_eq!(reference_data(sealed_at, plain), None);
        }
    }
}

/// What is a pointer is no data.
fn pointer(sealed_at: Timestamp, plain: &[u8]) {
    match PointerClaims::read(sealed_at, plain) {
        Ok(claims) => {
            let mut again = Plaintext::with_capacity(0);
            claims.write(sealed_at, &mut again);
            assert_same(&again, plain);
            assert_eq!(reference_pointer(sealed_at, plain), Some(&claims.record.to_bytes()[..]));
            assert_eq!(DataClaims::read(sealed_at, plain), Err(Refusal::BadClaims));
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::BadClaims);
            assert_eq!(reference_pointer(sealed_at, plain), None);
        }
    }
}

fn identity(sealed_at: Timestamp, plain: &[u8]) {
    match IdentityClaims::read(sealed_at, plain) {
        Ok(claims) => {
            let mut again = Plaintext::with_capacity(0);
            claims.write(sealed_at, &mut again);
            assert_same(&again, plain);
            assert!(reference_identity(sealed_at, plain).is_some());
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::BadClaims);
            assert_eq!(reference_identity(sealed_at, plain), None);
        }
    }
}

fn activity(plain: &[u8]) {
    match ActivityClaims::read(plain) {
        Ok(claims) => assert_eq!(claims.session_id.to_bytes(), plain),
        Err(refusal) => assert_ne!((refusal, plain.len()), (Refusal::BadClaims, 16)),
    }
}

fn flash(plain: &[u8]) {
    match Message::read_all(plain) {
        Ok(messages) => {
            let mut again = Plaintext::with_capacity(0);
            messages.iter().for_each(|(owner, message)| message.write(*owner, &mut again));
            assert_same(&again, plain);
            assert!(reference_flash(plain).is_some());
        }
        Err(refusal) => {
            assert_eq!(refusal, Refusal::BadClaims);
            assert_eq!(reference_flash(plain), None);
        }
    }
}

/// `Plaintext` shows its bytes only through a token.
fn assert_same(again: &Plaintext, plain: &[u8]) {
    assert_eq!(again.len(), plain.len());
    let cipher = Cipher::new(Suite::XChaCha20Poly1305, &SECRET).unwrap();
    let aad = Aad::new(Kind::Data, "", "", "fuzz", "").unwrap();
    let id = gingersnap::token::KeyId::from_bytes([0; 3]);
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(Timestamp::from_unix(0), [0; 16]) };
    let sealed = again.clone().seal(&cipher, id, &aad, &sealing);
    let Ok(sealed) = sealed else { return assert!(plain.len() > 6000) };
    let opened = Unopened::parse(sealed.to_string().as_bytes()).unwrap().open(&cipher, &aad).unwrap();
    assert_eq!(opened.plain(), plain);
}

/// The data behind the claims.
pub(super) fn reference_data(sealed_at: Timestamp, plain: &[u8]) -> Option<&[u8]> {
    let rest = time(sealed_at, plain)?;
    let (generation, rest) = reference::varint(whose(rest)?)?;
    let (version, rest) = reference::varint(rest)?;
    (generation < 1 << 32 && version < 1 << 16).then_some(rest)
}

/// The record's id.
fn reference_pointer(sealed_at: Timestamp, plain: &[u8]) -> Option<&[u8]> {
    let (form, record) = time(sealed_at, plain)?.split_first()?;
    (*form == 2 && record.len() == 16).then_some(record)
}

fn reference_identity(sealed_at: Timestamp, plain: &[u8]) -> Option<()> {
    let (len, rest) = reference::varint(plain.get(32..)?)?; // after session id and person
    let len = usize::try_from(len).ok().filter(|&len| len <= 1024)?;
    std::str::from_utf8(rest.get(..len)?).ok()?;
    let rest = time(sealed_at, time(sealed_at, &rest[len..])?)?;
    let (remembered, rest) = rest.split_first()?;
    let rest = time(sealed_at, rest)?;
    (*remembered < 2 && rest.is_empty()).then_some(())
}

fn reference_flash(mut rest: &[u8]) -> Option<()> {
    while !rest.is_empty() {
        let (level, after) = whose(rest)?.split_first()?;
        let (len, after) = reference::varint(after)?;
        let text = after.get(..usize::try_from(len).ok()?)?;
        std::str::from_utf8(text).ok().filter(|_| *level < 4)?;
        rest = &after[text.len()..];
    }
    Some(())
}

/// Takes a form and its person off the front.
fn whose(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.split_first()? {
        (0, rest) => Some(rest),
        (1, rest) => rest.get(16..),
        _ => None,
    }
}

fn time(sealed_at: Timestamp, bytes: &[u8]) -> Option<&[u8]> {
    let (zigzag, rest) = reference::varint(bytes)?;
    let half = i128::from(zigzag / 2);
    let difference = if zigzag % 2 == 0 { half } else { -half - 1 };
    (0..1 << 32).contains(&(i128::from(sealed_at.unix()) + difference)).then_some(rest)
}
