//! Conversions between values and any type that serde knows, through JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value as Json};

use super::Value;

/// The value for `it`, as JSON would represent it, if `T` reads it again.
///
/// # Errors
/// The error of `Serialize` or `Deserialize`, or one for a whole number beyond 64 bits.
pub(in crate::session::map) fn to_value<T: Serialize + DeserializeOwned>(it: &T) -> Result<Value, String> {
    let json = serde_json::to_value(it).map_err(|error| error.to_string())?;
    let value = from_json(json)?;
    serde_json::from_value::<T>(to_json(&value)).map_err(|error| error.to_string())?;
    Ok(value)
}

/// The value as a `T`; `None` if `T` refuses it.
pub(in crate::session::map) fn from_value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(to_json(value)).ok()
}

fn from_json(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(it),
        Json::Number(it) => number(&it).ok_or_else(|| format!("a number beyond 64 bits: {it}"))?,
        Json::String(it) => Value::Text(it),
        Json::Array(it) => Value::List(it.into_iter().map(from_json).collect::<Result<_, _>>()?),
        Json::Object(it) => {
            let entries = it.into_iter().map(|(key, value)| Ok((key, from_json(value)?)));
            Value::Map(entries.collect::<Result<_, String>>()?)
        }
    })
}

fn number(it: &Number) -> Option<Value> {
    let whole = it.as_i64().map(Value::Int).or_else(|| it.as_u64().map(Value::from));
    whole.or_else(|| it.as_f64().filter(|_| it.is_f64()).map(Value::Float))
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => Json::from(*it),
        Value::Uint(it) => Json::from(*it),
        Value::Float(it) => Json::from(*it),
        Value::Text(it) => Json::from(it.as_str()),
        Value::Bytes(it) => Json::from(it.as_slice()),
        Value::List(it) => it.iter().map(to_json).collect(),
        Value::Map(it) => it.iter().map(|(key, value)| (key.clone(), to_json(value))).collect(),
    }
}
