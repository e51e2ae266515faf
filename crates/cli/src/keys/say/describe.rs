//! Descriptions of keys, the same in every command.

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, KeyState, Keyring};
use gingersnap::token::KeyId;
use serde_json::{Value, json};

use crate::error::Error;
use crate::render::time_and_distance;

/// Keys that seal, then those that will, then those that did.
pub(in crate::keys) fn sorted(ring: &Keyring, now: Timestamp) -> Vec<&Key> {
    let mut keys: Vec<_> = ring.keys().iter().collect();
    keys.sort_by_key(|key| {
        let rank = match ring.state(key, now) {
            KeyState::Active => 0,
            KeyState::Staged => 1,
            KeyState::Standby => 2,
            KeyState::Retiring => 3,
            KeyState::Disabled => 4,
            KeyState::Expired => 5,
            KeyState::Revoked => 6,
        };
        (rank, key.created(), key.id())
    });
    keys
}

/// The next event in the key's life, and its time.
pub(in crate::keys) fn next(ring: &Keyring, key: &Key, now: Timestamp) -> String {
    match ring.state(key, now) {
        KeyState::Standby => "waits for rotate".into(),
        KeyState::Staged => event("seals from", key.not_before(), now),
        KeyState::Active if key.retired_at().is_none() => "seals until rotate".into(),
        KeyState::Active => event("retires", key.retired_at(), now),
        KeyState::Retiring => event("expires", ring.expires_at(key), now),
        KeyState::Disabled => "waits for enable".into(),
        KeyState::Expired | KeyState::Revoked => next_of_dead(key, now),
    }
}

/// The fate of a dead key: the first prune marks it, and the first one a day later destroys it.
fn next_of_dead(key: &Key, now: Timestamp) -> String {
    // A mark of the future counts for nothing: the next prune makes another.
    let Some(found) = key.found_dead_at().filter(|&found| found <= now) else {
        return "waits for prune".into();
    };
    let due = found.plus(Keyring::PRUNE_AFTER);
    if due <= now {
        return "the next prune destroys it".into();
    }
    event("a prune destroys it from", Some(due), now)
}

/// What happens, and when; nothing if it has no time.
pub(in crate::keys) fn event(what: &str, at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(String::new, |at| format!("{what} {}", time_and_distance(at, now)))
}

/// Everything but the secret; times in Unix seconds.
pub(in crate::keys) fn as_json(ring: &Keyring, key: &Key, now: Timestamp) -> Value {
    json!({
        "key": key.id().to_string(),
        "state": ring.state(key, now).name(),
        "suite": key.suite().name(),
        "fingerprint": key.fingerprint(),
        "created": key.created().unix(),
        "not_before": key.not_before().map(Timestamp::unix),
        "retired_at": key.retired_at().map(Timestamp::unix),
        "expires_at": ring.expires_at(key).map(Timestamp::unix),
        "found_dead_at": key.found_dead_at().map(Timestamp::unix),
        "note": key.note(),
    })
}

/// The key whose id the operator gave.
pub(in crate::keys) fn find(ring: &Keyring, id: KeyId) -> Result<&Key, Error> {
    ring.key(id).ok_or_else(|| {
        Error::refused(format!("the ring has no key {id}")).with_hint("`gingersnap keys list` shows the keys")
    })
}
