//! What was measured, as a table and as JSON.

use std::io::Write;

use gingersnap::token::Padding;
use serde_json::{Map, Value, json};

use super::encode;
use super::measure::{Measure, Octets};
use super::standard::{Peer, Standard, peers};
use crate::error::Error;
use crate::render::{json, table};

pub(super) struct Report {
    /// Bytes of the session as JSON.
    json_len: usize,
    typed: Form,
    /// None of what is too deep for a map, or has too many values.
    map: Option<Form>,
    /// Bytes of each field, with its name in a map.
    fields: Vec<(String, usize, Option<usize>)>,
    beside: Vec<Peer>,
}

struct Form {
    padded: Octets,
    unpadded: Octets,
    longest: usize,
}

impl Form {
    fn of(measure: &Measure, data: &[u8]) -> Result<Self, Error> {
        let first = |padding| measure.first(data, padding);
        let longest = measure.longest(data)?;
        Ok(Self { padded: first(Padding::default())?, unpadded: first(Padding::None)?, longest })
    }
}

impl Report {
    pub(super) fn new(measure: &Measure, session: &Map<String, Value>) -> Result<Self, Error> {
        let typed = Form::of(measure, &encode::typed(session)?)?;
        let map = encode::map(session).map(|data| Form::of(measure, &data)).transpose()?;
        let mut fields = Vec::new();
        for (name, value) in session {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            // Without the number of names, which is one byte.
            let in_map = encode::map(&alone).map(|data| data.len() - 1);
            fields.push((name.clone(), encode::typed(&alone)?.len(), in_map));
        }
        let json_len = serde_json::to_vec(session)?.len();
        Ok(Self { json_len, typed, map, fields, beside: Vec::new() })
    }

    /// Adds the libraries that were measured with the standard cart, and this one.
    pub(super) fn beside(mut self, standard: &Standard, measure: &Measure) -> Result<Self, Error> {
        let fits = |data: Option<Vec<u8>>| data.map_or(Ok(false), |data| measure.fits(&data));
        let own =
            |name: &str, most| Peer { name: name.into(), format: "XAES-256-GCM, padded to 32".into(), most };
        self.beside = peers();
        self.beside.push(own("gingersnap, typed", standard.most(|cart| fits(Some(encode::typed(cart)?)))?));
        self.beside.push(own("gingersnap, Map", standard.most(|cart| fits(encode::map(cart)))?));
        self.beside.sort_by(|one, other| other.most.cmp(&one.most).then_with(|| one.name.cmp(&other.name)));
        Ok(self)
    }

    pub(super) fn write(&self, out: &mut impl Write) -> Result<(), Error> {
        let (fields, bytes) = (self.fields.len(), self.json_len);
        let fields = if fields == 1 { "1 field".into() } else { format!("{fields} fields") };
        writeln!(out, "{fields}, {bytes} bytes of JSON\n")?;
        if self.map.is_none() {
            writeln!(out, "no Map: it has at most 32 levels and 4,096 values\n")?;
        }
        let row = |what: &str, of: fn(&Form) -> Octets| {
            let map = self.map.as_ref().map(of);
            let cell = |octets: Option<usize>| octets.map_or_else(|| "-".into(), |it| it.to_string());
            let typed = of(&self.typed);
            [
                what.into(),
                cell(Some(typed.guest)),
                cell(Some(typed.signed_in)),
                cell(map.map(|it| it.guest)),
                cell(map.map(|it| it.signed_in)),
            ]
        };
        let head =
            ["octets of the cookie", "typed", "typed, signed in", "Map", "Map, signed in"].map(String::from);
        table(out, &[head, row("padded to 32", |it| it.padded), row("not padded", |it| it.unpadded)])?;
        writeln!(out)?;
        table(out, &self.limits())?;
        writeln!(out)?;
        let mut rows = vec![["bytes of each field", "typed", "Map"].map(String::from)];
        rows.extend(self.fields.iter().map(|(name, typed, map)| {
            [name.clone(), typed.to_string(), map.map_or_else(|| "-".into(), |it| it.to_string())]
        }));
        table(out, &rows)?;
        if !self.beside.is_empty() {
            writeln!(out)?;
            let mut rows = vec![["lines that fit", "library", "format"].map(String::from)];
            rows.extend(
                self.beside.iter().map(|it| [it.most.to_string(), it.name.clone(), it.format.clone()]),
            );
            table(out, &rows)?;
        }
        Ok(())
    }

    /// The limits, and what is left of each at the longest. Padding gives way where a browser would refuse the cookie.
    fn limits(&self) -> Vec<[String; 3]> {
        let mut rows = vec![["limit", "typed", "Map"].map(String::from)];
        for (limit, beside, what) in LIMITS {
            let left = |form: Option<&Form>| {
                let Some(form) = form else { return "does not fit".into() };
                let padded = if beside == 0 { 0 } else { form.padded.signed_in };
                let taken = form.longest.max(padded) + beside;
                match limit.checked_sub(taken) {
                    Some(left) => format!("fits, {left} left"),
                    None => format!("{} too many", taken - limit),
                }
            };
            rows.push([format!("{limit}  {what}"), left(Some(&self.typed)), left(self.map.as_ref())]);
        }
        rows
    }

    pub(super) fn write_json(&self, out: &mut impl Write) -> Result<(), Error> {
        let octets = |it: Octets| json!({ "guest": it.guest, "signed_in": it.signed_in });
        let form = |it: &Form| json!({ "padded": octets(it.padded), "not_padded": octets(it.unpadded), "longest": it.longest });
        let fields =
            self.fields.iter().map(|(name, typed, map)| json!({ "name": name, "typed": typed, "map": map }));
        let beside =
            self.beside.iter().map(|it| json!({ "library": it.name, "format": it.format, "lines": it.most }));
        let value = json!({
            "json_bytes": self.json_len,
            "octets": { "typed": form(&self.typed), "map": self.map.as_ref().map(form) },
            "fields": fields.collect::<Vec<_>>(),
            "lines_that_fit": beside.collect::<Vec<_>>(),
        });
        json(out, &value)
    }
}

/// Octets, those that come with name and value there, and whose limit it is.
const LIMITS: [(usize, usize, &str); 3] = [
    (4_096, 0, "name and value, in a browser"),
    (3_072, ATTRIBUTES, "cookies of a response, behind nginx as it comes"),
    (4_096, 6 + 32, "HTTP/2's table of fields: what does not fit is sent whole with each request"),
];
/// `=` and `; HttpOnly; SameSite=Lax; Path=/; Secure`.
const ATTRIBUTES: usize = 1 + 41;
