//! Values as bytes, written and read with bounded depth and number: derived code could overflow the stack.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, EnumAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde::{Deserialize, Deserializer};

use super::Value;
use crate::session::error::MAP_BOUNDS;

/// A value `depth` levels down.
struct Nested<'a>(&'a Value, usize);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, depth) = *self;
        if depth == MAX_DEPTH && matches!(value, Value::List(_) | Value::Map(_)) {
            return Err(S::Error::custom(TOO_DEEP));
        }
        match value {
            Value::Null => serializer.serialize_unit_variant(NAME, 0, "Null"),
            Value::Bool(it) => serializer.serialize_newtype_variant(NAME, 1, "Bool", it),
            Value::Int(it) => serializer.serialize_newtype_variant(NAME, 2, "Int", it),
            Value::Uint(it) => match i64::try_from(*it) {
                Ok(small) => serializer.serialize_newtype_variant(NAME, 2, "Int", &small),
                Err(_) => serializer.serialize_newtype_variant(NAME, 3, "Uint", it),
            },
            Value::Float(it) => serializer.serialize_newtype_variant(NAME, 4, "Float", it),
            Value::Text(it) => serializer.serialize_newtype_variant(NAME, 5, "Text", it),
            Value::Bytes(it) => serializer.serialize_newtype_variant(NAME, 6, "Bytes", &AsBytes(it)),
            Value::List(it) => {
                serializer.serialize_newtype_variant(NAME, 7, "List", &NestedList(it, depth + 1))
            }
            Value::Map(it) => serializer.serialize_newtype_variant(NAME, 8, "Map", &NestedMap(it, depth + 1)),
        }
    }
}

struct AsBytes<'a>(&'a [u8]);

impl Serialize for AsBytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct NestedList<'a>(&'a [Value], usize);

impl Serialize for NestedList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for value in self.0 {
            list.serialize_element(&Nested(value, self.1))?;
        }
        list.end()
    }
}

struct NestedMap<'a>(&'a BTreeMap<String, Value>, usize);

impl Serialize for NestedMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, &Nested(value, self.1))?;
        }
        map.end()
    }
}

/// Reads a value `depth` levels down; `left` is the number of values that may still come.
#[derive(Clone, Copy)]
struct Seed<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl<'a> Seed<'a> {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            Err(E::custom(TOO_DEEP))
        } else {
            Ok(Self { depth: self.depth + 1, ..self })
        }
    }

    fn count<E: de::Error>(self) -> Result<(), E> {
        self.left.set(self.left.get().checked_sub(1).ok_or_else(|| E::custom(TOO_MANY))?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_enum(NAME, VARIANTS, self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (index, variant) = access.variant_seed(PhantomData::<u32>)?;
        match index {
            0 => variant.unit_variant().map(|()| Value::Null),
            1 => variant.newtype_variant().map(Value::Bool),
            2 => variant.newtype_variant().map(Value::Int),
            3 => match variant.newtype_variant()? {
                it if it > i64::MAX.cast_unsigned() => Ok(Value::Uint(it)),
                _ => Err(de::Error::custom("a small number as a large one")),
            },
            4 => variant.newtype_variant().map(Value::Float),
            5 => variant.newtype_variant().map(Value::Text),
            6 => variant.newtype_variant().map(|ByteBuf(it)| Value::Bytes(it)),
            7 => variant.newtype_variant_seed(ListSeed(self.deeper()?)).map(Value::List),
            8 => variant.newtype_variant_seed(MapSeed(self.deeper()?)).map(Value::Map),
            _ => Err(de::Error::custom("no such kind of value")),
        }
    }
}

struct ByteBuf(Vec<u8>);

impl<'de> Deserialize<'de> for ByteBuf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(|bytes| Self(bytes.into()))
    }
}

struct ListSeed<'a>(Seed<'a>);

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Value>, A::Error> {
        // The announced length is not trusted: each value counts when it is there.
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.0)? {
            values.push(value);
        }
        Ok(values)
    }
}

struct MapSeed<'a>(Seed<'a>);

impl<'de> DeserializeSeed<'de> for MapSeed<'_> {
    type Value = BTreeMap<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MapSeed<'_> {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::<String, Value>::new();
        while let Some(key) = map.next_key::<String>()? {
            if values.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(de::Error::custom("names that are not in order"));
            }
            values.insert(key, map.next_value_seed(self.0)?);
        }
        Ok(values)
    }
}

/// Writes a whole map, within the limits of [`read_map`]: whatever is sealed must open again.
pub(in crate::session) fn write_map<S: Serializer>(
    map: &BTreeMap<String, Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if let Some(place) = too_deep(map, 1) {
        return Err(S::Error::custom(format_args!("{TOO_DEEP}: at {place}")));
    }
    let counts = || map.iter().map(|(name, value)| (count(value), name));
    let all: usize = counts().map(|(count, _)| count).sum();
    if let Some((most, name)) = counts().max().filter(|_| all > MAX_VALUES) {
        return Err(S::Error::custom(format_args!("{TOO_MANY}: {all} in all, {most} of them at {name}")));
    }
    NestedMap(map, 1).serialize(serializer)
}

/// The place of the first value below the deepest level, in a map at level `depth`.
fn too_deep(map: &BTreeMap<String, Value>, depth: usize) -> Option<String> {
    map.iter().find_map(|(name, value)| Some(format!("{name}{}", too_deep_in(value, depth)?)))
}

/// The rest of that place, in a value at level `depth`.
fn too_deep_in(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::List(_) | Value::Map(_) if depth == MAX_DEPTH => Some(String::new()),
        Value::List(list) => list
            .iter()
            .enumerate()
            .find_map(|(index, value)| Some(format!("[{index}]{}", too_deep_in(value, depth + 1)?))),
        Value::Map(map) => too_deep(map, depth + 1).map(|place| format!(".{place}")),
        _ => None,
    }
}

/// The number of values: this one, which is not too deep, and all within it.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::List(list) => list.iter().map(count).sum(),
        Value::Map(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Reads a whole map with fresh limits.
pub(in crate::session) fn read_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Value>, D::Error> {
    let left = Cell::new(MAX_VALUES);
    MapSeed(Seed { depth: 1, left: &left }).deserialize(deserializer)
}

const NAME: &str = "Value";
const VARIANTS: &[&str] = &["Null", "Bool", "Int", "Uint", "Float", "Text", "Bytes", "List", "Map"];
const TOO_DEEP: &str = MAP_BOUNDS[0];
const TOO_MANY: &str = MAP_BOUNDS[1];
/// Levels of lists and maps, the outermost map included.
const MAX_DEPTH: usize = 32;
/// Values in one map, nested ones included.
const MAX_VALUES: usize = 4096;
