//! Conversions between values and Rust types of one piece.

use super::Value;

/// A type that can be read out of a [`Value`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not come out of a `Map` with `get`",
    note = "a type that serde reads comes out with `get_as`, and goes in with `insert_as`"
)]
pub trait FromValue: Sized {
    /// The value as `Self`; `None` if it is of another kind or does not fit.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bool(it) = value { Some(*it) } else { None }
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

macro_rules! integers {
    ($($number:ty)*) => { $(
        impl FromValue for $number {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Int(it) => Self::try_from(*it).ok(),
                    Value::Uint(it) => Self::try_from(*it).ok(),
                    _ => None,
                }
            }
        }
    )* };
}

macro_rules! small_integers {
    ($($number:ty)*) => { $(
        impl From<$number> for Value {
            fn from(it: $number) -> Self {
                Self::Int(it.into())
            }
        }
    )* };
}

integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
small_integers!(i8 i16 i32 i64 u8 u16 u32);

impl From<u64> for Value {
    fn from(it: u64) -> Self {
        i64::try_from(it).map_or(Self::Uint(it), Self::Int)
    }
}

impl From<usize> for Value {
    fn from(it: usize) -> Self {
        Self::from(it as u64)
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Float(it) = value { Some(*it) } else { None }
    }
}

impl From<f64> for Value {
    fn from(it: f64) -> Self {
        Self::Float(it)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(it) = value { Some(it.clone()) } else { None }
    }
}

impl From<String> for Value {
    fn from(it: String) -> Self {
        Self::Text(it)
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::Text(it.into())
    }
}

impl FromValue for Box<[u8]> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bytes(it) = value { Some(it.as_slice().into()) } else { None }
    }
}

impl From<Box<[u8]>> for Value {
    fn from(it: Box<[u8]>) -> Self {
        Self::Bytes(it.into())
    }
}

impl From<&[u8]> for Value {
    fn from(it: &[u8]) -> Self {
        Self::Bytes(it.into())
    }
}
