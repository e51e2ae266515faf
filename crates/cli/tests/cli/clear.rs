//! A ring in clear where an encrypted one should be: the operator's word decides, not what lies there.

use super::at_rest::{AS_NODE, MAKE, NODE};
use super::*;

const REFUSED: &str = "gingersnap: error: gingersnap-keys.json: the ring is not encrypted\n\
    gingersnap: hint: if you put it there so: `gingersnap keys rewrap` encrypts it for recipients, and --plaintext takes it as \
    it is; if not, somebody else may have: move it away and `gingersnap keys restore` a backup\n";

const TO_BOTH: [&str; 2] = ["--recipients", "both.txt"];

/// Every verb that reads the ring, but for those that put right what lies there.
fn verbs(key: &str) -> Vec<Vec<&str>> {
    let lines = [
        "keys list",
        "keys list --json",
        "keys show KEY",
        "keys lint",
        "keys tick",
        "keys tick --json",
        "keys rotate",
        "keys rotate --now",
        "keys rollout",
        "keys rollout --wait --timeout 1s",
        "keys promote KEY",
        "keys add",
        "keys prune",
        "keys prune --yes",
        "keys disable KEY",
        "keys enable KEY",
        "keys revoke KEY",
        "keys revoke --all-created-before 2026-01-31T12:00:00Z",
        "keys sessions-dead-before 2026-01-31T12:00:00Z",
        "keys emergency --yes",
        "token open v1.AAAA --audience shop",
        "token seal --audience shop",
    ];
    let word = |word: &'static str| if word == "KEY" { key } else { word };
    lines.iter().map(|line| line.split(' ').map(word).collect()).collect()
}

/// A place whose ring was encrypted, and has one in clear in its place; the latter's bytes, and one of its keys.
fn planted(test: &str) -> (Place, Vec<u8>, String) {
    let place = Place::sealed(test);
    let ring = ring_of(10);
    let key = id(KeyState::Standby, &ring).to_string();
    place.file("gingersnap-keys.json", ring.to_bytes());
    (place, ring.to_bytes().to_vec(), key)
}

#[test]
fn a_ring_in_clear_is_taken_by_no_verb_where_an_identity_or_recipients_are_given() {
    let (place, before, key) = planted("planted");
    for verb in verbs(&key) {
        for given in [&AS_NODE[..], &TO_BOTH, &[&AS_NODE[..], &TO_BOTH].concat()] {
            place.fails(&[&verb[..], given].concat(), 2, REFUSED);
        }
        assert_eq!(place.stored(), before, "{verb:?}");
    }
    for (name, value) in [
        ("GINGERSNAP_IDENTITY_FILE", "node.txt"),
        ("GINGERSNAP_IDENTITY", NODE[0]),
        ("GINGERSNAP_RECIPIENTS", "both.txt"),
        ("CREDENTIALS_DIRECTORY", "credentials"),
    ] {
        drop(fs::create_dir(place.0.join("credentials")));
        place.file("credentials/gingersnap-identity", NODE[0]);
        let output = place.command(&["keys", "emergency", "--yes"]).env(name, value).output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (REFUSED, Some(2)), "{name}");
    }
    for verb in [&["keys", "export"][..], &["keys", "import", "gingersnap-keys.json", "--keys", "other.json"]]
    {
        place.fails(&[verb, &AS_NODE, &TO_BOTH].concat(), 2, REFUSED);
    }
    assert_eq!(place.stored(), before);
    assert!(!place.0.join("other.json").exists());
}

#[test]
fn a_ring_in_clear_is_taken_where_plaintext_says_that_it_is_meant() {
    let (place, _, _) = planted("meant");
    for (verb, generation) in [("list", 1), ("add", 2), ("emergency", 3)] {
        let yes = if verb == "emergency" { &["--yes"][..] } else { &[] };
        place.succeeds(&[&["keys", verb, "--plaintext"], &AS_NODE[..], &TO_BOTH, yes].concat());
        assert_eq!(place.ring().generation(), generation);
    }
    let lint = [&["keys", "lint", "--plaintext"], &AS_NODE[..]].concat();
    assert!(!text(&place.run(&lint).stdout).contains("not encrypted"));
    // Nothing is given that says that it should be encrypted.
    place.succeeds(&["keys", "add"]);
    assert_eq!(place.ring().generation(), 4);
}

#[test]
fn plaintext_leaves_an_encrypted_ring_encrypted() {
    let place = Place::sealed("plaintext_of_sealed");
    place.succeeds(&[&["keys", "add", "--plaintext"], &AS_NODE[..], &TO_BOTH].concat());
    assert_eq!(place.opened(NODE[0]).generation(), 2);
}

#[test]
fn a_rewrap_takes_a_ring_in_clear_and_says_that_it_was_so() {
    let (place, before, _) = planted("rewraps_clear");
    let out = place.succeeds(&[&["keys", "rewrap"], &AS_NODE[..], &TO_BOTH].concat());
    let note = "note: it was not encrypted: who could read it has its keys, and who could write it may\n\
                note: have made them: unless that was nobody else, `gingersnap keys emergency`\n";
    assert!(out.ends_with(note), "{out}");
    assert_eq!(*place.opened(NODE[0]).to_bytes(), *before);
}

#[test]
fn a_restore_in_place_of_a_ring_in_clear_is_encrypted_if_it_is_to_be() {
    let place = Place::sealed("restores_clear");
    let ring = place.opened(NODE[0]);
    place.file("backup.age", place.stored());
    place.file("backup.json", ring.to_bytes());
    for backup in ["backup.age", "backup.json"] {
        let restore = ["keys", "restore", backup, "--yes"];
        place.file("gingersnap-keys.json", ring.to_bytes());
        place.fails(&[&restore[..], &AS_NODE].concat(), 2, MAKE);
        assert_eq!(place.stored(), *ring.to_bytes());
        place.succeeds(&[&restore[..], &AS_NODE, &TO_BOTH].concat());
        assert_eq!(place.opened(NODE[0]).generation(), 2);
        fs::remove_file(place.ring_path()).unwrap();
        place.fails(&[&restore[..], &AS_NODE].concat(), 2, MAKE);
        place.succeeds(&[&restore[..], &AS_NODE, &TO_BOTH].concat());
        assert_eq!(place.opened(NODE[0]).generation(), 2);
    }
    // In clear it stays only where that is meant, or nothing says otherwise.
    place.file("gingersnap-keys.json", ring.to_bytes());
    place.succeeds(&[&["keys", "restore", "backup.age", "--plaintext", "--yes"], &AS_NODE[..]].concat());
    assert_eq!(place.ring().generation(), 2);
    place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    assert_eq!(place.ring().generation(), 3);
}
