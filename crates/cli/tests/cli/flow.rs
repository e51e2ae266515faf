//! An operator's year.

use super::*;

#[test]
fn init_makes_one_active_key_and_one_standby() {
    let place = Place::empty("init");
    let out = place.succeeds(&["keys", "init", "--plaintext", "--longest-session", "7d"]);
    let (active, standby) = (place.keys("active"), place.keys("standby"));
    let ring = place.ring();
    let print = |id: &str| ring.key(id.parse().unwrap()).unwrap().fingerprint();
    let (a, s) = (&active[0], &standby[0]);
    let expected = format!(
        "made gingersnap-keys.json: no session lasts longer than 7 days\n\
         key {a}: new, active, fingerprint {}\n\
         key {s}: new, standby, fingerprint {}\n",
        print(a),
        print(s)
    );
    assert_eq!(out, expected);
    assert_eq!(ring.longest_session(), 7 * 86_400);
    assert_eq!(place.names(), ["gingersnap-keys.json", "gingersnap-keys.json.lock"]);
}

#[test]
fn rotate_schedules_the_standby_and_says_when() {
    let place = Place::with_ring("rotate");
    let (active, standby) = (place.keys("active").remove(0), place.keys("standby").remove(0));
    let out = place.succeeds(&["keys", "rotate"]);
    assert_eq!(place.keys("staged"), std::slice::from_ref(&standby));
    let lines: Vec<_> = out.lines().skip(4).collect();
    assert!(lines[0].starts_with(&format!("key {active}: retires 2")), "{out}");
    assert!(lines[0].ends_with("Z (in 60 min)"), "{out}");
    assert!(lines[1].starts_with(&format!("key {standby}: standby -> staged, in force 2")), "{out}");
    let new = place.keys("standby").remove(0);
    assert!(lines[2].starts_with(&format!("key {new}: new, standby, fingerprint ")), "{out}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn rotate_now_puts_the_standby_in_force() {
    let place = Place::with_ring("rotate_now");
    let (active, standby) = (place.keys("active").remove(0), place.keys("standby").remove(0));
    place.succeeds(&["keys", "rotate", "--now"]);
    assert_eq!((place.keys("retiring"), place.keys("active")), (vec![active], vec![standby]));
}

#[test]
fn a_disabled_active_key_stops_sealing_until_it_is_enabled() {
    let place = Place::with_ring("disable");
    let active = place.keys("active").remove(0);
    let out = place.succeeds(&["keys", "disable", &active]);
    let end = format!(
        "key {active}: active -> disabled\n\
         warning: no key seals now: sessions are read, and writing them fails\n\
         warning: `gingersnap keys promote KEY` puts a staged key or a standby in force\n"
    );
    assert!(out.ends_with(&end), "{out}");
    assert_eq!(
        place.succeeds(&["keys", "enable", &active]),
        format!("wrote gingersnap-keys.json: generation 3\nkey {active}: disabled -> active\n")
    );
}

#[test]
fn sessions_and_keys_can_be_cut_off_by_time() {
    let place = Place::with_ring("cut");
    place.succeeds(&["keys", "sessions-dead-before", "2026-01-31T12:00:00Z"]);
    assert_eq!(place.ring().sessions_dead_before().unwrap().unix(), 1_769_860_800);
    place.succeeds(&["keys", "revoke", "--all-created-before", "2026-01-31T12:00:00Z"]);
    assert_eq!(place.ring().keys_dead_before().unwrap().unix(), 1_769_860_800);
    assert_eq!(place.keys("active").len(), 1);
}

#[test]
fn emergency_says_that_everybody_is_signed_out_before_it_does_it() {
    let place = Place::with_ring("emergency");
    let before = fs::read(place.ring_path()).unwrap();
    let warning = "This will revoke all 2 keys of gingersnap-keys.json, for good.\n\
                   Everybody will be signed out, and every cart and draft that is kept in a cookie will be lost.\n\
                   It will take effect on each node when that loads the ring, by itself: \
                   within 2 s unless told otherwise.\n";
    let output = place.run(&["keys", "emergency"]);
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), (warning, Some(2)));
    let refused = "gingersnap: error: not a terminal: cannot ask for confirmation: nothing was changed\ngingersnap: hint: --yes confirms it\n";
    assert_eq!(text(&output.stderr), refused);
    assert_eq!(fs::read(place.ring_path()).unwrap(), before);
    let out = place.succeeds(&["keys", "emergency", "--yes"]);
    assert!(out.starts_with(warning), "{out}");
    let note = "note: the stolen ring is worthless on each node that has this one; \
                `gingersnap keys rollout --wait` waits for all\n";
    assert!(out.ends_with(note), "{out}");
    assert_eq!(
        (place.keys("revoked").len(), place.keys("active").len(), place.keys("standby").len()),
        (2, 1, 1)
    );
}

