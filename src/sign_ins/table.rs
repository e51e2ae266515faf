//! A map of ids that is never changed, but replaced by one with more in it.
//!
//! Ids are random or the output of an HMAC, and so evenly spread: their first bits lead to a place in a sorted array with a few
//! others. Nearly every id that is looked for is not there. So a filter is asked first, which knows most of those with one look
//! at memory. New entries are in an array of their own until they are worth a merge, so that a new map costs what was added, and
//! not what is there. Nothing is guessed: what was put in is found, and nothing else.

use std::cmp::Ordering;
use std::sync::Arc;

/// Values by 16-byte ids.
#[derive(Clone)]
pub(crate) struct Table<V> {
    /// Nearly all entries.
    most: Arc<Sorted<V>>,
    /// Entries added since; where an id is in both, this value counts.
    recent: Arc<Sorted<V>>,
}

/// The value that a table keeps for an id: two values combine into the one that counts.
pub(crate) trait Value: Copy {
    /// The value that counts where both were put in.
    fn and(self, other: Self) -> Self;
}

/// The end of a sign-in: seconds since 1970, after which no token of it can be alive.
#[derive(Clone, Copy)]
pub(crate) struct Until(pub(crate) u32);

impl Value for Until {
    fn and(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

/// The cut-off of a person: tokens sealed at or before `at` are dead, and at `until` none of those can be alive anyway. Both are
/// seconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) at: u32,
    pub(crate) until: u32,
}

impl Value for Cut {
    fn and(self, other: Self) -> Self {
        Self { at: self.at.max(other.at), until: self.until.max(other.until) }
    }
}

impl<V: Value> Table<V> {
    pub(crate) fn get(&self, id: [u8; 16]) -> Option<V> {
        let key = u128::from_be_bytes(id);
        self.recent.get(key).or_else(|| self.most.get(key))
    }

    /// This table with these values added. When arrays are merged, values for which `is_over` is true are dropped.
    pub(crate) fn with(
        &self,
        added: impl IntoIterator<Item = ([u8; 16], V)>,
        is_over: impl Fn(V) -> bool,
    ) -> Self {
        let all = added.into_iter().map(|(id, value)| (u128::from_be_bytes(id), value));
        let mut added: Vec<(u128, V)> = all.collect();
        if added.is_empty() {
            return self.clone();
        }
        added.sort_by_key(|(key, _)| *key);
        let added = join(added);
        let before = |key| self.most.get(key);
        let added =
            added.into_iter().map(|(key, value)| (key, before(key).map_or(value, |it| it.and(value))));
        let recent = merge(self.recent.iter(), added);
        if recent.len() <= LEAST_MERGED.max(self.most.keys.len() / SHARE) {
            return Self { most: Arc::clone(&self.most), recent: Arc::new(Sorted::new(&recent)) };
        }
        let mut most = merge(self.most.iter(), recent.into_iter());
        most.retain(|(_, value)| !is_over(*value));
        Self { most: Arc::new(Sorted::new(&most)), recent: Arc::default() }
    }

    /// All ids and their values, in no order that means anything; for an id that is there twice, the value that counts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ([u8; 16], V)> {
        let most = self.most.iter().filter(|(key, _)| self.recent.get(*key).is_none());
        most.chain(self.recent.iter()).map(|(key, value)| (key.to_be_bytes(), value))
    }

    /// The number of ids.
    pub(crate) fn len(&self) -> usize {
        let is_new = |key: &u128| self.most.get(*key).is_none();
        self.most.keys.len() + self.recent.keys.iter().filter(|key| is_new(key)).count()
    }

    /// Bytes of memory.
    pub(crate) fn octets(&self) -> usize {
        self.most.octets() + self.recent.octets()
    }
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { most: Arc::default(), recent: Arc::default() }
    }
}

/// Values beside their sorted keys.
struct Sorted<V> {
    keys: Box<[u128]>,
    values: Box<[V]>,
    /// The index of the first key of each bucket, and the end of the last one. A bucket holds the keys with the same first bits.
    starts: Box<[u32]>,
    /// The number of low bits of a key that do not choose its bucket.
    shift: u32,
    filter: Filter,
}

