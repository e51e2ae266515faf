//! A check that the encoding can carry a type, made once, when a layer is built; and its [`print`].
//!
//! postcard writes no names and no kinds: a type that leaves a field out, or asks what comes next, is refused at
//! each read, or worse, misread. So a type is tried out: its `Deserialize` is fed with made-up values
//! ([`sample`]), each of them and the default is written down by its `Serialize` ([`record`]), the writing is
//! compared with the reading ([`replay`]), and postcard itself has the last word.
//!
//! Guaranteed: a type is refused for a fault that was seen, and accepted if none was. Not guaranteed: that every fault
//! is seen. A type that refuses every sample is judged by its default alone; a field that is left out for one rare
//! value is not noticed; and a type that is too large or too deep is tried out in part.

mod elements;
mod order;
mod parts;
mod print;
mod probe;
mod reader;
mod record;
mod replay;
mod sample;
mod scalar;
mod sizes;
mod source;
mod text;
mod tracer;
mod tree;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use order::keeps_order;
pub(crate) use print::{NO_PRINT, print};
use probe::{Failure, Probe};
use record::{Token, record};
use replay::Replay;
use sample::Sampler;
pub(crate) use sizes::{Sizes, sizes};
use source::Counts;

/// A fault for which the encoding cannot carry a type.
#[derive(Debug)]
pub(crate) struct NotCarried {
    /// The path from the type's name to the field, as in `shop::Cart.lines[].note`.
    pub(crate) field: String,
    /// The fault, and a remedy.
    pub(crate) reason: String,
}

/// The reason that a `Serialize` gives for refusing its value, if it does.
pub(crate) fn why_not<T: Serialize>(value: &T) -> Option<String> {
    record(value).err().map(|stop| stop.to_string())
}

/// Refuses a type that could not be read back. Returns whether every place of it was tried out: where a value refuses all
/// samples, what it and the fields behind it are written as is not known.
pub(crate) fn check<T: Serialize + DeserializeOwned + Default>() -> Result<bool, NotCarried> {
    let default = T::default();
    let written = record(&default);
    let mut counts = Counts::default();
    let mut known = Replay::new(written.as_deref().unwrap_or_default());
    // The default holds values that the type accepts.
    let _ = Probe::read::<T>(&mut known, &mut counts);
    let mut sampler = Sampler::new(known.served);
    while sampler.next_pass() {
        // A type may panic at a value that it never has: like a refusal, that says nothing of the encoding.
        let tried = catch_unwind(AssertUnwindSafe(|| try_out::<T>(&mut sampler, &mut counts)));
        if !tried.unwrap_or(Ok(false))? {
            sampler.refused();
        }
    }
    let reached_all = sampler.has_reached_all();
    let written = written.map_err(|error| whole::<T>(format!("its default cannot be written: {error}")))?;
    survives(&default, &written, &mut counts, has_same_bytes)?;
    Ok(reached_all)
}

/// True if a `T` is read back from the bytes that it was written as.
pub(crate) fn is_read_back<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> bool {
    let Ok((again, [])) = postcard::take_from_bytes::<T>(bytes) else { return false };
    postcard::to_allocvec(&again).is_ok_and(|other| has_same_bytes(bytes, &other))
}

/// True if the next sample is a value of the type, which must then survive.
fn try_out<T: Serialize + DeserializeOwned>(
    sampler: &mut Sampler<'_>,
    counts: &mut Counts,
) -> Result<bool, NotCarried> {
    match Probe::read::<T>(sampler, counts) {
        Ok(value) => match record(&value) {
            Ok(written) => survives(&value, &written, counts, <[u8]>::eq).map(|()| true),
            Err(_) => Ok(true),
        },
        Err(Failure { is_sure: true, field, reason, .. }) => Err(NotCarried { field, reason }),
        Err(_) => Ok(false),
    }
}

/// Checks that `value` is read back.
fn survives<T: Serialize + DeserializeOwned>(
    value: &T,
    written: &[Token],
    counts: &mut Counts,
    is_same: fn(&[u8], &[u8]) -> bool,
) -> Result<(), NotCarried> {
    let replayed = Probe::read::<T>(&mut Replay::new(written), counts).err();
    if let Some(Failure { is_sure: true, field, reason, .. }) = replayed {
        return Err(NotCarried { field, reason });
    }
    let bytes = postcard::to_allocvec(value).map_err(|error| whole::<T>(error.to_string()))?;
    let again = match postcard::take_from_bytes::<T>(&bytes) {
        Ok((again, [])) => again,
        _ => return Err(replayed.map_or_else(|| whole::<T>(REFUSED.into()), unread)),
    };
    match (postcard::to_allocvec(&again), replayed) {
        (Ok(other), _) if is_same(&bytes, &other) => Ok(()),
        (_, Some(failure)) => Err(unread(failure)),
        (_, None) => {
            Err(NotCarried { field: first_difference(written, &again, counts), reason: OTHER.into() })
        }
    }
}

fn unread(Failure { field, reason, is_own, .. }: Failure) -> NotCarried {
    NotCarried { field, reason: if is_own { format!("{REFUSED}: {reason}") } else { reason } }
}

/// The field where `again` differs from what was written.
fn first_difference<T: Serialize + DeserializeOwned>(
    written: &[Token],
    again: &T,
    counts: &mut Counts,
) -> String {
    let other = record(again).unwrap_or_default();
    let same = written.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let cut = Probe::read::<T>(&mut Replay::new(written.get(..same).unwrap_or_default()), counts);
    cut.err().map_or_else(|| whole::<T>(String::new()).field, |failure| failure.field)
}

/// The same bytes in any order: a `HashMap` that was read has an order of its own.
fn has_same_bytes(one: &[u8], other: &[u8]) -> bool {
    let sorted = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.sort_unstable();
        bytes
    };
    sorted(one) == sorted(other)
}

fn whole<T>(reason: String) -> NotCarried {
    NotCarried { field: std::any::type_name::<T>().into(), reason }
}

const REFUSED: &str = "what is written is refused when it is read";
const OTHER: &str = "is read back as another value than was written; make Serialize and Deserialize agree";

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// Made-up texts have no capitals.
    #[derive(Deserialize, Serialize)]
    #[serde(try_from = "String", into = "String")]
    struct Capitals(String);

    impl TryFrom<String> for Capitals {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            let is_sound = text.len() > 9 && text.bytes().all(|byte| byte.is_ascii_uppercase());
            if is_sound { Ok(Self(text)) } else { Err("no capitals") }
        }
    }

    impl From<Capitals> for String {
        fn from(Capitals(text): Capitals) -> Self {
            text
        }
    }

    impl Clone for Capitals {
        fn clone(&self) -> Self {
            Self(self.0.clone())
        }
    }

    #[test]
    fn what_refuses_every_sample_leaves_a_type_uncertain() {
        assert!(check::<(u32, Option<String>, Vec<(char, bool)>)>().unwrap());
        assert!(check::<std::collections::BTreeMap<String, Option<u8>>>().unwrap());
        assert!(!check::<Vec<(Capitals, u32)>>().unwrap());
        assert!(!check::<Option<Capitals>>().unwrap());
    }
}
