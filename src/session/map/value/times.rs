//! Conversions between values and points in time.

use std::time::{Duration, SystemTime};

use super::{FromValue, Value};
use crate::Timestamp;

/// The number of seconds.
impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        u64::from_value(value).map(Self::from_unix)
    }
}

/// The number of seconds.
impl From<Timestamp> for Value {
    fn from(it: Timestamp) -> Self {
        it.unix().into()
    }
}

/// A list of the seconds since 1970, negative before it, and the nanoseconds after that second.
impl FromValue for SystemTime {
    fn from_value(value: &Value) -> Option<Self> {
        let (seconds, nanos): (i64, u32) = FromValue::from_value(value)?;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 {
            Self::UNIX_EPOCH.checked_sub(whole)?
        } else {
            Self::UNIX_EPOCH.checked_add(whole)?
        };
        second.checked_add(Duration::from_nanos(nanos.into())).filter(|_| nanos < NANOS)
    }
}

/// A list of the seconds since 1970, negative before it, and the nanoseconds after that second.
impl From<SystemTime> for Value {
    fn from(it: SystemTime) -> Self {
        let (seconds, nanos) = match it.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => (0_i64.saturating_add_unsigned(since.as_secs()), since.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                let seconds = 0_i64.saturating_sub_unsigned(before.as_secs());
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanos => (seconds.saturating_sub(1), NANOS - nanos),
                }
            }
        };
        (seconds, nanos).into()
    }
}

/// Nanoseconds in a second.
const NANOS: u32 = 1_000_000_000;