impl<V: Copy> Sorted<V> {
    /// Sorts keys into buckets. They come in order, each once.
    fn new(all: &[(u128, V)]) -> Self {
        let bits = (all.len() / A_BUCKET).checked_ilog2().unwrap_or_default().min(MOST_BITS);
        let shift = u128::BITS - bits;
        let keys: Box<[u128]> = all.iter().map(|(key, _)| *key).collect();
        let values = all.iter().map(|(_, value)| *value).collect();
        let start = |bucket: u32| {
            let at = keys.partition_point(|key| bucket_of(*key, shift) < bucket as usize);
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        let starts = (0..=1 << bits).map(start).collect();
        let filter = Filter::new(&keys);
        Self { keys, values, starts, shift, filter }
    }

    fn get(&self, key: u128) -> Option<V> {
        if self.filter.may_have(key) { self.find(key) } else { None }
    }

    fn find(&self, key: u128) -> Option<V> {
        let bucket = bucket_of(key, self.shift);
        let (from, to) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let at = self.keys.get(from..to)?.binary_search(&key).ok()?;
        self.values.get(from + at).copied()
    }

    fn iter(&self) -> impl Iterator<Item = (u128, V)> {
        self.keys.iter().copied().zip(self.values.iter().copied())
    }

    fn octets(&self) -> usize {
        let keys = size_of_val(&*self.keys) + size_of_val(&*self.values);
        keys + size_of_val(&*self.starts) + size_of_val(&*self.filter.0)
    }
}

impl<V> Default for Sorted<V> {
    fn default() -> Self {
        let (keys, values, starts, filter) = Default::default();
        Self { keys, values, starts, shift: u128::BITS, filter }
    }
}

/// A Bloom filter whose bits for one key are in one word.
#[derive(Default)]
struct Filter(Box<[u64]>);

impl Filter {
    fn new(keys: &[u128]) -> Self {
        let mut filter = Self(vec![0; (keys.len() * BITS_A_KEY).div_ceil(64)].into());
        for key in keys {
            let word = filter.word_of(*key);
            filter.0.get_mut(word).into_iter().for_each(|word| *word |= bits_of(*key));
        }
        filter
    }

    /// False for most keys that are not there, and for every key if there are none.
    fn may_have(&self, key: u128) -> bool {
        let bits = bits_of(key);
        self.0.get(self.word_of(key)).is_some_and(|word| word & bits == bits)
    }

    /// The word for a key: its low half, scaled to the number of words.
    fn word_of(&self, key: u128) -> usize {
        let low = key & u128::from(u64::MAX);
        usize::try_from((low * self.0.len() as u128) >> 64).unwrap_or_default()
    }
}

/// Four bits, chosen by parts of a key that choose neither its bucket nor its word.
fn bits_of(key: u128) -> u64 {
    let bit = |shift: u32| 1 << ((key >> shift) & 63);
    bit(0) | bit(6) | bit(12) | bit(18)
}

fn bucket_of(key: u128, shift: u32) -> usize {
    // A shift by all bits leaves only one bucket.
    key.checked_shr(shift).and_then(|bucket| usize::try_from(bucket).ok()).unwrap_or_default()
}

/// Merges two lists in order; for a key in both, the value that counts.
fn merge<V: Value>(
    one: impl Iterator<Item = (u128, V)>,
    other: impl Iterator<Item = (u128, V)>,
) -> Vec<(u128, V)> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    let mut merged = Vec::with_capacity(one.size_hint().0 + other.size_hint().0);
    loop {
        let order = match (one.peek(), other.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return merged,
        };
        let left = if order.is_le() { one.next() } else { None };
        let right = if order.is_ge() { other.next() } else { None };
        merged.extend(match (left, right) {
            (Some((key, left)), Some((_, right))) => Some((key, left.and(right))),
            (left, right) => left.or(right),
        });
    }
}

/// Removes repeated keys from a list in order.
fn join<V: Value>(sorted: Vec<(u128, V)>) -> Vec<(u128, V)> {
    let mut joined: Vec<(u128, V)> = Vec::with_capacity(sorted.len());
    for (key, value) in sorted {
        match joined.last_mut() {
            Some((last, kept)) if *last == key => *kept = kept.and(value),
            _ => joined.push((key, value)),
        }
    }
    joined
}

/// Keys in a bucket, on average: four cache lines.
const A_BUCKET: usize = 16;
/// Bits of the filter for each key: about one in a hundred keys that are not there passes it.
const BITS_A_KEY: usize = 12;
/// The most bits that choose a bucket: 64 MiB have room for so many buckets.
const MOST_BITS: u32 = 24;
/// So few new values are never worth a merge.
const LEAST_MERGED: usize = 1024;
/// A merge copies at most this many values for each that was added.
const SHARE: usize = 64;
