//! The standard cart, and what it takes with other libraries, as measured with each (`benches/data`).

use serde::Deserialize;
use serde_json::{Map, Value};

use super::encode;
use super::measure::Measure;
use crate::error::Error;

/// A base, and lines of which the first N are a cart of N.
#[derive(Deserialize)]
pub(super) struct Standard {
    base: Map<String, Value>,
    items: Vec<Value>,
}

impl Standard {
    pub(super) fn read() -> Result<Self, Error> {
        Ok(serde_json::from_str(include_str!("../../../../benches/data/standard-cart.json"))?)
    }

    pub(super) fn cart(&self, lines: usize) -> Map<String, Value> {
        let items = self.items.iter().take(lines).cloned().collect();
        let mut session = self.base.clone();
        session.insert("items".into(), Value::Array(items));
        session
    }

    /// The measured libraries and this one, with the octets of their values for the cart of so many lines, or of the carts on both
    /// sides of it that were measured; those with room for most lines first.
    pub(super) fn libraries(&self, measure: &Measure, lines: Option<usize>) -> Result<Vec<Peer>, Error> {
        let (mut libraries, measured) = peers();
        let at = around(&measured, lines);
        let own = |name: &str, encode: fn(&Map<String, Value>) -> Option<Vec<u8>>| {
            let fits = |lines| encode(&self.cart(lines)).map_or(Ok(false), |data| measure.fits(&data));
            let value = |lines| match encode(&self.cart(lines)) {
                Some(data) => measure.value(&data),
                None => Ok(0),
            };
            let octets: Result<_, Error> = at.iter().map(|lines| Ok((*lines, value(*lines)?))).collect();
            let (format, most) = ("XAES-256-GCM, padded to 32".into(), self.most(fits)?);
            Ok::<_, Error>(Peer { name: name.into(), format, most, octets: octets?, is_ours: true })
        };
        for library in &mut libraries {
            library.octets.retain(|(lines, _)| at.contains(lines));
        }
        libraries.push(own("gingersnap, typed", |cart| encode::typed(&encode::from_json(cart)))?);
        libraries.push(own("gingersnap, Map", |cart| encode::map(&encode::from_json(cart)))?);
        libraries.sort_by(|one, other| other.most.cmp(&one.most).then_with(|| one.name.cmp(&other.name)));
        Ok(libraries)
    }

    /// The most lines of which `fits` is true.
    fn most(&self, fits: impl Fn(usize) -> Result<bool, Error>) -> Result<usize, Error> {
        let (mut least, mut too_many) = (0, self.items.len() + 1);
        while least + 1 < too_many {
            let middle = usize::midpoint(least, too_many);
            if fits(middle)? { least = middle } else { too_many = middle }
        }
        Ok(least)
    }
}

/// A library, how it writes a cookie, and the most lines of the cart in 4,096 octets.
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) format: String,
    pub(super) most: usize,
    /// Lines, and octets of the value of a cart of so many.
    pub(super) octets: Vec<(usize, usize)>,
    pub(super) is_ours: bool,
}

/// The measured libraries, and the lines of the carts that each was measured with.
fn peers() -> (Vec<Peer>, Vec<usize>) {
    let mut rows = include_str!("../../../../benches/data/peer-cookie-sizes.csv").lines().map(cells);
    let head = rows.next().unwrap_or_default();
    // Columns such as `n10`.
    let measured = head.iter().map(|name| name.strip_prefix('n').and_then(|lines| lines.parse().ok()));
    let measured: Vec<Option<usize>> = measured.collect();
    let peer = |cells: Vec<String>| {
        let octets =
            cells.iter().zip(&measured).filter_map(|(cell, lines)| Some(((*lines)?, cell.parse().ok()?)));
        let most = cells.get(8)?.parse().ok()?;
        let (name, format) = (cells.first()?.clone(), cells.get(1)?.clone());
        Some(Peer { name, format, most, octets: octets.collect(), is_ours: false })
    };
    (rows.filter_map(peer).collect(), measured.iter().copied().flatten().collect())
}

/// The measured number of lines, if it is one; else the next on both sides.
fn around(measured: &[usize], lines: Option<usize>) -> Vec<usize> {
    let Some(lines) = lines else { return Vec::new() };
    if measured.contains(&lines) {
        return vec![lines];
    }
    let below = measured.iter().copied().filter(|it| *it < lines).max();
    below.into_iter().chain(measured.iter().copied().filter(|it| *it > lines).min()).collect()
}

/// The cells of a line of CSV: a comma in quotes ends none.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for character in row.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().into_iter().for_each(|cell| cell.push(other)),
        }
    }
    cells
}
