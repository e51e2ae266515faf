//! Conversions between values and Rust types of several parts: options, lists, maps and tuples.

use std::collections::{BTreeMap, HashMap};

use super::{FromValue, Value};

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

impl<V: FromValue, const N: usize> FromValue for [V; N] {
    fn from_value(value: &Value) -> Option<Self> {
        Vec::from_value(value)?.try_into().ok()
    }
}

impl<V: Into<Value>, const N: usize> From<[V; N]> for Value {
    fn from(it: [V; N]) -> Self {
        Self::List(it.into_iter().map(Into::into).collect())
    }
}

macro_rules! maps {
    ($($map:ident)*) => { $(
        impl<V: FromValue> FromValue for $map<String, V> {
            fn from_value(value: &Value) -> Option<Self> {
                let Value::Map(map) = value else { return None };
                map.iter().map(|(key, value)| Some((key.clone(), V::from_value(value)?))).collect()
            }
        }

        impl<V: Into<Value>> From<$map<String, V>> for Value {
            fn from(it: $map<String, V>) -> Self {
                Self::Map(it.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    )* };
}

maps!(BTreeMap HashMap);

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
