//! `gingersnap token inspect`: the header, unverified.

use std::io::Write;

use gingersnap::token::Suite;
use serde_json::json;

use super::Pasted;
use crate::edge;
use crate::error::Error;
use crate::render::{self, table, time_and_distance};

pub(super) fn run(pasted: &Pasted, json: bool, out: &mut impl Write) -> Result<(), Error> {
    let token = pasted.token()?;
    let header = token.header();
    if json {
        let value = json!({
            "suite": header.suite.map(Suite::name),
            "key": header.key_id.to_string(),
            "sealed_at": header.sealed_at.unix(),
        });
        return render::json(out, &value);
    }
    let rows = [
        ("suite", header.suite.map_or("one of a later version".into(), |it| it.to_string())),
        ("key", header.key_id.to_string()),
        ("sealed at", time_and_distance(header.sealed_at, edge::now())),
    ];
    table(out, &rows.map(|(name, value)| [name.to_owned(), value]))?;
    writeln!(out, "not verified: anybody can write this; `gingersnap token open` verifies")?;
    Ok(())
}
