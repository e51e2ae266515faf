//! The values of a [`Map`](super::Map): a closed set.

use std::collections::BTreeMap;

mod convert;
#[cfg(feature = "time")]
mod dates;
mod json;
mod nested;
mod times;
mod wire;

pub use convert::FromValue;
pub(super) use json::{from_value, to_value};
pub(super) use wire::{read_map, write_map};

/// One value of a [`Map`](super::Map).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above `i64::MAX`. A smaller one is sealed as an [`Int`](Self::Int), and comes back as one.
    Uint(u64),
    /// A floating-point number.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// The value at `path`, through maps; `Null` if there is none.
    pub fn at(&self, path: &[&str]) -> &Value {
        path.iter().fold(self, |value, &key| match value {
            Self::Map(map) => map.get(key).unwrap_or(&NULL),
            _ => &NULL,
        })
    }
}

pub(super) static NULL: Value = Value::Null;
