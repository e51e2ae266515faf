//! `gingersnap token open`.

use std::io::Write;

use gingersnap::token::{ActivityClaims, DataClaims, IdentityClaims, Kind, Opened, PersonId, PointerClaims};
use gingersnap::{Message, Timestamp};
use serde_json::{Map, Value, json};

use super::{Pasted, Purpose, now, record};
use crate::args::OpenArgs;
use crate::error::Error;
use crate::keys::Ring;
use crate::render::{self, hex, table, time_and_distance};
use crate::shown;

pub(super) fn run(ring: &Ring, args: &OpenArgs, out: &mut impl Write) -> Result<(), Error> {
    if args.row_version.is_some() && !record::is_one(&args.aad) {
        return Err(Error::usage("--row-version is a record's").with_hint("give --kind store-record with it"));
    }
    let now = now(&args.aad);
    let keyring = ring.load()?;
    let facts = if record::is_one(&args.aad) {
        facts(args, Kind::StoreRecord, &record::open(&keyring, args, now)?)?
    } else {
        let pasted = Pasted::read(&args.token, args.aad.cookie_name.as_deref())?;
        let purpose = Purpose::new(&args.aad, pasted.name.as_deref());
        let opened = keyring.open(pasted.token()?, &purpose.aad()?, now, Some(now));
        facts(args, purpose.kind, &opened.map_err(|refusal| purpose.refused(refusal))?)?
    };
    if args.json {
        return render::json(out, &Value::Object(facts));
    }
    let row = |(name, value): (String, Value)| {
        let text = text(&name, &value, now);
        [name, text]
    };
    let rows: Vec<_> = facts.into_iter().map(row).collect();
    table(out, &rows)
}

/// The token's facts; times in Unix seconds, bytes in hexadecimal.
fn facts(args: &OpenArgs, kind: Kind, opened: &Opened) -> Result<Map<String, Value>, Error> {
    let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
    let claims = match kind {
        Kind::Data => match DataClaims::read(sealed_at, plain) {
            Ok((claims, data)) => of_data(&claims, data),
            Err(_) => of_pointer(&PointerClaims::read(sealed_at, plain)?),
        },
        Kind::StoreRecord => {
            let (claims, data) = record::claims(opened, args.row_version)?;
            of_data(&claims, data)
        }
        Kind::Identity => of_identity(&IdentityClaims::read(sealed_at, plain)?),
        Kind::Activity => {
            let claims = ActivityClaims::read(plain)?;
            vec![("session_id", json!(hex(&claims.session_id.to_bytes())))]
        }
        Kind::Flash => {
            let messages = Message::read_all(plain)?;
            vec![("messages", messages.iter().map(|(whose, message)| describe(*whose, message)).collect())]
        }
        _ => Vec::new(),
    };
    let header = [
        ("kind", json!(kind.name())),
        ("key", json!(opened.key_id().to_string())),
        ("sealed_at", json!(sealed_at.unix())),
    ];
    let facts = header.into_iter().chain(claims).chain([("plain", json!(hex(plain)))]);
    Ok(facts.map(|(name, value)| (name.to_owned(), value)).collect())
}

type Facts = Vec<(&'static str, Value)>;

fn of_data(claims: &DataClaims, data: &[u8]) -> Facts {
    vec![
        ("started_at", json!(claims.started_at.unix())),
        ("owner", owner(claims.owner)),
        ("generation", json!(claims.generation)),
        ("version", json!(claims.version)),
        ("data", json!(hex(data))),
    ]
}

fn of_pointer(claims: &PointerClaims) -> Facts {
    vec![("started_at", json!(claims.started_at.unix())), ("record", json!(hex(&claims.record.to_bytes())))]
}

fn of_identity(claims: &IdentityClaims<'_>) -> Facts {
    vec![
        ("session_id", json!(hex(&claims.session_id.to_bytes()))),
        ("person", json!(hex(&claims.person.to_bytes()))),
        ("subject", json!(claims.subject)),
        ("started_at", json!(claims.started_at.unix())),
        ("authenticated_at", json!(claims.authenticated_at.unix())),
        ("remembered", json!(claims.remembered)),
        ("ends_at", json!(claims.ends_at.unix())),
    ]
}

fn describe(whose: Option<PersonId>, message: &Message) -> Value {
    json!({ "owner": owner(whose), "level": message.level.name(), "text": message.text })
}

/// The person; null if it is nobody's.
fn owner(owner: Option<PersonId>) -> Value {
    json!(owner.map(|person| hex(&person.to_bytes())))
}

/// A fact in a line: a time as everywhere, bytes in hexadecimal.
fn text(name: &str, value: &Value, now: Timestamp) -> String {
    match value {
        Value::Number(unix) if name.ends_with("_at") => {
            unix.as_u64().map_or_else(String::new, |at| time_and_distance(Timestamp::from_unix(at), now))
        }
        Value::Null => "-".into(),
        Value::String(text) => text.escape_debug().to_string(),
        other => shown::line(other),
    }
}
