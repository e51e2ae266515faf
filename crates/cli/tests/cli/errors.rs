//! An operator's mistakes, and the error for each.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_missing_ring_is_named_and_init_is_hinted_at() {
    let place = Place::empty("missing");
    for verb in [
        &["keys", "list"][..],
        &["keys", "rotate"],
        &["keys", "emergency", "--yes"],
        &["keys", "tick"],
        &["keys", "prune", "--yes"],
        &["keys", "lint"],
        &["keys", "sessions-dead-before", "2026-01-31T12:00:00Z"],
    ] {
        place.fails(
            verb,
            2,
            "gingersnap: error: cannot read gingersnap-keys.json: no such file or directory\n\
             gingersnap: hint: --keys names its file; `gingersnap keys init` makes a ring\n",
        );
    }
    assert!(place.names().is_empty());
}

#[test]
fn a_ring_is_never_replaced() {
    let place = Place::with_ring("replaced");
    let before = fs::read(place.ring_path()).unwrap();
    place.fails(
        &INIT,
        1,
        "gingersnap: error: cannot create gingersnap-keys.json: it exists already\n\
         gingersnap: hint: a ring is never replaced: `gingersnap keys rotate` changes its keys\n",
    );
    assert_eq!(fs::read(place.ring_path()).unwrap(), before);
}

#[test]
fn a_directory_that_is_not_there_is_an_error_of_the_system() {
    let place = Place::empty("no_directory");
    place.fails(
        &["keys", "init", "--plaintext", "--keys", "nowhere/ring.json"],
        2,
        "gingersnap: error: cannot lock nowhere/ring.json.lock: no such file or directory\n\
         gingersnap: hint: make its directory first\n",
    );
}

#[test]
fn a_ring_that_others_can_read_is_refused() {
    let place = Place::with_ring("open");
    fs::set_permissions(place.ring_path(), fs::Permissions::from_mode(0o644)).unwrap();
    place.fails(
        &["keys", "list"],
        2,
        "gingersnap: error: refused gingersnap-keys.json: everybody has access to it (mode 0644)\n\
         gingersnap: hint: `chmod 600` it; if others may have read it, `gingersnap keys emergency`\n",
    );
    fs::set_permissions(place.ring_path(), fs::Permissions::from_mode(0o640)).unwrap();
    place.fails(
        &["keys", "list"],
        2,
        "gingersnap: error: refused gingersnap-keys.json: its group may read it (mode 0640)\n\
         gingersnap: hint: `chmod 600`, or --allow-group-read if the group is this service's own\n",
    );
    place.succeeds(&["keys", "list", "--allow-group-read"]);
}

#[test]
fn a_ring_edited_by_hand_is_refused() {
    let place = Place::with_ring("edited");
    let edited = fs::read_to_string(place.ring_path()).unwrap().replace("2592000", "9592000");
    fs::write(place.ring_path(), edited).unwrap();
    place.fails(
        &["keys", "list"],
        2,
        "gingersnap: error: gingersnap-keys.json: the key ring's checksum does not match: \
         it is damaged or was edited by hand\n\
         gingersnap: hint: restore the newest backup; only `gingersnap keys` writes rings\n",
    );
}

#[test]
fn a_ring_of_an_older_version_is_refused_with_what_to_do() {
    let place = Place::empty("older");
    place.file(
        "gingersnap-keys.json",
        include_bytes!("../../../../tests/vectors/keyring_without_index_secret.json"),
    );
    for verb in [&["keys", "list"][..], &["keys", "rotate"], &["keys", "emergency", "--yes"]] {
        place.fails(
            verb,
            2,
            "gingersnap: error: gingersnap-keys.json: the key ring has no index_secret: it is of an older version\n\
             gingersnap: hint: move it away, then `gingersnap keys init` makes another; \
             everybody has to sign in again\n",
        );
    }
    fs::rename(place.ring_path(), place.0.join("older.json")).unwrap();
    place.succeeds(&INIT);
    assert_eq!(place.keys("active").len(), 1);
}

#[test]
fn an_emergency_replaces_the_index_secret_and_a_rotation_keeps_it() {
    let place = Place::with_ring("persons");
    let person = || place.ring().person("tests", "id", "ada").unwrap();
    let first = person();
    place.succeeds(&["keys", "rotate", "--now"]);
    assert_eq!(person(), first);
    place.succeeds(&["keys", "emergency", "--yes"]);
    assert_ne!(person(), first);
}

#[test]
fn something_else_than_a_ring_is_refused() {
    let place = Place::empty("something_else");
    fs::write(place.ring_path(), "secret = 1\n").unwrap();
    fs::set_permissions(place.ring_path(), fs::Permissions::from_mode(0o600)).unwrap();
    let error = "gingersnap: error: gingersnap-keys.json: these bytes do not begin as a key ring does\n\
                 gingersnap: hint: --keys names the ring's file\n";
    place.fails(&["keys", "list"], 2, error);
    place.fails(&["keys", "rotate"], 2, error);
    assert_eq!(fs::read_to_string(place.ring_path()).unwrap(), "secret = 1\n");
}

