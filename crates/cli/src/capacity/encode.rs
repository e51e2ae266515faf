//! A session's data as cookies carry it: a struct's, and a map's.

use gingersnap::{Map, Value as Entry};
use serde::ser::{SerializeSeq as _, SerializeTuple as _};
use serde::{Serialize, Serializer};
use serde_json::{Map as Object, Value};

use crate::error::Error;

/// Bytes of a struct with these fields in postcard's encoding, which writes no names.
pub(super) fn typed(session: &Object<String, Value>) -> Result<Vec<u8>, Error> {
    encoded(&Fields(session)).ok_or_else(|| Error::refused("the session cannot be encoded"))
}

/// Bytes of a [`Map`]; none of one that is too deep or has too many values.
pub(super) fn map(session: &Object<String, Value>) -> Option<Vec<u8>> {
    let mut map = Map::default();
    for (name, value) in session {
        map.insert(name.clone(), entry(value));
    }
    encoded(&map)
}

fn encoded(value: &impl Serialize) -> Option<Vec<u8>> {
    postcard::to_allocvec(value).ok()
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

/// An object as a struct.
struct Fields<'a>(&'a Object<String, Value>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_tuple(self.0.len())?;
        self.0.values().try_for_each(|value| fields.serialize_element(&Field(value)))?;
        fields.end()
    }
}

struct Field<'a>(&'a Value);

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Array(list) => {
                let mut items = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|item| items.serialize_element(&Field(item)))?;
                items.end()
            }
            Value::Object(fields) => Fields(fields).serialize(serializer),
            other => other.serialize(serializer),
        }
    }
}
