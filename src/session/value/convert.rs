//! Values from Rust types and back.

use std::collections::BTreeMap;

use super::Value;

/// What can be read out of a [`Value`].
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

impl<V: FromValue> FromValue for Option<V> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Null = value { Some(None) } else { V::from_value(value).map(Some) }
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(it: Option<V>) -> Self {
        it.map_or(Self::Null, Into::into)
    }
}

impl<V: FromValue> FromValue for Vec<V> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::List(list) = value { list.iter().map(V::from_value).collect() } else { None }
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(it: Vec<V>) -> Self {
        Self::List(it.into_iter().map(Into::into).collect())
    }
}

impl<V: FromValue> FromValue for BTreeMap<String, V> {
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Map(map) = value else { return None };
        map.iter().map(|(key, value)| Some((key.clone(), V::from_value(value)?))).collect()
    }
}

impl<V: Into<Value>> From<BTreeMap<String, V>> for Value {
    fn from(it: BTreeMap<String, V>) -> Self {
        Self::Map(it.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: FromValue),*> FromValue for ($($name,)*) {
            fn from_value(value: &Value) -> Option<Self> {
                let Value::List(list) = value else { return None };
                let mut list = list.iter();
                let tuple = ($($name::from_value(list.next()?)?,)*);
                list.next().is_none().then_some(tuple)
            }
        }

        #[expect(non_snake_case, reason = "each type's value is bound under the type's name")]
        impl<$($name: Into<Value>),*> From<($($name,)*)> for Value {
            fn from(($($name,)*): ($($name,)*)) -> Self {
                Self::List(vec![$($name.into()),*])
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
