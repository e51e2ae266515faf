//! The ends of sign-ins, in pages: by the numbers of transactions, so that no late commit is missed.
//!
//! A pull takes the rows whose number was not settled in the snapshot of the pull before. That snapshot has a least number under
//! way: all transactions below it were over by then, and were seen. A long writing transaction, by anybody, makes pulls repeat
//! the rows after it; nothing is left out.

use core::fmt;

use super::sessions::{BEGIN, unhex};
use crate::Timestamp;
use crate::store::{CutOff, Ended, Feed};
use crate::token::{PersonId, SessionId};

/// The place where the feed goes on.
struct Mark<'a> {
    /// The server, and which of its histories it is in: a failover begins another.
    run: &'a str,
    /// The number from which this pull takes rows.
    from: i64,
    /// The number from which the next pull will.
    next: i64,
    /// The last row that this pull had, if it goes on.
    last: Option<(i64, &'a str)>,
}

impl<'a> Mark<'a> {
    fn parse(mark: &'a [u8]) -> Option<Self> {
        let parts: Vec<&str> = str::from_utf8(mark).ok()?.split(' ').collect();
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
        let last = match parts.get(3..)? {
            [] => None,
            [changed, id] if id.len() == 32 && unhex(id).is_some() => Some((number(changed)?, *id)),
            _ => return None,
        };
        Some(Self { run: parts.first()?, from: number(parts.get(1)?)?, next: number(parts.get(2)?)?, last })
    }
}

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.run, self.from, self.next)?;
        self.last.iter().try_for_each(|(changed, id)| write!(f, " {changed} {id}"))
    }
}

/// A page, as one row: the run, the least number that was not settled, the next number that will be given, the time, and the rows
/// as hexadecimal digits.
pub(super) fn page(store: &str, mark: &[u8]) -> String {
    let mark = Mark::parse(mark);
    let from = mark.as_ref().map_or(0, |mark| mark.from);
    let after = mark.and_then(|mark| mark.last).map(|(changed, id)| {
        // `unhex` has checked that these are hexadecimal digits.
        format!("AND (changed, id) > ({changed}, decode('{id}', 'hex'))")
    });
    format!(
        "{BEGIN}SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || \
         left(pg_walfile_name(pg_current_wal_lsn()), 8), \
         txid_snapshot_xmin(txid_current_snapshot()), txid_snapshot_xmax(txid_current_snapshot()), \
         floor(extract(epoch FROM clock_timestamp()))::bigint, \
         encode(coalesce(string_agg(id || int8send(changed) || int8send(ended_at) || int8send(expires_at) || \
         CASE WHEN first IS NULL THEN '\\001'::bytea ELSE '\\000'::bytea END, ''::bytea ORDER BY changed, id), ''::bytea), 'hex') \
         FROM (SELECT id, changed, ended_at, expires_at, first FROM gingersnap_sign_ins \
         WHERE store = '{store}' AND changed >= {from} {} ORDER BY changed, id LIMIT {PAGE}) AS page; COMMIT",
        after.unwrap_or_default()
    )
}

/// The answer to [`page`].
pub(super) struct Page {
    pub(super) run: String,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) rows: Vec<u8>,
}

impl Page {
    /// The feed that the page belongs to. `None` if the mark that was asked for is another run's, or ahead of this one: then the
    /// whole feed must be asked for.
    pub(super) fn feed(&self, mark: &[u8]) -> Option<Feed> {
        let before = Mark::parse(mark);
        let is_anew = match &before {
            Some(before) if before.run == self.run && before.next.max(before.from) <= self.high => false,
            None if mark.is_empty() => true,
            _ => return None,
        };
        let mut feed = Feed { is_anew, ..Feed::default() };
        let (rows, _) = self.rows.as_chunks::<ROW>();
        let mut last = None;
        for row in rows {
            let (id, changed, at, until, kind) = parts(row)?;
            if kind == 1 {
                feed.cut_offs.push(CutOff { person: PersonId::from_bytes(id), at, until });
            } else {
                feed.ended.push(Ended { id: SessionId::from_bytes(id), at, until });
            }
            last = Some((changed, id.iter().map(|byte| format!("{byte:02x}")).collect::<String>()));
        }
        feed.has_more = rows.len() == PAGE;
        // The first page of a pull says where the next pull begins.
        let next =
            before.as_ref().filter(|before| before.last.is_some()).map_or(self.low, |before| before.next);
        let last = last.as_ref().map(|(changed, id)| (*changed, id.as_str()));
        let mark = match last.filter(|_| feed.has_more) {
            Some(last) => {
                Mark { run: &self.run, from: before.map_or(0, |before| before.from), next, last: Some(last) }
            }
            None => Mark { run: &self.run, from: next, next, last: None },
        };
        feed.mark = mark.to_string().into_bytes();
        Some(feed)
    }
}

/// The id, the number of its transaction, its times, and 1 for a cut-off.
fn parts(row: &[u8; ROW]) -> Option<([u8; 16], i64, Timestamp, Timestamp, u8)> {
    let (id, rest) = row.split_first_chunk()?;
    let (([changed, at, until], [kind]), time) =
        (split(rest)?, |bytes| Timestamp::from_unix(u64::from_be_bytes(bytes)));
    Some((*id, i64::from_be_bytes(changed), time(at), time(until), kind))
}

fn split(rest: &[u8]) -> Option<([[u8; 8]; 3], [u8; 1])> {
    let (numbers, kind) = rest.as_chunks();
    Some((numbers.try_into().ok()?, kind.try_into().ok()?))
}

/// Bytes in a row.
const ROW: usize = 41;
/// Rows in a page.
const PAGE: usize = 20_000;
