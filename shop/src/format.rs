//! Money and time as text.

use gingersnap::Timestamp;
use time::OffsetDateTime;

/// Cents as euros.
pub(crate) fn money(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}

/// A number of things: `1 piece`, `2 pieces`.
pub(crate) fn count(number: impl Into<u64>, thing: &str) -> String {
    let number = number.into();
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// A date and time as RFC 3339 has them: `2026-11-22T21:40:07Z`.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let time = i64::try_from(at.unix()).ok().and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok());
    // The year 10000 has no date here.
    let Some(time) = time else { return format!("{at} s after 1970") };
    let (hour, minute, second) = time.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", time.date())
}

/// A duration in its leading unit, to the nearest: `45 seconds`, `1 minute`, `60 minutes`, `24 hours`, `30 days`.
pub(crate) fn duration(seconds: u64) -> String {
    let nearest = |unit: u64| (seconds + unit / 2) / unit;
    match seconds {
        0..MINUTE => count(seconds, "second"),
        MINUTE..5_400 => count(nearest(MINUTE), "minute"),
        5_400..129_600 => count(nearest(HOUR), "hour"),
        _ => count(nearest(DAY), "day"),
    }
}

pub(crate) const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

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
    fn durations_are_rounded_to_their_leading_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (89, "1 minute"),
            (90, "2 minutes"),
            (3_599, "60 minutes"),
            (5_399, "90 minutes"),
            (5_400, "2 hours"),
            (86_399, "24 hours"),
            (129_599, "36 hours"),
            (129_600, "2 days"),
            (2_591_999, "30 days"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn times_are_dates_in_utc() {
        for (unix, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(Timestamp::from_unix(unix)), text);
        }
    }
}
