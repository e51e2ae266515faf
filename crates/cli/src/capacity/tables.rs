//! A report as tables and as JSON.

use std::io::Write;

use serde_json::{Value, json};

use super::measure::Octets;
use super::report::{Form, LIMITS, Report};
use super::standard::Peer;
use crate::error::Error;
use crate::render::{json, table};

pub(super) fn write(report: &Report, out: &mut impl Write) -> Result<(), Error> {
    writeln!(out, "{}\n", first_line(report))?;
    if report.map.is_none() && !report.fields.is_empty() {
        writeln!(out, "no Map: it has at most 32 levels and 4,096 values\n")?;
    }
    let (typed, map) = (&report.typed, report.map.as_ref());
    let row = |what: &str, of: fn(&Form) -> Octets| {
        let cell = |form: Option<&Form>, of: &dyn Fn(&Form) -> usize| {
            form.map_or_else(|| "-".into(), |form| of(form).to_string())
        };
        [
            what.into(),
            cell(Some(typed), &|it| of(it).guest),
            cell(Some(typed), &|it| of(it).signed_in),
            cell(map, &|it| of(it).guest),
            cell(map, &|it| of(it).signed_in),
        ]
    };
    let head =
        ["octets of the cookie", "typed", "typed, signed in", "Map", "Map, signed in"].map(String::from);
    table(out, &[head, row("padded to 32", |it| it.padded), row("not padded", |it| it.unpadded)])?;
    writeln!(out)?;
    table(out, &limits(report))?;
    if !report.fields.is_empty() {
        writeln!(out)?;
        let mut rows = vec![["bytes of each field", "typed", "Map"].map(String::from)];
        rows.extend(report.fields.iter().map(|field| {
            let map = field.map.map_or_else(|| "-".into(), |map| map.to_string());
            [field.name.clone(), field.typed.to_string(), map]
        }));
        table(out, &rows)?;
    }
    writeln!(out, "\nlines of the standard cart that fit\n")?;
    write_beside(report, out)
}

/// `4 fields, 571 bytes of JSON`.
fn first_line(report: &Report) -> String {
    let fields = match report.fields.len() {
        0 if report.json_len.is_none() => {
            return format!(
                "{} bytes of data of a type; a cookie has no names of its fields",
                report.typed.data
            );
        }
        1 => "1 field".into(),
        fields => format!("{fields} fields"),
    };
    match report.json_len {
        Some(bytes) => format!("{fields}, {bytes} bytes of JSON"),
        None => format!("a Map of {fields}"),
    }
}

/// The limits, and what is left of each at the longest.
fn limits(report: &Report) -> Vec<[String; 3]> {
    let mut rows = vec![["limit", "typed", "Map"].map(String::from)];
    for limit in LIMITS {
        let left = |form: Option<&Form>| {
            let Some(form) = form else { return "-".into() };
            match form.left(limit) {
                left @ 0.. => format!("fits, {left} left"),
                left => format!("{} too many", -left),
            }
        };
        let what = format!("{}  {}", limit.octets, limit.what);
        rows.push([what, left(Some(&report.typed)), left(report.map.as_ref())]);
    }
    rows
}

fn write_beside(report: &Report, out: &mut impl Write) -> Result<(), Error> {
    let octets = |peer: &Peer| peer.octets.iter().map(|(_, octets)| octets.to_string()).collect::<Vec<_>>();
    match report.beside.first() {
        Some(first) if !first.octets.is_empty() => {
            let at: Vec<_> = first.octets.iter().map(|(lines, _)| lines.to_string()).collect();
            let head = format!("octets of the value at {}", at.join(" and "));
            let mut rows = vec![["lines".into(), head, "library".into(), "format".into()]];
            rows.extend(report.beside.iter().map(|it| {
                [it.most.to_string(), octets(it).join(" and "), it.name.clone(), it.format.clone()]
            }));
            table(out, &rows)
        }
        _ => {
            let mut rows = vec![["lines", "library", "format"].map(String::from)];
            rows.extend(
                report.beside.iter().map(|it| [it.most.to_string(), it.name.clone(), it.format.clone()]),
            );
            table(out, &rows)
        }
    }
}

pub(super) fn write_json(report: &Report, out: &mut impl Write) -> Result<(), Error> {
    let octets = |it: Octets| json!({ "guest": it.guest, "signed_in": it.signed_in });
    let form = |it: &Form| {
        let (padded, not_padded) = (octets(it.padded), octets(it.unpadded));
        json!({ "data": it.data, "padded": padded, "not_padded": not_padded, "longest": it.longest })
    };
    let fields = report.fields.iter().map(|it| json!({ "name": it.name, "typed": it.typed, "map": it.map }));
    let limits = LIMITS.map(|limit| {
        let (typed, map) = (report.typed.left(limit), report.map.as_ref().map(|form| form.left(limit)));
        json!({ "octets": limit.octets, "limit": limit.what, "left": { "typed": typed, "map": map } })
    });
    let beside = report.beside.iter().map(|it| {
        let at: serde_json::Map<_, _> =
            it.octets.iter().map(|(lines, octets)| (lines.to_string(), json!(octets))).collect();
        json!({ "library": it.name, "format": it.format, "lines": it.most, "octets_at": Value::Object(at) })
    });
    let value = json!({
        "json_bytes": report.json_len,
        "octets": { "typed": form(&report.typed), "map": report.map.as_ref().map(form) },
        "limits": limits,
        "fields": fields.collect::<Vec<_>>(),
        "lines_that_fit": beside.collect::<Vec<_>>(),
    });
    json(out, &value)
}