#[test]
fn list_is_a_table_of_what_seals_first() {
    let place = Place::with_ring("list");
    place.succeeds(&["keys", "add", "--suite", "xchacha20-poly1305", "--note", "for small machines"]);
    let out = place.succeeds(&["keys", "list"]);
    let ring = place.ring();
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines[0], format!("ring {}, generation 2, longest session 30 days", ring.ring_id()));
    assert_eq!(lines[2], "key     state    suite               fingerprint  created               next");
    let active = place.keys("active").remove(0);
    let print = ring.key(active.parse().unwrap()).unwrap().fingerprint();
    assert!(lines[3].starts_with(&format!("{active}  active   xaes-256-gcm        {print}     2")), "{out}");
    assert!(lines[3].ends_with("Z  seals until rotate"), "{out}");
    assert!(lines[4].ends_with("Z  waits for rotate"), "{out}");
    // Three keys, then a bar for the one that seals.
    assert_eq!((lines[6], lines.len()), ("", 10), "{out}");
}

#[test]
fn show_tells_all_about_one_key() {
    let place = Place::with_ring("show");
    place.succeeds(&["keys", "add", "--note", "spare"]);
    let key = place.json(&["keys", "list", "--json"])["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["note"] == "spare")
        .unwrap()
        .clone();
    let id = key["key"].as_str().unwrap();
    let out = place.succeeds(&["keys", "show", id]);
    assert!(
        out.starts_with(&format!("key          {id}\nstate        standby\nnext         waits for rotate\n")),
        "{out}"
    );
    assert!(out.ends_with("expires      -\nnote         spare\n"), "{out}");
    assert_eq!(place.json(&["keys", "show", id, "--json"]), key);
}

#[test]
fn prune_is_fit_for_a_timer() {
    let place = Place::with_ring("prune");
    assert_eq!(place.succeeds(&["keys", "prune"]), "there is nothing to prune\n");
    let standby = place.keys("standby").remove(0);
    place.succeeds(&["keys", "revoke", &standby]);
    let found = format!(
        "wrote gingersnap-keys.json: generation 3\nkey {standby}: found dead; a prune or tick in a day or later destroys it\n"
    );
    assert_eq!(place.succeeds(&["keys", "prune"]), found);
    assert_eq!(place.succeeds(&["keys", "prune"]), "there is nothing to prune\n");
}

#[test]
fn prune_yes_destroys_what_is_dead_now_and_says_which() {
    let ring = ring_of(40).rotate(0, None, days_ago(35), &mut random).unwrap();
    let (expired, standby) = (id(KeyState::Expired, &ring), id(KeyState::Standby, &ring));
    let ring = ring.revoke(standby, days_ago(1), &mut random).unwrap();
    let place = Place::with("prune_yes", &ring);
    let out = place.succeeds(&["keys", "prune", "--yes"]);
    let (clock, rest) = out.split_once('\n').unwrap();
    assert!(clock.starts_with("By this machine's clock it is 2") && clock.ends_with("Z."), "{clock}");
    assert_eq!(
        rest,
        format!(
            "Key {expired} is expired: its secret will be destroyed.\n\
             Key {standby} is revoked: its secret will be destroyed.\n\
             wrote gingersnap-keys.json: generation 4\n\
             key {expired}: destroyed\n\
             key {standby}: destroyed\n"
        )
    );
    assert_eq!((place.ring().keys().len(), place.ring().tombstones().len()), (2, 2));
    assert_eq!(place.succeeds(&["keys", "prune", "--yes"]), "there is nothing to prune\n");
}

#[test]
fn nothing_to_prune_needs_no_right_to_write() {
    let place = Place::with("prune_read_only", &ring_of(1));
    place.succeeds(&["keys", "prune"]);
    place.succeeds(&["keys", "prune", "--yes"]);
    assert_eq!(place.names(), ["gingersnap-keys.json"], "no lock was taken");
}

#[test]
fn lint_knows_the_operators_figures() {
    let place = Place::with("lint_figures", &ring_of(50));
    let active = place.keys("active").remove(0);
    let output = place.run(&["keys", "lint", "--longest-policy", "30d"]);
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), (IN_CLEAR, Some(1)));
    let output = place.run(&["keys", "lint", "--every", "45d", "--longest-policy", "60d"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stdout),
        format!(
            "the ring's longest session is 30 days, shorter than 60 days of a policy in use: \
             shorten the policy: a layer that has it does not start; the ring keeps its longest session\n\
             key {active} has been active for more than 45 days: \
             `gingersnap keys rotate`, or `gingersnap keys tick` from a timer\n\
             {IN_CLEAR}"
        )
    );
    let output = place.run(&["keys", "lint", "--every", "45d", "--json"]);
    let expected = serde_json::json!({
        "finding": "active_too_old",
        "key": active,
        "text": format!("key {active} has been active for more than 45 days"),
        "hint": "`gingersnap keys rotate`, or `gingersnap keys tick` from a timer",
    });
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found[0], &found[1]["finding"], &found[2]), (&expected, &"plaintext".into(), &Value::Null));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn lint_exits_with_1_if_there_is_anything_to_find() {
    let place = Place::with_ring("lint");
    let output = place.run(&["keys", "lint"]);
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), (IN_CLEAR, Some(1)));
    assert_eq!(place.succeeds(&["keys", "lint", "--plaintext"]), "the ring is in good order\n");
    let active = place.keys("active").remove(0);
    place.succeeds(&["keys", "revoke", &active]);
    let output = place.run(&["keys", "lint"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stdout),
        format!(
            "no key seals: opening goes on, new sessions fail: `gingersnap keys promote KEY` puts a staged key or a standby in force\n\
             key {active} is dead and still has its secret: `gingersnap keys prune` or `gingersnap keys tick`, twice, a day apart\n\
             {IN_CLEAR}"
        )
    );
    let meant = text(&place.run(&["keys", "lint", "--plaintext"]).stdout);
    assert!(meant.starts_with("no key seals") && !meant.contains(IN_CLEAR), "{meant}");
    let found: Value = serde_json::from_slice(&place.run(&["keys", "lint", "--json"]).stdout).unwrap();
    assert_eq!((&found[0]["finding"], &found[1]["key"]), (&Value::from("no_active"), &Value::from(active)));
}

