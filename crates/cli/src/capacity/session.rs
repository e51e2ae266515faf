//! The session that is measured.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use gingersnap::token::{DataClaims, Kind, PointerClaims};
use gingersnap::{Map, SessionData as _, Timestamp};
use serde_json::{Map as Object, Value};

use super::encode;
use crate::args::CapacityArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::Ring;
use crate::token::{Pasted, Purpose};

pub(super) struct Session {
    /// Bytes of it as JSON, where it is known as that.
    pub(super) json_len: Option<usize>,
    pub(super) typed: Vec<u8>,
    /// None of what is too deep for a map, or has too many values; nor of a typed cookie, which has no names.
    pub(super) map: Option<Vec<u8>>,
    pub(super) fields: Vec<Field>,
}

/// Bytes of one field; with its name in a map.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) typed: usize,
    pub(super) map: Option<usize>,
}

impl Session {
    pub(super) fn from_json(session: &Object<String, Value>) -> Result<Self, Error> {
        let json_len = Some(serde_json::to_vec(session)?.len());
        Ok(Self { json_len, ..Self::from_map(&encode::from_json(session))? })
    }

    fn from_map(session: &Map) -> Result<Self, Error> {
        let typed =
            |map: &Map| encode::typed(map).ok_or_else(|| Error::refused("the session cannot be encoded"));
        let mut fields = Vec::new();
        for (name, value) in session {
            let mut alone = Map::default();
            alone.insert(name.clone(), value.clone());
            // Without the number of names, which is one byte.
            let map = encode::map(&alone).map(|data| data.len() - 1);
            fields.push(Field { name: name.clone(), typed: typed(&alone)?.len(), map });
        }
        Ok(Self { json_len: None, typed: typed(session)?, map: encode::map(session), fields })
    }

    /// Reads an object of JSON from a file, or from standard input.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let is_stdin = path == Path::new("-");
        let shown = if is_stdin { "standard input".into() } else { path.display().to_string() };
        let unread = |error: io::Error| Error::io(format!("cannot read {shown}: {error}"));
        let mut text = Vec::new();
        if is_stdin {
            io::stdin().take(MOST + 1).read_to_end(&mut text).map_err(unread)?;
        } else {
            File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut text)).map_err(unread)?;
        }
        if text.len() as u64 > MOST {
            return Err(Error::usage(format!("{shown} has more than 1 MiB"))
                .with_hint("no cookie has room for that; a store takes up to 1 MiB of a session"));
        }
        let object = "a session is an object of fields, such as {\"user_id\": 7, \"cart\": []}";
        match serde_json::from_slice(&text) {
            Ok(Value::Object(session)) => Self::from_json(&session),
            Ok(_) => Err(Error::usage(format!("{shown} is JSON, but no object")).with_hint(object)),
            Err(error) => Err(Error::usage(format!("{shown} is not JSON: {error}")).with_hint(object)),
        }
    }

    /// Opens a cookie, `name=value`.
    pub(super) fn open(cookie: &str, args: &CapacityArgs) -> Result<Self, Error> {
        let pasted = Pasted::read(cookie, None)?;
        let Some(cookie_name) = pasted.name.as_deref() else {
            return Err(Error::usage("a cookie is a name, = and a value")
                .with_hint("as the browser sends it: __Host-session=…"));
        };
        let audience = args.audience.as_deref().unwrap_or_default();
        let purpose =
            Purpose { kind: Kind::Data, tag: &args.tag, cookie_name, audience, context: "", is_guess: false };
        let now = args.now.map_or_else(edge::now, Timestamp::from_unix);
        let (keyring, token) = (Ring::new(&args.ring)?.load()?, pasted.token()?);
        let opened = keyring.open(token, &purpose.aad()?, now, Some(now));
        let opened = opened.map_err(|refusal| purpose.refused(refusal))?;
        let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
        if PointerClaims::read(sealed_at, plain).is_ok() && DataClaims::read(sealed_at, plain).is_err() {
            return Err(Error::refused("this session is in a store: its cookie is a pointer").with_hint(
                "`gingersnap token open` names its record, and opens that too, with --kind store-record",
            ));
        }
        let (_, data) = DataClaims::read(sealed_at, plain)?;
        // Before the data there is the print of its type.
        let data = data.get(2..).unwrap_or_default();
        if args.tag != Map::TAG {
            return Ok(Self { json_len: None, typed: data.to_vec(), map: None, fields: Vec::new() });
        }
        match postcard::take_from_bytes::<Map>(data) {
            Ok((map, [])) => Self::from_map(&map),
            _ => Err(Error::refused("what is in the cookie is no Map").with_hint("give its type's --tag")),
        }
    }
}

/// Bytes of JSON that are read.
const MOST: u64 = 1 << 20;
