//! Rules for every ring, read or made.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Key, Keyring, KeyringError, KeyringErrorKind as Kind};
use crate::Timestamp;
use crate::token::KeyId;

/// Refuses a ring that no verb could have made.
pub(super) fn ring(ring: &Keyring) -> Result<(), KeyringError> {
    if !(Keyring::MIN_LONGEST_SESSION..=Keyring::MAX_LONGEST_SESSION).contains(&ring.longest_session) {
        return invalid("longest_session is not from 1 minute to 400 days");
    }
    if ring.generation == 0 {
        return invalid("generation is 0; the first is 1");
    }
    if ring.generation > Keyring::MAX_GENERATION {
        return invalid("generation is beyond 2^53, the last");
    }
    if ring.keys.len() > KEYS_LIMIT {
        return full(format!("the ring has {} keys; it may have {KEYS_LIMIT}", ring.keys.len()));
    }
    if ring.tombstones.len() > Keyring::MAX_TOMBSTONES {
        return full(format!(
            "the ring has {} tombstones; it may have {}",
            ring.tombstones.len(),
            Keyring::MAX_TOMBSTONES
        ));
    }
    times("the ring", &[ring.keys_dead_before, ring.sessions_dead_before])?;
    let mut ids = keys(ring)?;
    for tombstone in &ring.tombstones {
        times(
            &format!("tombstone {}", tombstone.id),
            &[Some(tombstone.created), Some(tombstone.destroyed_at)],
        )?;
        if !ids.insert(tombstone.id) {
            return invalid(format!("tombstone {} has the id of another key or tombstone", tombstone.id));
        }
    }
    Ok(())
}

/// Refuses a key that no verb makes, and two keys with the same id or secret; returns the ids.
fn keys(ring: &Keyring) -> Result<HashSet<KeyId>, KeyringError> {
    if ring.index_secret.is_zero() {
        return invalid("the index secret is all zeros");
    }
    let index_secret = ring.index_secret.digest();
    let mut ids = HashSet::new();
    let mut secrets = HashSet::new();
    for key in &ring.keys {
        let (id, secret) = (key.id, key.secret.digest());
        one_key(key)?;
        if !ids.insert(id) {
            return invalid(format!("key {id} is in the ring twice"));
        }
        if secret == index_secret {
            return invalid(format!("the secret of key {id} is the index secret"));
        }
        if !secrets.insert(secret) {
            return invalid(format!("key {id} has the secret of another key"));
        }
    }
    Ok(ids)
}

fn one_key(key: &Key) -> Result<(), KeyringError> {
    let id = key.id;
    times(&format!("key {id}"), &[Some(key.created), key.not_before, key.retired_at, key.found_dead_at])?;
    if key.secret.is_zero() {
        return invalid(format!("the secret of key {id} is all zeros"));
    }
    if let Some(retired_at) = key.retired_at
        && key.not_before.is_none_or(|not_before| not_before > retired_at)
    {
        return invalid(format!("key {id} retired before it came into force"));
    }
    if key.note.len() > Keyring::MAX_NOTE || key.note.chars().any(char::is_control) {
        return invalid(format!(
            "the note of key {id} has more than {} bytes or a control character",
            Keyring::MAX_NOTE
        ));
    }
    Ok(())
}

/// Refuses times after 2106, which a token's header cannot hold.
fn times(what: &str, times: &[Option<Timestamp>]) -> Result<(), KeyringError> {
    if times.iter().flatten().any(|time| time.unix() > u32::MAX.into()) {
        return invalid(format!("{what} has a time after 2106-02-07T06:28:15Z"));
    }
    Ok(())
}

fn invalid<T>(message: impl Into<Cow<'static, str>>) -> Result<T, KeyringError> {
    Err(KeyringError::new(Kind::Invalid, message))
}

fn full(message: String) -> Result<(), KeyringError> {
    Err(KeyringError::new(Kind::Full, message).with_hint("`gingersnap keys prune` destroys dead keys"))
}

/// More keys than `add` allows, so that an emergency always has room for its two, whatever the number of standbys.
const KEYS_LIMIT: usize = 2 * Keyring::MAX_KEYS;
