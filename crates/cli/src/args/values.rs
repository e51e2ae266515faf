//! The values that options of several commands take.

use std::time::Duration;

use gingersnap::Timestamp;
use gingersnap::token::{KeyId, ParseKeyIdError, Suite};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Six hexadecimal digits.
pub(super) fn key_id(text: &str) -> Result<KeyId, String> {
    text.parse().map_err(|error: ParseKeyIdError| {
        format!("{error}\ngingersnap: hint: `gingersnap keys list` shows the ids")
    })
}

pub(super) fn suite(name: &str) -> Result<Suite, String> {
    Suite::from_name(name).ok_or_else(|| "a suite is xaes-256-gcm or xchacha20-poly1305".into())
}

/// Seconds of `90s`, `15m`, `1h`, `30d`. A fraction is refused: `500ms` would be none at all.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    let duration = duration(text)?;
    if duration.subsec_nanos() != 0 {
        return Err("expected whole seconds".into());
    }
    Ok(duration.as_secs())
}

/// A duration with its bounds, which `bounds` says.
pub(super) fn within(
    text: &str,
    shortest: Duration,
    longest: Duration,
    bounds: &str,
) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration < shortest || duration > longest {
        return Err(format!("expected {bounds}"));
    }
    Ok(duration)
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| {
        "not a duration\ngingersnap: hint: write a number and a unit, as in 90s, 15m, 1h 30m or 30d"
            .to_owned()
    })
}

/// `2026-01-31T12:00:00Z`, or with another offset: `2026-01-31T13:00:00+01:00`. Fractions of a second are cut off.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let time = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|error| format!("{error}; write 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00"))?;
    let seconds = u64::try_from(time.unix_timestamp()).map_err(|_| "that is before 1970".to_owned())?;
    Ok(Timestamp::from_unix(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, unix: u64) {
        assert_eq!(time(text), Ok(Timestamp::from_unix(unix)), "{text}");
    }

    #[track_caller]
    fn refuses(text: &str, why: &str) {
        assert_eq!(time(text), Err(why.to_owned()), "{text}");
    }

    #[test]
    fn a_duration_has_a_unit() {
        for (text, expected) in [("90s", 90), ("15m", 900), ("1h 30m", 5_400), ("30d", 2_592_000)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        let hint = "gingersnap: hint: write a number and a unit, as in 90s, 15m, 1h 30m or 30d";
        for text in ["", "90", "s", "-1s", "soon", "99999999999999999999s"] {
            assert_eq!(seconds(text), Err(format!("not a duration\n{hint}")), "{text}");
        }
        assert_eq!(seconds("1500ms"), Err("expected whole seconds".into()));
    }

    #[test]
    fn a_time_has_any_offset() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00+00:00",
            "2026-01-31T12:00:00-00:00",
            "2026-01-31T13:00:00+01:00",
            "2026-01-31T17:45:00+05:45",
            "2026-01-31T02:30:00-09:30",
            "2026-02-01T11:59:00+23:59",
        ] {
            reads(text, NOON);
        }
    }

    #[test]
    fn a_time_may_be_in_lower_case_or_have_a_space() {
        reads("2026-01-31t12:00:00z", NOON);
        reads("2026-01-31 12:00:00Z", NOON);
    }

    #[test]
    fn fractions_of_a_second_are_cut_off() {
        reads("2026-01-31T12:00:00.5Z", NOON);
        reads("2026-01-31T12:00:00.999999999999+00:00", NOON);
    }

    #[test]
    fn a_leap_second_is_the_second_before_it() {
        reads("2016-12-31T23:59:60Z", 1_483_228_799);
        reads("2017-01-01T00:59:60+01:00", 1_483_228_799);
        refuses("2026-01-31T12:00:60Z", &format!("second was not in range; {WRITE}"));
    }

    #[test]
    fn a_time_is_in_1970_or_later() {
        reads("1970-01-01T00:00:00Z", 0);
        reads("1969-12-31T23:30:00-00:30", 0);
        for text in ["1969-12-31T23:59:59.9Z", "1970-01-01T00:59:59+01:00", "0000-01-01T00:00:00Z"] {
            refuses(text, "that is before 1970");
        }
        reads("9999-12-31T23:59:59Z", 253_402_300_799);
    }

    #[test]
    fn what_is_no_time_is_refused_with_an_example() {
        for (text, why) in [
            ("yesterday", "the 'year' component could not be parsed"),
            ("2026-13-31T12:00:00Z", "month was not in range"),
            ("2026-02-30T12:00:00Z", "day was not in range"),
            ("2026-01-31", "the 'separator' component could not be parsed"),
            ("2026-01-31T12:00:00", "the 'offset hour' component could not be parsed"),
            ("2026-01-31T24:00:00Z", "hour was not in range"),
            ("2026-01-31T12:00:00+24:00", "the 'offset hour' component could not be parsed"),
            ("2026-01-31T12:00:00Z!", "unexpected trailing characters; the end of input was expected"),
            ("", "the 'year' component could not be parsed"),
        ] {
            refuses(text, &format!("{why}; {WRITE}"));
        }
    }

    const NOON: u64 = 1_769_860_800;
    const WRITE: &str = "write 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00";
}
