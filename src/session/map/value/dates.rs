//! Conversions between values and dates of the `time` crate: text that people and other programs read.

use time::format_description::well_known::Rfc3339;
use time::format_description::{BorrowedFormatItem, parse_borrowed};
use time::{Date, OffsetDateTime};

use super::{FromValue, Value};

/// Text of RFC 3339.
impl FromValue for OffsetDateTime {
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Text(text) = value else { return None };
        Self::parse(text, &Rfc3339).or_else(|_| Self::parse(text, &described(DATE_TIME))).ok()
    }
}

/// Text of RFC 3339. Years before 0 and offsets with seconds, which RFC 3339 does not have, are written in the same way.
impl From<OffsetDateTime> for Value {
    fn from(it: OffsetDateTime) -> Self {
        let text = it.format(&Rfc3339).or_else(|_| it.format(&described(DATE_TIME)));
        Self::Text(text.unwrap_or_default())
    }
}

/// Text, as `2030-01-31`.
impl FromValue for Date {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Self::parse(text, &described(DATE)).ok() } else { None }
    }
}

/// Text, as `2030-01-31`.
impl From<Date> for Value {
    fn from(it: Date) -> Self {
        Self::Text(it.format(&described(DATE)).unwrap_or_default())
    }
}

fn described(format: &str) -> Vec<BorrowedFormatItem<'_>> {
    parse_borrowed::<2>(format).unwrap_or_default()
}

const DATE: &str = "[year]-[month]-[day]";
const DATE_TIME: &str = "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond]\
                         [offset_hour sign:mandatory]:[offset_minute]:[offset_second]";
