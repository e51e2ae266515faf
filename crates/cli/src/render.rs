//! Tables, times and JSON, as every command writes them, and no character that a terminal would obey.

use std::io::Write;

use gingersnap::Timestamp;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::Error;
use crate::shown::{is_shown, replaced};

/// Aligned columns, two spaces apart. The last cell of a row may have any length.
pub(crate) fn table<const N: usize>(out: &mut impl Write, rows: &[[String; N]]) -> Result<(), Error> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Pretty JSON and a new line.
pub(crate) fn json(out: &mut impl Write, value: &Value) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value)?;
    // Outside of strings there are but spaces and line breaks.
    let escaped =
        |it: char| it.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    Ok(writeln!(out, "{}", replaced(&text, |it| it != '\n' && !is_shown(it), escaped))?)
}

/// `2026-01-31T12:00:00Z`; `253402300800 s after 1970` beyond the year 9999.
pub(crate) fn time(at: Timestamp) -> String {
    let time = i64::try_from(at.unix()).ok().and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok());
    // RFC 3339 ends with the year 9999.
    let text = time.and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_else(|| format!("{at} s after 1970"))
}

/// `2026-01-31T12:00:00Z (in 59 min)`.
pub(crate) fn time_and_distance(at: Timestamp, now: Timestamp) -> String {
    let distance = match (now.until(at), at.age_at(now)) {
        (0, 0) => "now".into(),
        (0, past) => format!("{} ago", rounded_duration(past)),
        (future, _) => format!("in {}", rounded_duration(future)),
    };
    format!("{} ({distance})", time(at))
}

/// The distance of `seconds`, rounded down: `45 s`, `59 min`, `23 h`, `30 days`.
pub(crate) fn rounded_duration(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / DAY),
    }
}

/// `seconds`, exactly, in the largest unit that divides it, as the library tells them: `90 s`, `90 min`, `36 h`, `30 days`.
pub(crate) fn exact_duration(seconds: u64) -> String {
    match seconds {
        DAY => "1 day".into(),
        DAY.. if seconds.is_multiple_of(DAY) => format!("{} days", seconds / DAY),
        3_600.. if seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        60.. if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_that_was_set_is_told_exactly_and_a_distance_rounded_down() {
        for (seconds, exact, rounded) in [
            (0, "0 s", "0 s"),
            (59, "59 s", "59 s"),
            (60, "1 min", "60 s"),
            (119, "119 s", "119 s"),
            (5_400, "90 min", "90 min"),
            (5_401, "5401 s", "90 min"),
            (7_199, "7199 s", "119 min"),
            (DAY, "1 day", "24 h"),
            (DAY + 3_600, "25 h", "25 h"),
            (2 * DAY, "2 days", "2 days"),
            (2 * DAY + 3_600, "49 h", "2 days"),
            (400 * DAY, "400 days", "400 days"),
        ] {
            assert_eq!((&*exact_duration(seconds), &*rounded_duration(seconds)), (exact, rounded));
        }
    }

    #[test]
    fn json_with_escapes_is_the_same_json() {
        let value = serde_json::json!({ "a\u{202e}": ["\u{7f}\u{9b}1;\u{e0041}", "\"\\\n🍪"] });
        let mut out = Vec::new();
        json(&mut out, &value).expect("writes");
        let text = String::from_utf8(out).expect("text");
        assert!(text.chars().all(|it| it == '\n' || is_shown(it)), "{text:?}");
        assert!(text.contains("\\u202e") && text.contains("\\udb40\\udc41"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        let at = |unix| time(Timestamp::from_unix(unix));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_769_860_800), "2026-01-31T12:00:00Z");
        assert_eq!(at(253_402_300_799), "9999-12-31T23:59:59Z");
        assert_eq!(at(253_402_300_800), "253402300800 s after 1970");
        assert_eq!(at(u64::MAX), "18446744073709551615 s after 1970");
    }
}
