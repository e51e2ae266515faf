//! Money and time as text.

use gingersnap::Timestamp;
use time::OffsetDateTime;

/// Cents as euros.
pub(crate) fn money(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

/// A date and time in UTC, as `2026-11-22 21:40:07 UTC`.
pub(crate) fn utc(at: Timestamp) -> String {
    let time = i64::try_from(at.unix()).ok().and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok());
    // The year 10000 has no date here.
    let Some(time) = time else { return format!("{at} s after 1970") };
    let (hour, minute, second) = time.to_hms();
    format!("{} {hour:02}:{minute:02}:{second:02} UTC", time.date())
}

/// The leading unit of a duration in seconds: `45 s`, `59 min`, `23 h`, `30 days`.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals() {
        assert_eq!(
            (money(0), money(5), money(480), money(12_345)),
            ("€0.00".into(), "€0.05".into(), "€4.80".into(), "€123.45".into())
        );
    }

    #[test]
    fn times_are_dates_in_utc() {
        for (unix, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_709_164_800, "2024-02-29 00:00:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(utc(Timestamp::from_unix(unix)), text);
        }
    }
}
