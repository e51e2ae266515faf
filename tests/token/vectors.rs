//! The vectors of `tests/vectors/`, which a second implementation wrote (`generate.py`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gingersnap::keyring::Keyring;
use gingersnap::token::{
    Aad, ActivityClaims, DataClaims, IdentityClaims, Kind, Opened, PointerClaims, Unopened,
};
use gingersnap::{Map, Message, Refusal, SessionData, Timestamp};

use crate::base64url;

/// One file: `name: value` lines, an empty line, the token.
pub(crate) struct Vector {
    pub(crate) name: String,
    fields: BTreeMap<String, String>,
    pub(crate) token: Vec<u8>,
}

impl Vector {
    fn parse(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let end =
            bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or_else(|| panic!("{name}: no token"));
        let fields = str::from_utf8(&bytes[..end]).unwrap().lines().map(|line| {
            let (field, value) = line.split_once(':').unwrap_or_else(|| panic!("{name}: {line}"));
            (field.to_owned(), value.trim_start().to_owned())
        });
        let fields = fields.collect();
        let token = bytes[end + 2..].strip_suffix(b"\n").unwrap_or_else(|| panic!("{name}: no end")).to_vec();
        Self { name, fields, token }
    }

    pub(crate) fn field(&self, field: &str) -> &str {
        self.fields.get(field).unwrap_or_else(|| panic!("{}: no {field}", self.name))
    }

    fn aad(&self) -> Aad {
        let kind = Kind::from_name(self.field("kind")).unwrap();
        Aad::new(
            kind,
            self.field("tag"),
            self.field("cookie-name"),
            self.field("audience"),
            self.field("context"),
        )
        .unwrap()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.field("now").parse().unwrap())
    }
}

pub(crate) fn all() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.iter().map(|path| Vector::parse(path)).collect()
}

pub(crate) fn ring() -> Keyring {
    Keyring::parse(include_bytes!("../vectors/keyring.json")).unwrap()
}

/// Opens a token; the error is the stage that it reached, and the refusal there.
fn run(vector: &Vector, ring: &Keyring) -> Result<Opened, (&'static str, Refusal)> {
    let is_record = vector.field("kind") == Kind::StoreRecord.name();
    let refused = |stage: &'static str| {
        move |refusal: Refusal| (stage, if is_record { refusal.of_record() } else { refusal })
    };
    let token = if is_record {
        Unopened::of(base64url::decode(str::from_utf8(&vector.token).unwrap()))
    } else {
        Unopened::parse(&vector.token)
    };
    let token = token.map_err(refused("text"))?;
    let opened =
        ring.open(token, &vector.aad(), vector.now(), Some(vector.now())).map_err(refused("ring"))?;
    let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
    match vector.field("kind") {
        "data" | "store-record" => {
            let found = read_data(vector, &opened).map_err(refused("claims"))?;
            if let Some((claims, data)) = found
                && vector.field("tag") == Map::TAG
            {
                read_map(&claims, data).map_err(refused("data"))?;
            }
        }
        "identity" => drop(IdentityClaims::read(sealed_at, plain).map_err(refused("claims"))?),
        "activity" => drop(ActivityClaims::read(plain).map_err(refused("claims"))?),
        "flash" => drop(Message::read_all(plain).map_err(refused("data"))?),
        _ => {}
    }
    Ok(opened)
}

/// Claims and data, or neither of a pointer; a record has the version of its row, and is no pointer.
fn read_data<'o>(vector: &Vector, opened: &'o Opened) -> Result<Option<(DataClaims, &'o [u8])>, Refusal> {
    let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
    let row_version = vector.fields.get("row-version").map(|version| version.parse::<u32>().unwrap());
    match DataClaims::read(sealed_at, plain) {
        Ok((claims, _)) if row_version.is_some_and(|version| version != claims.generation) => {
            Err(Refusal::BadRecord)
        }
        Ok(found) => {
            assert!(PointerClaims::read(sealed_at, plain).is_err(), "{}: two readings", vector.name);
            Ok(Some(found))
        }
        Err(refusal) if row_version.is_some() => Err(refusal),
        Err(_) => PointerClaims::read(sealed_at, plain).map(|_| None),
    }
}

/// The rules of the data's version, print and bytes, as the format has them.
fn read_map(claims: &DataClaims, data: &[u8]) -> Result<Map, Refusal> {
    if claims.version > Map::VERSION {
        return Err(Refusal::NewerVersion);
    }
    if claims.version < Map::VERSION {
        return Map::migrate(claims.version, data).ok_or(Refusal::OlderVersion);
    }
    let (print, map) = data.split_first_chunk().ok_or(Refusal::BadData)?;
    if print != &[0, 0] {
        return Err(Refusal::ChangedShape);
    }
    match postcard::take_from_bytes(map) {
        Ok((map, [])) => Ok(map),
        _ => Err(Refusal::BadData),
    }
}

#[test]
fn every_vector_opens_or_is_refused_as_it_says() {
    let ring = ring();
    let (mut open, mut refused) = (0, 0);
    for vector in all() {
        let name = &vector.name;
        match (run(&vector, &ring), vector.field("expect")) {
            (Ok(opened), "opens") => {
                assert_eq!(crate::hex(opened.plain()), vector.field("plain"), "{name}");
                open += 1;
            }
            (Err((stage, refusal)), expected) => {
                assert_eq!(format!("refused: {}", refusal.name()), expected, "{name}");
                assert_eq!(stage, vector.field("stage"), "{name}");
                refused += 1;
            }
            (Ok(_), expected) => panic!("{name} opens; {expected}"),
        }
    }
    assert_eq!((open, refused), (62, 204));
}

#[test]
fn every_refusal_of_the_token_format_has_a_vector() {
    let all = all();
    let named: Vec<&str> =
        all.iter().filter_map(|vector| vector.field("expect").strip_prefix("refused: ")).collect();
    for refusal in crate::TOKEN_REFUSALS {
        assert!(named.contains(&refusal.name()), "{refusal:?} has no vector");
    }
}

#[test]
fn every_state_of_a_key_is_in_the_ring_of_the_vectors() {
    let ring = ring();
    let now = Timestamp::from_unix(1_800_000_000);
    let states: Vec<_> = ring.keys().iter().map(|key| (ring.state(key, now).name(), key.suite())).collect();
    for suite in gingersnap::token::Suite::ALL {
        for state in ["standby", "staged", "retiring", "expired", "disabled", "revoked"] {
            assert!(states.contains(&(state, suite)), "no key of {suite} is {state}");
        }
    }
    assert_eq!(states.iter().filter(|(state, _)| *state == "active").count(), 1);
    assert_eq!(ring.tombstones().len(), 1);
}

#[test]
fn names_of_files_begin_with_what_is_expected() {
    for vector in all() {
        assert_eq!(vector.name.starts_with("open_"), vector.field("expect") == "opens", "{}", vector.name);
        assert!(vector.name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')));
    }
}
