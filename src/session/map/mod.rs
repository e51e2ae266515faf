//! `Map`: names and values, for sessions without a struct of their own.

mod value;

use std::collections::{BTreeMap, btree_map};
use std::ops::{Index, IndexMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use value::{FromValue, Value};
use value::{NULL, from_value, read_map, to_value, write_map};

use super::{SessionData, SessionError};
use crate::shape::NO_PRINT;

/// Values by name, as in Flask's `session`: ordered, at most 32 levels deep and 4,096 values in all. If there are more, sending
/// the session is an error that says where.
///
/// A typed struct takes less than half the bytes and is checked by the compiler; see [`SessionData`].
///
/// ```
/// use std::collections::BTreeMap;
///
/// use gingersnap::{Map, Timestamp, Value};
///
/// let mut session = Map::default();
/// session["visits"] = 1.into(); // as Flask's `session["visits"] = 1`
/// session.insert("tags", ["new", "beta"]);
/// session.insert("position", (52.5, 13.4));
/// session.insert("prices", BTreeMap::from([("tea".to_owned(), 3.5)]));
/// session.insert("seen_at", Timestamp::from_unix(1_800_000_000));
/// session.insert("device", &[0x5a; 16][..]);
/// assert_eq!(session.get("tags"), Some(vec!["new".to_owned(), "beta".to_owned()]));
/// assert_eq!(session.get("position"), Some((52.5, 13.4)));
/// assert_eq!(session.at(&["prices", "tea"]), &Value::Float(3.5));
/// assert_eq!(session.get::<String>("nobody"), None);
///
/// // A change in place, however deep.
/// session.update("visits", |visits: &mut u32| *visits += 1);
/// session.update("shop", |shop: &mut Map| {
///     shop.update("cart", |cart: &mut Vec<(String, u32)>| cart.push(("tea".into(), 2)));
/// });
/// assert_eq!(session.get("visits"), Some(2));
/// assert_eq!(session.get::<Map>("shop").unwrap().get("cart"), Some(vec![("tea".to_owned(), 2)]));
/// ```
///
/// Types that go in with [`insert`](Self::insert) implement `Into<Value>`, and types that come out with [`get`](Self::get)
/// implement [`FromValue`]. They are numbers, text, options, lists, tuples and maps of them, [`Timestamp`](crate::Timestamp) and
/// `SystemTime`; with the feature `time` also `OffsetDateTime` and `Date` of that crate. Bytes go in as a `&[u8]` and come out as
/// a `Box<[u8]>`: a `Vec<u8>` is a list of numbers, and takes more than twice the room. A struct of your own goes in with
/// [`insert_as`](Self::insert_as), and comes out with [`get_as`](Self::get_as).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(BTreeMap<String, Value>);

impl Map {
    /// The value under `key` as a `V`; `None` if there is none or if it is of another kind.
    pub fn get<V: FromValue>(&self, key: &str) -> Option<V> {
        self.0.get(key).and_then(V::from_value)
    }

    /// Puts `value` under `key`; returns the old one.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// The value under `key` as any type that serde reads; `None` if there is none or `T` refuses it.
    pub fn get_as<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.get(key).and_then(from_value)
    }

    /// Puts a struct of your own under `key`, as JSON would represent it. Names of fields and variants are text, bytes are a list
    /// of numbers, and a float that is not finite is `Null`. Returns the old value.
    ///
    /// ```
    /// # use gingersnap::{Map, SessionError};
    /// # use serde::{Deserialize, Serialize};
    /// #[derive(Deserialize, Serialize)]
    /// struct Profile {
    ///     name: String,
    ///     beta: bool,
    /// }
    ///
    /// fn greet(session: &mut Map) -> Result<String, SessionError> {
    ///     session.insert_as("profile", &Profile { name: "Ada".into(), beta: true })?;
    ///     let profile = session.get_as::<Profile>("profile");
    ///     Ok(profile.map_or("Hello".into(), |it| format!("Hello {}, beta: {}", it.name, it.beta)))
    /// }
    /// # assert_eq!(greet(&mut Map::default()).unwrap(), "Hello Ada, beta: true");
    /// ```
    ///
    /// If a session holds nothing but the struct, use a typed session: see [`SessionData`].
    ///
    /// # Errors
    /// [`SessionError::NotEncodable`] if the type refuses to be written, if it does not read what it writes, or if a number has
    /// more than 64 bits. The map then stays as it was.
    pub fn insert_as<T: Serialize + DeserializeOwned>(
        &mut self,
        key: impl Into<String>,
        it: &T,
    ) -> Result<Option<Value>, SessionError> {
        let value = to_value(it).map_err(|reason| SessionError::not_as_json::<T>(&reason))?;
        Ok(self.0.insert(key.into(), value))
    }

    /// Changes the value under `key` in place. If there is none, or if it is of another kind, it starts from `V::default()`.
    pub fn update<V, R>(&mut self, key: &str, change: impl FnOnce(&mut V) -> R) -> R
    where
        V: FromValue + Into<Value> + Default,
    {
        let mut value = self.get(key).unwrap_or_default();
        let result = change(&mut value);
        self.insert(key, value);
        result
    }

    /// The value at `path`, through nested maps; `Null` if there is none.
    pub fn at(&self, path: &[&str]) -> &Value {
        match path.split_first() {
            Some((&key, rest)) => self[key].at(rest),
            None => &NULL,
        }
    }

    /// Removes the value under `key` and returns it.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// True if there is a value under `key`.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Value> {
        self.0.iter()
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Index<&str> for Map {
    type Output = Value;

    /// The value under `key`; `Null` if there is none.
    fn index(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&NULL)
    }
}

impl IndexMut<&str> for Map {
    /// The value under `key`, to be changed; if there is none, a `Null` is put there.
    ///
    /// ```
    /// # use gingersnap::Map;
    /// let mut session = Map::default();
    /// session["count"] = 1.into();
    /// session["user"] = "ada".into();
    /// assert_eq!(session.get("count"), Some(1));
    /// ```
    fn index_mut(&mut self, key: &str) -> &mut Value {
        self.0.entry(key.into()).or_default()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a String, &'a Value);
    type IntoIter = btree_map::Iter<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromValue for Map {
    fn from_value(value: &Value) -> Option<Self> {
        BTreeMap::from_value(value).map(Self)
    }
}

impl From<Map> for Value {
    fn from(Map(it): Map) -> Self {
        Self::Map(it)
    }
}

impl SessionData for Map {
    const TAG: &'static str = "map";
    const VERSION: u16 = 1;
    const PRINT: Option<[u8; 2]> = Some(NO_PRINT);

    /// Merges name by name: the side that left a value as it was yields to the side that changed it. `None` if both changed one
    /// to different values, or if one removed all names and the other changed any.
    fn merge(base: &Self, ours: &Self, theirs: &Self) -> Option<Self> {
        let is_cleared = |it: &Self| !base.0.is_empty() && base.0.keys().all(|name| !it.0.contains_key(name));
        if ours == theirs {
            return Some(ours.clone());
        }
        if (is_cleared(ours) && theirs != base) || (is_cleared(theirs) && ours != base) {
            return None;
        }
        let mut merged = ours.clone();
        for name in base.0.keys().chain(theirs.0.keys()) {
            let [was, our, their] = [base, ours, theirs].map(|it| it.0.get(name));
            if our == was {
                match their {
                    Some(value) => drop(merged.0.insert(name.clone(), value.clone())),
                    None => drop(merged.0.remove(name)),
                }
            } else if their != was && their != our {
                return None;
            }
        }
        Some(merged)
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_map(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_map(deserializer).map(Self)
    }
}
