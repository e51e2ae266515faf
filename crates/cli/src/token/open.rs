//! `gingersnap token open`.

use std::io::Write;

use gingersnap::Message;
use gingersnap::token::{ActivityClaims, DataClaims, IdentityClaims, Kind, Opened, PersonId};
use serde_json::{Map, Value, json};

use super::{aad, now, read_token};
use crate::args::OpenArgs;
use crate::error::Error;
use crate::keys::Ring;
use crate::render::{self, hex, table};
use crate::shown;

pub(super) fn run(ring: &Ring, args: &OpenArgs, out: &mut impl Write) -> Result<(), Error> {
    let now = now(&args.aad);
    let keyring = ring.load()?;
    let opened = keyring.open(read_token(&args.token)?, &aad(&args.aad)?, now, Some(now))?;
    let facts = facts(args.aad.kind, &opened)?;
    if args.json {
        return render::json(out, &Value::Object(facts));
    }
    let rows: Vec<_> = facts.into_iter().map(|(name, value)| [name, text(&value)]).collect();
    table(out, &rows)
}

/// The token's facts; times in Unix seconds, bytes in hexadecimal.
fn facts(kind: Kind, opened: &Opened) -> Result<Map<String, Value>, Error> {
    let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
    let mut facts = Map::new();
    let mut add = |name: &str, value: Value| drop(facts.insert(name.to_owned(), value));
    add("kind", json!(kind.name()));
    add("key", json!(opened.key_id().to_string()));
    add("sealed_at", json!(sealed_at.unix()));
    match kind {
        Kind::Data => {
            let (claims, data) = DataClaims::read(sealed_at, plain)?;
            add("started_at", json!(claims.started_at.unix()));
            add("owner", owner(claims.owner));
            add("generation", json!(claims.generation));
            add("version", json!(claims.version));
            add("data", json!(hex(data)));
        }
        Kind::Identity => {
            let claims = IdentityClaims::read(sealed_at, plain)?;
            add("session_id", json!(hex(&claims.session_id.to_bytes())));
            add("person", json!(hex(&claims.person.to_bytes())));
            add("subject", json!(claims.subject));
            add("started_at", json!(claims.started_at.unix()));
            add("authenticated_at", json!(claims.authenticated_at.unix()));
            add("remembered", json!(claims.remembered));
            add("ends_at", json!(claims.ends_at.unix()));
        }
        Kind::Activity => {
            let claims = ActivityClaims::read(plain)?;
            add("session_id", json!(hex(&claims.session_id.to_bytes())));
        }
        Kind::Flash => {
            let messages = Message::read_all(plain)?;
            add("messages", messages.iter().map(|(whose, message)| describe(*whose, message)).collect());
        }
        _ => {}
    }
    add("plain", json!(hex(plain)));
    Ok(facts)
}

fn describe(whose: Option<PersonId>, message: &Message) -> Value {
    json!({ "owner": owner(whose), "level": message.level.name(), "text": message.text })
}

/// The person; null if it is nobody's.
fn owner(owner: Option<PersonId>) -> Value {
    json!(owner.map(|person| hex(&person.to_bytes())))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.escape_debug().to_string(),
        other => shown::line(other),
    }
}
