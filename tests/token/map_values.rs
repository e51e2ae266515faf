//! A Rust value put into a `Map` comes out as it was, through the encoding.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use gingersnap::{FromValue, Map, Timestamp, Value};
use proptest::prelude::*;

/// The value after a journey in a cookie.
#[track_caller]
fn sent<V: FromValue>(value: impl Into<Value>) -> Option<V> {
    let mut map = Map::default();
    map.insert("it", value);
    let bytes = postcard::to_allocvec(&map).unwrap();
    postcard::from_bytes::<Map>(&bytes).unwrap().get("it")
}

#[track_caller]
fn comes_back<V: FromValue + Into<Value> + Clone + Debug + PartialEq>(value: &V) {
    assert_eq!(sent::<V>(value.clone()).as_ref(), Some(value));
}

/// A few of `each`: a map has at most 4,096 values.
fn few<S: Strategy>(each: S) -> impl Strategy<Value = Vec<S::Value>> {
    prop::collection::vec(each, 0..6)
}

proptest! {
    #[test]
    fn numbers_and_texts_come_back(int: i64, uint: u64, small: (i8, u8, i16, u16), wide: (i32, u32, bool), text: String) {
        comes_back(&int);
        comes_back(&uint);
        comes_back(&small);
        comes_back(&wide);
        comes_back(&text);
    }

    #[test]
    fn lists_arrays_and_options_come_back(list in few(any::<Option<i64>>()), array: [u64; 3], nested in few(few(".{0,9}"))) {
        comes_back(&list);
        comes_back(&array);
        comes_back(&nested);
    }

    #[test]
    fn tuples_come_back(two: (i64, String), three: (bool, u64, Option<i64>), four: (u8, (i8, i8), Option<String>, [u8; 2])) {
        comes_back(&two);
        comes_back(&three);
        comes_back(&four);
    }

    #[test]
    fn maps_come_back(entries in few((".{0,9}", few(any::<u8>()))), others in few((".{0,9}", few((".{0,9}", any::<bool>()))))) {
        comes_back(&entries.into_iter().collect::<BTreeMap<_, _>>());
        let others = others.into_iter().map(|(name, within)| (name, within.into_iter().collect()));
        comes_back(&others.collect::<HashMap<String, BTreeMap<_, _>>>());
    }

    #[test]
    fn bytes_come_back(bytes: Box<[u8]>) {
        comes_back(&bytes);
        prop_assert_eq!(Value::from(&bytes[..]), Value::Bytes(bytes.to_vec()));
    }

    #[test]
    fn maps_within_a_map_come_back(name: String, number: i64, deep in 0..30usize) {
        let mut innermost = Map::default();
        innermost.insert(name, number);
        comes_back(&(0..deep).fold(innermost, |inner, _| {
            let mut outer = Map::default();
            outer.insert("inner", inner);
            outer
        }));
    }

    #[test]
    fn timestamps_come_back(seconds: u64) {
        comes_back(&Timestamp::from_unix(seconds));
    }

    #[test]
    fn system_times_come_back_to_the_nanosecond(seconds: i64, nanos in 0..1_000_000_000u32) {
        let value = Value::from((seconds, nanos));
        if let Some(time) = SystemTime::from_value(&value) {
            comes_back(&time);
            prop_assert_eq!(Value::from(time), value);
        }
    }
}

#[test]
fn a_system_time_is_its_second_and_the_nanoseconds_after_it() {
    let around = |seconds: i64, nanos: u32| {
        let time = SystemTime::from_value(&Value::from((seconds, nanos))).unwrap();
        comes_back(&time);
        time
    };
    let epoch = SystemTime::UNIX_EPOCH;
    assert_eq!(around(0, 0), epoch);
    assert_eq!(around(1, 5), epoch + Duration::new(1, 5));
    assert_eq!(around(-1, 999_999_999), epoch - Duration::from_nanos(1));
    assert_eq!(around(-2, 0), epoch - Duration::from_secs(2));
    assert_eq!(SystemTime::from_value(&Value::from((0, 1_000_000_000))), None);
    assert_eq!(SystemTime::from_value(&Value::from(7)), None);
    assert_eq!(Value::from(epoch + Duration::new(1, 5)), Value::List(vec![Value::Int(1), Value::Int(5)]));
}

