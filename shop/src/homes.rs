//! The two homes of a session, its cookie and the store: the one it has, and what the other would take.

use gingersnap::{Place, Report};

use crate::sessions;

/// One of the two, and what a session costs there.
pub(crate) struct Home {
    pub(crate) name: &'static str,
    pub(crate) is_here: bool,
    /// Bytes of the cookie, its name included: they travel with each request.
    pub(crate) cookie: usize,
    /// False if no browser would keep that cookie.
    pub(crate) fits: bool,
    /// Bytes of the record on the server.
    pub(crate) record: Option<usize>,
}

/// Returns the two homes of a session; none for what is no session's data.
pub(crate) fn of(report: &Report) -> Option<[Home; 2]> {
    let plain = plain_len(report)?;
    let is_stored = report.record.is_some();
    let name = report.cookie.len();
    let (cookie, pointer, record) = match report.record {
        None => (report.octets, name + POINTER, sealed_len(padded(plain))),
        Some(record) => (cookie_len(name, plain, report.limit), report.octets, record),
    };
    let fits = cookie <= report.limit;
    Some([
        Home { name: "In the cookie", is_here: !is_stored, cookie, fits, record: None },
        Home { name: "On the server", is_here: is_stored, cookie: pointer, fits: true, record: Some(record) },
    ])
}

/// Returns the bytes that a person's session may grow by where it is; none for what is no session's data.
pub(crate) fn free(report: &Report) -> Option<usize> {
    let is_owned = report.is_owned?;
    let (most, taken) = match report.record {
        Some(_) => (sessions::RECORD, plain_len(report)?),
        // It is to fit with the longest claims, and a guest's as the person's that it becomes.
        None => {
            let name = report.cookie.len() + if is_owned { 0 } else { OWN.len() };
            let most = report.limit.saturating_sub(name) * 3 / 4;
            (most.saturating_sub(sealed_len(1) + LONGEST_CLAIMS), data_len(report))
        }
    };
    Some(most.saturating_sub(taken))
}

/// Says where a session is, and until when it stays there.
pub(crate) fn words(report: &Report, place: Place) -> &'static str {
    match (report.record, place) {
        (None, Place::CookieThenStore) => "in this cookie, and nowhere else, as long as it fits",
        (None, _) => "in this cookie, and nowhere else; what does not fit is refused",
        (Some(_), Place::CookieThenStore) => {
            "on our server since it outgrew its cookie, until it ends; this cookie only points to it"
        }
        (Some(_), _) => "on our server; this cookie only points to it",
    }
}

/// Bytes of claims and data, as docs/FORMAT.md has them.
fn plain_len(report: &Report) -> Option<usize> {
    let (started, sealed) = (report.started_at?.unix(), report.sealed_at.unix());
    let zigzag = sealed.abs_diff(started) * 2;
    let owner = if report.is_owned? { 17 } else { 1 };
    let claims = varint_len(zigzag) + owner + varint_len(report.generation?.into()) + VERSION;
    Some(claims + data_len(report))
}

fn data_len(report: &Report) -> usize {
    PRINT + report.fields.iter().map(|(_, bytes)| bytes).sum::<usize>()
}

/// Bytes of a number, seven bits in each.
const fn varint_len(number: u64) -> usize {
    match number.checked_ilog2() {
        None => 1,
        Some(highest) => highest as usize / 7 + 1,
    }
}

/// Bytes of a cookie, its name included; the padding gives way where it would not fit.
fn cookie_len(name: usize, plain: usize, limit: usize) -> usize {
    let least = name + text_len(sealed_len(plain + 1));
    (name + text_len(sealed_len(padded(plain)))).min(limit.max(least))
}

/// Bytes of a token before it is text: header, randomness and tag, and what is sealed.
const fn sealed_len(plain: usize) -> usize {
    40 + plain
}

const fn padded(plain: usize) -> usize {
    (plain + 1).next_multiple_of(32)
}

/// Characters of so many bytes in base64url.
const fn text_len(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// Bytes of the version: the shop's types are young.
const VERSION: usize = 1;
/// Bytes of the shape's print.
const PRINT: usize = 2;
/// Bytes of the longest claims: a time, an owner, a generation and a version.
const LONGEST_CLAIMS: usize = 5 + 17 + 5 + 3;
/// The end of the name of a person's cookie.
const OWN: &str = "-own";
/// Characters of a pointer.
const POINTER: usize = 96;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_padding_gives_way_before_a_cookie_is_too_large() {
        assert_eq!((cookie_len(14, 3_020, 9_999), cookie_len(14, 3_020, 4_096)), (4_121, 4_096));
        assert_eq!(cookie_len(14, 3_021, 4_096), 4_097);
    }

    #[test]
    fn a_number_takes_a_byte_for_seven_bits() {
        for (number, bytes) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX, 10)] {
            assert_eq!(varint_len(number), bytes, "{number}");
        }
    }
}
