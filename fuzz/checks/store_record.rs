//! Any bytes as a record in a store: as they are, and as the plaintext of an authentic one, padding included.

use gingersnap::token::{Aad, Cipher, DataClaims, Kind, Opened, Suite, Unopened};
use gingersnap::{Refusal, Timestamp};

use super::token_plain::reference_data;
use super::{Input, reference};

const SECRET: [u8; 32] = [0xa7; 32];
const ID: &str = "000102030405060708090a0b0c0d0e0f";
const OTHER_ID: &str = "000102030405060708090a0b0c0d0e10";

/// Input: suite, `sealed_at`, the version of the row, then the bytes.
pub(crate) fn check(input: &[u8]) {
    let mut input = Input(input);
    let suite = Suite::ALL[usize::from(input.byte()) % 2];
    let time: [u8; 4] = input.array();
    let version = u32::from_be_bytes(input.array());
    stray(input.0);
    authentic(suite, time, version, input.0);
}

/// Who writes to the store can put any bytes there: a header is read from them, and nothing more.
fn stray(bytes: &[u8]) {
    match Unopened::of(bytes.to_vec()) {
        Ok(token) => {
            assert!(bytes.len() >= 40 && (1..=15).contains(&bytes[0]));
            assert_eq!(token.header().suite.map(Suite::number), Some(bytes[0]).filter(|suite| *suite < 3));
            assert_eq!(token.header().key_id.to_bytes(), bytes[1..4]);
            assert_eq!(token.header().sealed_at.unix().to_be_bytes()[4..], bytes[4..8]);
            for suite in Suite::ALL {
                assert_eq!(open(suite, Kind::StoreRecord, ID, bytes).err(), Some(Refusal::Forged));
            }
        }
        Err(refusal) => {
            assert_eq!(refusal.of_record(), Refusal::BadRecord);
            assert_eq!(refusal == Refusal::TooShort, bytes.len() < 40);
            assert!(bytes.len() < 40 || !(1..=15).contains(&bytes[0]));
        }
    }
}

/// What the second implementation sealed is read as it reads it, under its own id and kind alone.
fn authentic(suite: Suite, time: [u8; 4], version: u32, padded: &[u8]) {
    let mut nonce = [9; 24];
    nonce[0] = suite.number();
    nonce[4..8].copy_from_slice(&time);
    let this = reference::Use { kind: 5, parts: ["tag", "", "fuzz", ID] };
    let record = reference::seal(&SECRET, &nonce, &reference::aad(this), padded);
    let sealed_at = Timestamp::from_unix(u32::from_be_bytes(time).into());

    let expected = reference::strip(padded).and_then(|plain| reference_record(sealed_at, version, plain));
    let opened = open(suite, Kind::StoreRecord, ID, &record);
    let found = opened.as_ref().map_err(|refusal| *refusal).and_then(|opened| {
        assert_eq!((opened.sealed_at(), Some(opened.plain())), (sealed_at, reference::strip(padded)));
        read(opened, version)
    });
    match found {
        Ok((claims, data)) => assert_eq!(expected, Some((claims.owner.map(|it| it.to_bytes()), data))),
        Err(refusal) => assert_eq!((refusal.of_record(), expected), (Refusal::BadRecord, None)),
    }
    for (kind, id) in [(Kind::StoreRecord, OTHER_ID), (Kind::StoreRecord, ""), (Kind::Data, ID)] {
        assert_eq!(open(suite, kind, id, &record).err(), Some(Refusal::Forged));
    }
}

fn open(suite: Suite, kind: Kind, id: &str, record: &[u8]) -> Result<Opened, Refusal> {
    let aad = Aad::new(kind, "tag", "", "fuzz", id).unwrap();
    Unopened::of(record.to_vec())?.open(&Cipher::new(suite, &SECRET).unwrap(), &aad)
}

fn read(opened: &Opened, version: u32) -> Result<(DataClaims, &[u8]), Refusal> {
    let (claims, data) = DataClaims::read(opened.sealed_at(), opened.plain())?;
    if claims.generation == version { Ok((claims, data)) } else { Err(Refusal::BadRecord) }
}

/// Whose a record is, and its data, as `docs/FORMAT.md` has them.
fn reference_record(sealed_at: Timestamp, version: u32, plain: &[u8]) -> Option<(Option<[u8; 16]>, &[u8])> {
    let data = reference_data(sealed_at, plain)?;
    let (_, owner) = reference::varint(plain)?;
    let person = (owner[0] == 1).then(|| owner[1..17].try_into().unwrap());
    let (generation, _) = reference::varint(&owner[if person.is_some() { 17 } else { 1 }..])?;
    (generation == u64::from(version)).then_some((person, data))
}