#[test]
fn what_is_of_another_kind_or_length_does_not_come_out() {
    assert_eq!(sent::<[u8; 2]>([1, 2, 3]), None);
    assert_eq!(sent::<(u8, u8)>([1, 2, 3]), None);
    assert_eq!(sent::<(u8, u8)>((1, 2)), Some((1, 2)));
    assert_eq!(sent::<Vec<u8>>([1, 256]), None);
    assert_eq!(sent::<Vec<u8>>(&[1, 2][..]), None);
    assert_eq!(sent::<Box<[u8]>>([1, 2]), None);
    assert_eq!(sent::<HashMap<String, u8>>([1]), None);
    assert_eq!(sent::<Map>([1]), None);
    assert_eq!(sent::<Timestamp>(-1), None);
}

#[test]
fn a_list_of_nothing_and_a_map_of_nothing_differ() {
    assert_eq!(sent::<Vec<u8>>(Map::default()), None);
    assert_eq!(sent::<BTreeMap<String, u8>>(Map::default()), Some(BTreeMap::new()));
    assert_eq!(sent::<Option<Map>>(None::<Map>), Some(None));
}

#[cfg(feature = "time")]
mod dates {
    use super::{Value, comes_back, prop_assert_eq, proptest, sent};
    use time::{Date, OffsetDateTime, Time, UtcOffset};

    fn text(value: impl Into<Value>) -> String {
        sent(value).unwrap()
    }

    proptest! {
        #[test]
        fn dates_come_back(day in Date::MIN.to_julian_day()..=Date::MAX.to_julian_day()) {
            comes_back(&Date::from_julian_day(day).unwrap());
        }

        #[test]
        fn points_in_time_come_back_with_their_offset(
            day in Date::MIN.to_julian_day()..=Date::MAX.to_julian_day(),
            nanos in 0..86_400_000_000_000u64,
            offset in -93_599..=93_599i32,
            is_odd: bool,
        ) {
            let hour = u8::try_from(nanos / 3_600_000_000_000).unwrap();
            let time = Time::from_hms_nano(
                hour,
                u8::try_from(nanos / 60_000_000_000 % 60).unwrap(),
                u8::try_from(nanos / 1_000_000_000 % 60).unwrap(),
                u32::try_from(nanos % 1_000_000_000).unwrap(),
            );
            let offset = if is_odd { offset } else { offset / 3600 * 3600 };
            let offset = UtcOffset::from_whole_seconds(offset).unwrap();
            let it = Date::from_julian_day(day).unwrap().with_time(time.unwrap()).assume_offset(offset);
            comes_back(&it);
            let back = sent::<OffsetDateTime>(it).unwrap();
            prop_assert_eq!((back.offset(), back.date(), back.time()), (it.offset(), it.date(), it.time()));
        }
    }

    #[test]
    fn a_date_is_text_that_others_read() {
        let it = Date::from_ordinal_date(2030, 31).unwrap();
        assert_eq!(text(it), "2030-01-31");
        let noon = it.with_hms_micro(12, 0, 0, 500_000).unwrap();
        assert_eq!(text(noon.assume_utc()), "2030-01-31T12:00:00.5Z");
        let offset = |seconds| UtcOffset::from_whole_seconds(seconds).unwrap();
        assert_eq!(text(noon.assume_offset(offset(-5400))), "2030-01-31T12:00:00.5-01:30");
        assert_eq!(text(noon.assume_offset(offset(5401))), "2030-01-31T12:00:00.5+01:30:01");
        assert_eq!(text(Date::from_ordinal_date(-44, 75).unwrap()), "-0044-03-15");
    }

    #[test]
    fn other_text_is_no_date() {
        for other in ["", "tomorrow", "2030-02-30", "2030-01-31T12:00:00"] {
            assert_eq!(sent::<Date>(other), None);
            assert_eq!(sent::<OffsetDateTime>(other), None);
        }
        assert_eq!(sent::<Date>(7), None);
        assert_eq!(sent::<OffsetDateTime>(7), None);
    }
}
