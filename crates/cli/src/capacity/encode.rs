//! A session's data as cookies carry it: a struct's, and a map's.

use gingersnap::{Map, Value as Entry};
use serde::ser::{SerializeSeq as _, SerializeTuple as _};
use serde::{Serialize, Serializer};
use serde_json::{Map as Object, Value};

/// The names and values of an object.
pub(super) fn from_json(session: &Object<String, Value>) -> Map {
    let mut map = Map::default();
    for (name, value) in session {
        map.insert(name.clone(), entry(value));
    }
    map
}

/// Bytes of a struct with these fields in postcard's encoding, which writes no names.
pub(super) fn typed(session: &Map) -> Option<Vec<u8>> {
    let values: Vec<_> = session.iter().map(|(_, value)| Field(value)).collect();
    postcard::to_allocvec(&Struct(&values)).ok()
}

/// Bytes of a [`Map`]; none of one that is too deep or has too many values.
pub(super) fn map(session: &Map) -> Option<Vec<u8>> {
    postcard::to_allocvec(session).ok()
}

fn entry(value: &Value) -> Entry {
    match value {
        Value::Null => Entry::Null,
        Value::Bool(is) => Entry::Bool(*is),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Entry::Int(number),
            (None, Some(number)) => Entry::Uint(number),
            (None, None) => Entry::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Entry::Text(text.clone()),
        Value::Array(list) => Entry::List(list.iter().map(entry).collect()),
        Value::Object(fields) => {
            Entry::Map(fields.iter().map(|(name, value)| (name.clone(), entry(value))).collect())
        }
    }
}

/// Fields without their names.
struct Struct<'a>(&'a [Field<'a>]);

impl Serialize for Struct<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|field| fields.serialize_element(field))?;
        fields.end()
    }
}

struct Field<'a>(&'a Entry);

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Entry::Bool(is) => serializer.serialize_bool(*is),
            // A field that is never negative is of an unsigned type, which is shorter.
            Entry::Int(number) => match u64::try_from(*number) {
                Ok(number) => serializer.serialize_u64(number),
                Err(_) => serializer.serialize_i64(*number),
            },
            Entry::Uint(number) => serializer.serialize_u64(*number),
            Entry::Float(number) => serializer.serialize_f64(*number),
            Entry::Text(text) => serializer.serialize_str(text),
            Entry::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Entry::List(list) => {
                let mut items = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|item| items.serialize_element(&Self(item)))?;
                items.end()
            }
            Entry::Map(fields) => {
                let values: Vec<_> = fields.values().map(Field).collect();
                Struct(&values).serialize(serializer)
            }
            _ => serializer.serialize_none(),
        }
    }
}