#[test]
fn no_command_shows_a_secret() {
    let place = Place::with_ring("no_secret");
    let id = place.keys("active").remove(0);
    let mut shown = String::new();
    for args in [
        &["keys", "add"][..],
        &["keys", "rotate"],
        &["keys", "list"],
        &["keys", "list", "--json"],
        &["keys", "show", &id],
        &["keys", "show", &id, "--json"],
        &["keys", "lint"],
        &["keys", "disable", &id],
        &["keys", "revoke", &id],
        &["keys", "restore", "gingersnap-keys.json", "--yes"],
        &["keys", "emergency", "--yes"],
        &["keys", "prune"],
        &["keys", "tick"],
    ] {
        let output = place.run(args);
        shown.push_str(&text(&output.stdout));
        shown.push_str(&text(&output.stderr));
    }
    let ring = fs::read_to_string(place.ring_path()).unwrap();
    let secrets: Vec<_> = ring.lines().filter(|line| line.contains("\"secret\"")).collect();
    assert_eq!(secrets.len(), 5);
    for line in secrets {
        for part in line.split('"').nth(3).unwrap().as_bytes().windows(8) {
            assert!(!shown.contains(str::from_utf8(part).unwrap()));
        }
    }
}

#[test]
fn the_file_can_be_named_by_the_environment_and_by_an_argument_after_the_verb() {
    let place = Place::empty("named");
    let output = place.command(&INIT).env("GINGERSNAP_KEYS", "a.json").output().unwrap();
    assert!(output.status.success());
    place.succeeds(&["keys", "init", "--plaintext", "--keys", "b.json"]);
    place.succeeds(&["keys", "--keys", "b.json", "list"]);
    assert_eq!(place.names(), ["a.json", "a.json.lock", "b.json", "b.json.lock"]);
}

const IN_CLEAR: &str = "the ring is not encrypted where it is kept: `gingersnap keys rewrap --recipients FILE` encrypts it; --plaintext says that it is meant\n";
