//! Key rings in states that only an operator or time brings about, written down as the ring file has them.

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, LiveKeyring};
use sha2::{Digest as _, Sha256};

use crate::browser::START;

/// The ring after its text was edited, with a checksum that fits again.
pub(crate) fn edited(ring: &Keyring, edit: impl FnOnce(String) -> String) -> Keyring {
    let text = edit(String::from_utf8(ring.to_bytes().to_vec()).unwrap());
    let (head, _) = text.split_at(text.len() - TAIL.len() - 64);
    let sum = Sha256::new_with_prefix(head).chain_update(TAIL).finalize();
    let sum = sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Keyring::parse(format!("{head}{sum}{TAIL}").as_bytes()).unwrap()
}

/// The key that seals is overridden: `disabled` or `revoked`, and the standby takes its place.
pub(crate) fn overridden(ring: &Keyring, how: &str) -> Keyring {
    let over = format!("\"override\": \"{how}\"");
    edited(ring, |text| promoted(&text).replacen("\"override\": null", &over, 1))
}

/// The standby seals since `at`; the key before it has retired.
pub(crate) fn rotated(ring: &Keyring, at: u64) -> Keyring {
    edited(ring, |text| {
        let text = text.replacen("\"retired_at\": null", &format!("\"retired_at\": {at}"), 1);
        text.replacen("\"not_before\": null", &format!("\"not_before\": {at}"), 1)
    })
}

/// The key that sealed is gone: no record of it, or a tombstone.
pub(crate) fn without_first_key(ring: &Keyring, tombstone: bool) -> Keyring {
    let id = ring.keys()[0].id();
    edited(ring, |text| {
        let text = promoted(&text);
        let (start, rest) = text.split_once("\"keys\": [\n    {").unwrap();
        let (_, rest) = rest.split_once("    },\n").unwrap();
        let text = format!("{start}\"keys\": [\n{rest}");
        let stone = format!(
            "\"tombstones\": [\n    {{\n      \"id\": \"{id}\",\n      \"created\": {START},\n      \"destroyed_at\": {START}\n    }}\n  ]"
        );
        if tombstone { text.replacen("\"tombstones\": []", &stone, 1) } else { text }
    })
}

/// Sessions that began before `at` are refused.
pub(crate) fn sessions_dead_before(ring: &Keyring, at: u64) -> Keyring {
    edited(ring, |text| {
        text.replacen("\"sessions_dead_before\": null", &format!("\"sessions_dead_before\": {at}"), 1)
    })
}

/// The same keys, for sessions of at most `seconds`.
pub(crate) fn with_longest_session(ring: &Keyring, seconds: u64) -> Keyring {
    let old = format!("\"longest_session\": {}", ring.longest_session());
    edited(ring, |text| text.replacen(&old, &format!("\"longest_session\": {seconds}"), 1))
}

/// The ring as it would be if all its keys had been made at `at`.
pub(crate) fn made_at(ring: &Keyring, at: u64) -> Keyring {
    edited(ring, |text| text.replace("\"created\": 0", &format!("\"created\": {at}")))
}

/// A ring that a node follows, and loaded at the start.
pub(crate) fn followed(ring: Keyring) -> LiveKeyring {
    LiveKeyring::new(ring, Timestamp::from_unix(START))
}

fn promoted(text: &str) -> String {
    text.replacen("\"not_before\": null", &format!("\"not_before\": {START}"), 1)
}

const TAIL: &str = "\"\n}\n";
