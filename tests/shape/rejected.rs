//! Types with code of their own: asymmetric, dynamic, or not to be had back.

use std::collections::BTreeMap;
use std::fmt;

use gingersnap::BuildError;
use serde::de::{Error as _, IgnoredAny};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Of, build, is_refused};

#[test]
fn a_dynamic_value_is_refused() {
    let text = ": asks the encoding what comes next, as untagged and internally tagged enums and dynamic values do, and it does not say; use serde's default tagging, or a gingersnap::Map";
    is_refused::<serde_json::Value>(text);
    is_refused::<BTreeMap<String, serde_json::Value>>(&format!("[]{text}"));
}

#[test]
fn a_value_that_is_passed_over_is_refused() {
    #[derive(Clone, Default)]
    struct Ignored;
    impl Serialize for Ignored {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u8(0)
        }
    }
    impl<'de> Deserialize<'de> for Ignored {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            IgnoredAny::deserialize(deserializer).map(|_| Self)
        }
    }
    is_refused::<(Ignored, u8)>(
        ".0: is passed over whatever it is, and the encoding does not say where it ends; read a type",
    );
}

fn as_text<S: Serializer>(it: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(it)
}

fn as_small<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u8::deserialize(deserializer).map(Into::into)
}

#[test]
fn what_is_written_as_one_kind_and_read_as_another_is_refused() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Text {
        #[serde(serialize_with = "as_text")]
        it: u32,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Small {
        #[serde(deserialize_with = "as_small")]
        it: u32,
    }
    is_refused::<Text>(".it: is written as text and read as u32; make Serialize and Deserialize agree");
    is_refused::<Small>(".it: is written as u32 and read as u8; make Serialize and Deserialize agree");
}

#[test]
fn an_option_that_is_read_as_if_it_were_always_there_is_refused() {
    fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u8>>, D::Error> {
        Option::<u8>::deserialize(deserializer).map(Some)
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Patch {
        #[serde(default, deserialize_with = "some")]
        age: Option<Option<u8>>,
    }
    is_refused::<Patch>(".age: is written as an option and read as u8; make Serialize and Deserialize agree");
}

#[test]
fn a_part_that_is_not_read_is_refused() {
    fn pair<S: Serializer>(it: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        (*it, *it).serialize(serializer)
    }
    fn first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        <(u8,)>::deserialize(deserializer).map(|(it,)| it)
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Half {
        #[serde(serialize_with = "pair", deserialize_with = "first")]
        it: u8,
        more: u8,
    }
    is_refused::<Half>(
        ".it.1: is written and not read, as with #[serde(skip_deserializing)] or a tagged struct; use #[serde(skip)] or neither",
    );
}

#[test]
fn a_list_without_a_length_is_refused() {
    #[derive(Clone, Default, Deserialize)]
    struct Evens(Vec<u8>);
    impl Serialize for Evens {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            self.0.iter().filter(|it| **it % 2 == 0).try_for_each(|it| list.serialize_element(it))?;
            list.end()
        }
    }
    is_refused::<Evens>(
        ": is a list or map of unknown length, as a struct with #[serde(flatten)] is, and the encoding needs the length; do not flatten",
    );
}

#[test]
fn a_value_that_comes_back_as_another_one_is_refused_by_its_field() {
    fn twice<S: Serializer>(it: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(it * 2)
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Growing {
        calm: u32,
        #[serde(serialize_with = "twice")]
        it: u32,
    }
    is_refused::<Vec<Growing>>(
        "[].it: is read back as another value than was written; make Serialize and Deserialize agree",
    );
}

/// Text with an `@` in it; `DEFAULT` is its text at first.
#[derive(Clone, Serialize)]
struct Mail<const DEFAULT: char>(String);

impl<const DEFAULT: char> Default for Mail<DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT.into())
    }
}

impl<'de, const DEFAULT: char> Deserialize<'de> for Mail<DEFAULT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains('@') { Ok(Self(text)) } else { Err(D::Error::custom("no @ in it")) }
    }
}

#[test]
fn a_default_that_is_not_read_again_is_refused() {
    is_refused::<(u8, Mail<'x'>)>(".1: what is written is refused when it is read: no @ in it");
    crate::is_carried::<(u8, Mail<'@'>)>();
}

#[test]
fn a_default_that_cannot_be_written_is_refused() {
    #[derive(Clone, Default, Deserialize)]
    struct Unwritable(u8);
    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("not today"))
        }
    }
    is_refused::<Unwritable>(": its default cannot be written: not today");
}

#[test]
fn the_field_and_the_reason_can_be_had_apart() {
    let Err(BuildError::NotCarried { field, reason }) = build::<(u8, serde_json::Value)>() else {
        panic!("not refused");
    };
    assert_eq!(field, "shape::Of<(u8, serde_json::value::Value)>.1");
    assert!(reason.starts_with("asks the encoding what comes next, "), "{reason}");
}

#[test]
fn an_error_that_a_wrapper_made_text_of_keeps_its_field() {
    /// Knows errors by their text alone, as some wrappers do.
    #[derive(Clone, Default, Serialize)]
    struct Wrapped(serde_json::Value);
    impl<'de> Deserialize<'de> for Wrapped {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let value = serde_json::Value::deserialize(deserializer);
            value.map(Self).map_err(|error| D::Error::custom(fmt::format(format_args!("wrapped: {error}"))))
        }
    }
    let Err(error) = build::<(u8, Wrapped)>() else { panic!("not refused") };
    let begin = format!("{}.1: asks the encoding ", std::any::type_name::<Of<(u8, Wrapped)>>());
    assert!(error.to_string().starts_with(&begin), "{error}");
}
