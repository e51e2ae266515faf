//! What was measured of one session.

use gingersnap::token::Padding;

use super::measure::{Measure, Octets};
use super::session::{Field, Session};
use super::standard::{Peer, Standard};
use crate::error::Error;

pub(super) struct Report {
    pub(super) json_len: Option<usize>,
    pub(super) typed: Form,
    pub(super) map: Option<Form>,
    pub(super) fields: Vec<Field>,
    /// The libraries that were measured with the standard cart, and this one; those with room for most lines first.
    pub(super) beside: Vec<Peer>,
}

/// One encoding of the session.
pub(super) struct Form {
    /// Bytes of the data alone.
    pub(super) data: usize,
    pub(super) padded: Octets,
    pub(super) unpadded: Octets,
    /// Octets of the longest cookie that it becomes.
    pub(super) longest: usize,
}

impl Form {
    fn of(measure: &Measure, data: &[u8]) -> Result<Self, Error> {
        let first = |padding| measure.first(data, padding);
        let longest = measure.longest(data)?;
        Ok(Self {
            data: data.len(),
            padded: first(Padding::default())?,
            unpadded: first(Padding::None)?,
            longest,
        })
    }

    /// Octets that are left of a limit at the longest; negative if there are too many. Padding gives way where a browser would refuse the cookie, and nowhere else.
    pub(super) fn left(&self, limit: Limit) -> isize {
        let padded = if limit.padding_gives_way { 0 } else { self.padded.signed_in };
        limit.octets as isize - (self.longest.max(padded) + limit.beside) as isize
    }
}

impl Report {
    pub(super) fn new(
        measure: &Measure,
        session: Session,
        standard: &Standard,
        lines: Option<usize>,
    ) -> Result<Self, Error> {
        let Session { json_len, typed, map, fields } = session;
        let typed = Form::of(measure, &typed)?;
        let map = map.map(|data| Form::of(measure, &data)).transpose()?;
        Ok(Self { json_len, typed, map, fields, beside: standard.libraries(measure, lines)? })
    }
}

/// A bound on a cookie.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) octets: usize,
    /// Octets that come with name and value there.
    pub(super) beside: usize,
    pub(super) padding_gives_way: bool,
    /// Whose it is.
    pub(super) what: &'static str,
}

pub(super) const LIMITS: [Limit; 3] = [
    Limit { octets: 4_096, beside: 0, padding_gives_way: true, what: "name and value, in a browser" },
    Limit {
        octets: 3_072,
        // `=` and `; HttpOnly; SameSite=Lax; Path=/; Secure`.
        beside: 1 + 41,
        padding_gives_way: false,
        what: "cookies of a response, behind nginx as it comes",
    },
    Limit {
        octets: 4_096,
        beside: "cookie".len() + 1 + 32 + OTHER_FIELDS,
        padding_gives_way: false,
        what: "HTTP/2's table of fields: what does not fit is sent whole with each request",
    },
];
/// A browser's other fields take so many octets of the table (`docs/TRADEOFF.md`, "On the wire").
const OTHER_FIELDS: usize = 1_000;
