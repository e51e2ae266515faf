//! The bytes of a session's data: the print of its shape, and postcard.

use core::any::TypeId;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use postcard::ser_flavors::Flavor;
use serde::Serialize;

use super::SessionData;
use crate::Refusal;
#[cfg(feature = "testing")]
use crate::session::error::short_name;
use crate::session::settings::Unread;
use crate::shape;
use crate::token::Plaintext;

/// The print of `T`, which is computed once.
pub(crate) fn print_of<T: SessionData>() -> [u8; 2] {
    if let Some(print) = T::PRINT {
        return print;
    }
    let known = PRINTS.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).copied();
    known.unwrap_or_else(|| {
        let print = shape::print::<T>();
        PRINTS.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), print);
        print
    })
}

/// True if data of `T` that is read and not changed encodes to the same bytes. Only a `Map` has a print of its own, and it is
/// ordered.
pub(crate) fn keeps_order<T: SessionData>() -> bool {
    T::PRINT.is_some() || shape::keeps_order::<T>()
}

/// Reads `bytes` as `T`, whose print is `print`. All bytes must be used.
pub(crate) fn decode<T: SessionData>(print: [u8; 2], version: u16, bytes: &[u8]) -> Result<T, Refusal> {
    if version == T::VERSION {
        let (sealed, bytes) = bytes.split_first_chunk().ok_or(Refusal::BadData)?;
        if *sealed != print {
            return Err(Refusal::ChangedShape);
        }
        match postcard::take_from_bytes(bytes) {
            Ok((data, [])) => Ok(data),
            _ => Err(Refusal::BadData),
        }
    } else if version > T::VERSION {
        Err(Refusal::NewerVersion)
    } else {
        T::migrate(version, bytes).ok_or(Refusal::OlderVersion)
    }
}

/// Appends `print` and `data`.
pub(crate) fn encode<T: Serialize>(
    print: [u8; 2],
    data: &T,
    plain: &mut Plaintext,
) -> Result<(), postcard::Error> {
    plain.extend(&print);
    postcard::serialize_with_flavor(data, Pushed(plain))
}

/// The bytes of `print` and `data`, and nothing else.
pub(crate) fn to_bytes<T: Serialize>(print: [u8; 2], data: &T) -> Result<Vec<u8>, postcard::Error> {
    let mut bytes = Vec::with_capacity(USUAL_LEN);
    bytes.extend_from_slice(&print);
    postcard::to_extend(data, bytes)
}

/// Merges a person's data and a guest's, each with its version; `None` if they do not merge.
pub(crate) fn merge<T: SessionData>(
    print: [u8; 2],
    [(hers_version, hers), (guests_version, guests)]: [(u16, &[u8]); 2],
    version: u16,
) -> Result<Option<Vec<u8>>, Unread> {
    let hers = decode::<T>(print, hers_version, hers).map_err(Unread::Hers)?;
    let guests = decode::<T>(print, guests_version, guests).map_err(Unread::Guests)?;
    let merged = T::merge(&T::default(), &hers, &guests);
    #[cfg(feature = "testing")]
    merged.iter().for_each(|merged| assert_idempotent(merged, &guests));
    Ok(merged.and_then(|merged| merged.write(version)))
}

/// Fails a test if a merge takes the guest's data in twice, as happens when a response is lost.
#[cfg(feature = "testing")]
fn assert_idempotent<T: SessionData>(merged: &T, guests: &T) {
    // Unordered types may have the same bytes in another order.
    let sorted = |data: &T| {
        let mut bytes = postcard::to_allocvec(data).unwrap_or_default();
        bytes.sort_unstable();
        bytes
    };
    let again = T::merge(&T::default(), merged, guests);
    assert!(
        again.is_none_or(|again| sorted(&again) == sorted(merged)),
        "{}::merge is not idempotent: it takes the guest's data in twice",
        short_name::<T>()
    );
}

/// Lets postcard write to a plaintext: it grows with each byte, so that no buffer is too small.
struct Pushed<'a>(&'a mut Plaintext);

impl Flavor for Pushed<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// For types that are read and written without a layer, such as older versions. Layers keep the prints of their own types.
static PRINTS: LazyLock<RwLock<HashMap<TypeId, [u8; 2]>>> = LazyLock::new(RwLock::default);

/// A cart of ten lines fits without growing.
const USUAL_LEN: usize = 256;