#[test]
fn a_second_rotation_is_refused_until_the_first_is_over() {
    let place = Place::with_ring("pending");
    place.succeeds(&["keys", "rotate", "--propagation", "30d"]);
    let staged = place.keys("staged").remove(0);
    let output = place.run(&["keys", "rotate", "--now"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    let start = format!("gingersnap: error: a rotation is pending: key {staged} comes into force in ");
    assert!(stderr.starts_with(&start), "{stderr}");
    let hint = format!(
        "gingersnap: hint: wait for it, or `gingersnap keys promote {staged}` now, \
         or `gingersnap keys disable {staged}` to withdraw it\n"
    );
    assert!(stderr.ends_with(&hint), "{stderr}");
}

#[test]
fn wrong_keys_are_refused() {
    let place = Place::with_ring("wrong_keys");
    let active = place.keys("active").remove(0);
    let other = if active == "00ff00" { "00ff01" } else { "00ff00" };
    for verb in ["show", "revoke", "promote"] {
        let error = format!(
            "gingersnap: error: the ring has no key {other}\n\
             gingersnap: hint: `gingersnap keys list` shows the keys\n"
        );
        place.fails(&["keys", verb, other], 1, &error);
    }
    let error = format!("gingersnap: error: cannot enable key {active}: it is active\n");
    place.fails(&["keys", "enable", &active], 1, &error);
}

#[test]
fn a_time_that_makes_no_sense_is_explained() {
    let place = Place::with_ring("wrong_times");
    let error = "gingersnap: error: the cut is in the future\n\
                 gingersnap: hint: choose the present or an earlier time\n";
    for verb in [&["keys", "sessions-dead-before"][..], &["keys", "revoke", "--all-created-before"]] {
        place.fails(&[verb, &["2099-01-01T00:00:00Z"]].concat(), 2, error);
        place.succeeds(&[verb, &["2026-01-01T00:00:00Z"]].concat());
        let error = "gingersnap: error: the ring has this cut, or a later one, already\n";
        place.fails(&[verb, &["2025-01-01T00:00:00Z"]].concat(), 1, error);
    }
    let error = "gingersnap: error: a propagation of 2592001 s is too long; it may be up to 30 days\n";
    place.fails(&["keys", "rotate", "--propagation", "30d 1s"], 2, error);
    let error = "gingersnap: error: a key cannot seal for 60 s if it takes 3600 s to propagate\n\
                 gingersnap: hint: --every must be longer than --propagation\n";
    place.fails(&["keys", "tick", "--every", "60s"], 2, error);
    assert_eq!(place.ring().generation(), 3);
}

#[test]
fn help_begins_with_what_is_looked_at_and_ends_with_what_is_for_the_worst_day() {
    let out = Place::empty("help").succeeds(&["keys", "--help"]);
    let order = [
        "init",
        "list",
        "show",
        "lint",
        "tick",
        "rotate",
        "promote",
        "add",
        "prune",
        "disable",
        "enable",
        "revoke",
        "sessions-dead-before",
        "emergency",
        "restore",
    ];
    let places =
        order.map(|verb| out.find(&format!("\n  {verb} ")).unwrap_or_else(|| panic!("no {verb}: {out}")));
    assert!(places.is_sorted(), "{out}");
}

#[test]
fn a_reader_that_has_seen_enough_is_not_an_error_to_tell() {
    let place = Place::with_ring("closed_pipe");
    let mut child = place.command(&["keys", "list"]).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(text(&child.wait_with_output().unwrap().stderr), "");
}

#[test]
fn what_strangers_write_moves_no_cursor() {
    let place = Place::with_ring("escapes");
    let nodes = place.0.join("gingersnap-keys.json.nodes");
    fs::create_dir(&nodes).unwrap();
    fs::write(nodes.join("a\u{1b}[31m\nb"), "{").unwrap();
    place.fails(
        &["keys", "rollout"],
        1,
        "gingersnap: error: no node's record can be read: gingersnap-keys.json.nodes/a\\x1b[31m\\nb: a node's record: EOF while parsing an object at \
         line 1 column 1\n\
         gingersnap: hint: `gingersnap keys rollout --forget NODE` removes the record of a node that is not yours\n",
    );
}

#[test]
fn an_identity_variable_that_is_empty_is_none() {
    let place = Place::with_ring("empty_identity");
    let output = place.command(&["keys", "list"]).env("GINGERSNAP_IDENTITY", "").output().unwrap();
    assert_eq!((output.status.code(), &*text(&output.stderr)), (Some(0), ""));
}
