//! The announcements of verbs about live sessions, before they do anything.

use super::*;

const RELOADS: &str = "Nodes load the ring by themselves, every second unless told otherwise.\n";
const TAKES_EFFECT: &str = "It will take effect on each node when that loads the ring, by itself: within 2 s unless told otherwise.\n";
const NOBODY_ELSE: &str = "Nobody else will be signed out.\n";
const THIEF: &str = "Whoever stole one key of a ring has them all: then `gingersnap keys emergency`.\n";
const NONE_SEALS: &str =
    "No key will seal from then on: nobody will be able to sign in, and no session can be changed.\n";

/// Checks the beginning of a verb's output; only the changed keys may follow.
#[track_caller]
fn says(place: &Place, args: &[&str], effects: &[&str]) {
    let out = place.succeeds(args);
    let effects = effects.concat();
    let rest = out.strip_prefix(&effects).unwrap_or_else(|| panic!("{out}\ndoes not begin with\n{effects}"));
    let told = |line: &str| {
        line.starts_with("key ")
            || line.starts_with("wrote gingersnap-keys.json: generation ")
            || line.starts_with("warning: no key seals now")
            || line.starts_with("warning: `")
    };
    assert!(rest.lines().all(told), "{rest}");
}

/// Active since 10 days, with a key that retired then and sealed for 20 days.
fn ring_of_two() -> Keyring {
    ring_of(30).rotate(0, None, days_ago(10), &mut random).unwrap()
}

fn at(days: u64) -> String {
    format!("{} ({days} days ago)", time(days_ago(days)))
}

#[test]
fn a_rotation_says_until_when_the_old_key_seals_and_opens() {
    let old = ring_of(10);
    let (active, standby) = (id(KeyState::Active, &old), id(KeyState::Standby, &old));
    let place = Place::with("says_rotate", &old);
    let out = place.succeeds(&["keys", "rotate"]);
    let ring = place.ring();
    let from = ring.key(standby).unwrap().not_before().unwrap();
    let until = ring.expires_at(ring.key(active).unwrap()).unwrap();
    assert_eq!(until, from.plus(30 * DAY + 60));
    let (from, until) = (time(from), time(until));
    let expected = format!(
        "Nobody will be signed out: key {active} will seal until {from} (in 60 min), and open until {until} (in 30 days).\n\
         Key {standby} will seal from {from} on. Every node must have loaded the new ring by then.\n{RELOADS}"
    );
    assert!(out.starts_with(&expected), "{out}");
}

#[test]
fn a_key_in_force_at_once_says_which_nodes_it_risks() {
    for args in [&["keys", "rotate", "--now"][..], &["keys", "promote", "STANDBY"]] {
        let old = ring_of(10);
        let (active, standby) = (id(KeyState::Active, &old), id(KeyState::Standby, &old));
        let place = Place::with("says_at_once", &old);
        let key = standby.to_string();
        let args: Vec<_> =
            args.iter().map(|&arg| if arg == "STANDBY" { key.as_str() } else { arg }).collect();
        let out = place.succeeds(&args);
        let ring = place.ring();
        let until = time(ring.expires_at(ring.key(active).unwrap()).unwrap());
        let created = at(10);
        let expected = format!(
            "Nobody will be signed out: key {active} will retire at once, and open until {until} (in 30 days).\n\
             Key {standby} will seal at once. It is in the ring since {created}: a node whose ring is older\n\
             cannot open what it seals, and will show those people as signed out until it loads the new ring.\n\
             {RELOADS}wrote gingersnap-keys.json: generation 2\nkey {active}: active -> retiring\n"
        );
        assert!(out.starts_with(&expected), "{out}");
    }
}

#[test]
fn where_no_key_seals_a_new_one_signs_nobody_out_either() {
    let old = ring_of(10);
    let revoked = old.revoke(id(KeyState::Active, &old), days_ago(1), &mut random).unwrap();
    let standby = id(KeyState::Standby, &revoked);
    let place = Place::with("says_none_active", &revoked);
    let out = place.succeeds(&["keys", "promote", &standby.to_string()]);
    assert!(
        out.starts_with(&format!("Nobody will be signed out.\nKey {standby} will seal at once. ")),
        "{out}"
    );
}

#[test]
fn a_propagation_that_may_be_too_short_is_warned_of() {
    let warning = |seconds: u64| {
        format!(
            "warning: {seconds} s of propagation may be too short: nodes that reload every second need\n\
             warning: 62 s, which is twice that and 60 s between their clocks\n"
        )
    };
    for (propagation, expected) in [("62s", None), ("61s", Some(61)), ("0s", Some(0)), ("30d", None)] {
        let place = Place::with("says_short", &ring_of(10));
        let out = place.succeeds(&["keys", "rotate", "--propagation", propagation]);
        match expected {
            Some(seconds) => assert!(out.contains(&warning(seconds)), "{out}"),
            None => assert!(!out.contains("warning: "), "{out}"),
        }
    }
    let place = Place::with("says_short_now", &ring_of(10));
    assert!(!place.succeeds(&["keys", "rotate", "--now"]).contains("warning: "));
    assert!(place.succeeds(&["keys", "tick", "--propagation", "61s"]).contains(&warning(61)));
    assert!(!place.succeeds(&["keys", "tick", "--propagation", "62s"]).contains("warning: "));
}

#[test]
fn to_revoke_the_active_key_signs_out_who_was_active_since_it_is_in_force() {
    let ring = ring_of_two();
    let key = id(KeyState::Active, &ring);
    let place = Place::with("says_revoke", &ring);
    let who = format!(
        "Every session last written since {} will be signed out for good: key {key} sealed it.\n",
        at(10)
    );
    says(
        &place,
        &["keys", "revoke", &key.to_string()],
        &[&who, NOBODY_ELSE, NONE_SEALS, THIEF, TAKES_EFFECT],
    );
}

#[test]
fn while_a_rotation_is_pending_it_says_until_when_no_key_seals() {
    let ring = ring_of_two();
    let key = id(KeyState::Active, &ring).to_string();
    let from = days_ago(0).plus(3 * DAY + 7_200);
    let place = Place::with(
        "says_revoke_pending",
        &ring.rotate(3 * DAY + 7_200, None, days_ago(0), &mut random).unwrap(),
    );
    let who = format!(
        "Every session last written since {} will be signed out for good: key {key} sealed it.\n",
        at(10)
    );
    let until = format!(
        "No key will seal until {} (in 3 days): nobody will be able to sign in, and no session can be changed.\n",
        time(from)
    );
    says(&place, &["keys", "revoke", &key], &[&who, NOBODY_ELSE, &until, THIEF, TAKES_EFFECT]);
}

#[test]
fn to_revoke_a_retiring_key_signs_out_who_was_not_active_since() {
    let ring = ring_of_two();
    let key = id(KeyState::Retiring, &ring);
    let place = Place::with("says_revoke_retiring", &ring);
    let span = format!("from {} to {}", at(30), at(10));
    let who =
        format!("Every session last written {span} will be signed out for good: key {key} sealed it.\n");
    says(&place, &["keys", "revoke", &key.to_string()], &[&who, NOBODY_ELSE, THIEF, TAKES_EFFECT]);
}

#[test]
fn to_revoke_a_key_that_has_sealed_nothing_signs_nobody_out() {
    let ring = ring_of_two().rotate(DAY, None, days_ago(0), &mut random).unwrap();
    let place = Place::with("says_revoke_unused", &ring);
    for state in [KeyState::Standby, KeyState::Staged] {
        let key = id(state, &ring).to_string();
        let nobody = format!("Key {key} has sealed nothing: nobody will be signed out.\n");
        says(&place, &["keys", "revoke", &key], &[&nobody, THIEF, TAKES_EFFECT]);
    }
}

#[test]
fn to_revoke_an_expired_key_signs_nobody_out() {
    let ring = ring_of(70).rotate(0, None, days_ago(40), &mut random).unwrap();
    let key = id(KeyState::Expired, &ring).to_string();
    let place = Place::with("says_revoke_expired", &ring);
    let nobody = format!("Whatever key {key} sealed is dead already: nobody will be signed out.\n");
    says(&place, &["keys", "revoke", &key], &[&nobody, THIEF, TAKES_EFFECT]);
}

#[test]
fn to_revoke_all_keys_of_old_signs_out_who_is_under_them() {
    let ring = ring_of_two();
    let (active, retiring, standby) =
        (id(KeyState::Active, &ring), id(KeyState::Retiring, &ring), id(KeyState::Standby, &ring));
    let place = Place::with("says_revoke_all", &ring);
    let before = time(days_ago(20));
    let args = ["keys", "revoke", "--all-created-before", &before];
    let sealed = |span: String, key: KeyId| {
        format!("Every session last written {span} will be signed out for good: key {key} sealed it.\n")
    };
    // The standby of the rotation ten days ago is younger, and sealed nothing.
    let first = sealed(format!("since {}", at(10)), active);
    let second = sealed(format!("from {} to {}", at(30), at(10)), retiring);
    let no_other = "No other key has sealed a session.\n";
    says(&place, &args, &[&first, &second, no_other, NONE_SEALS, THIEF, TAKES_EFFECT]);
    assert_eq!(place.keys("standby"), [standby.to_string()]);
    let nobody = "No further key will be revoked by that: nobody will be signed out.\n";
    let before = time(days_ago(15));
    says(&place, &["keys", "revoke", "--all-created-before", &before], &[nobody, TAKES_EFFECT]);
}

#[test]
fn to_disable_a_key_keeps_the_cookies() {
    let ring = ring_of_two().rotate(DAY, None, days_ago(0), &mut random).unwrap();
    let place = Place::with("says_disable", &ring);
    let staged = id(KeyState::Staged, &ring).to_string();
    let nobody = format!("Key {staged} has sealed nothing: nobody will be signed out.\n");
    says(&place, &["keys", "disable", &staged], &[&nobody, TAKES_EFFECT]);
    let active = id(KeyState::Active, &ring).to_string();
    let who = format!(
        "Sessions last written since {} will be neither read nor written until key {active} is enabled.\n\
         Those people will seem signed out meanwhile; their cookies will be kept.\n",
        at(10)
    );
    says(&place, &["keys", "disable", &active], &[&who, NOBODY_ELSE, NONE_SEALS, TAKES_EFFECT]);
    // A person who is shut out for the moment is so for good when the key is revoked.
    let who = format!(
        "Every session last written since {} will be signed out for good: key {active} sealed it.\n",
        at(10)
    );
    says(&place, &["keys", "revoke", &active], &[&who, NOBODY_ELSE, THIEF, TAKES_EFFECT]);
}

#[test]
fn a_cut_of_sessions_says_who_is_old_enough() {
    let place = Place::with("says_sessions", &ring_of_two());
    let useless = "This is worth nothing against a stolen key, whose thief chooses the times.\n";
    let nobody = "No session is that old, since none lasts longer than 30 days: nobody will be signed out.\n";
    let cut = time(days_ago(31));
    says(&place, &["keys", "sessions-dead-before", &cut], &[nobody, useless, TAKES_EFFECT]);
    let cut = time(days_ago(3));
    let who = format!("Everybody who signed in before {} will be signed out for good.\n", at(3));
    let data = "Data last written before that will be lost, but for sessions of the browser.\n";
    says(&place, &["keys", "sessions-dead-before", &cut], &[&who, data, NOBODY_ELSE, useless, TAKES_EFFECT]);
}

#[test]
fn what_is_refused_is_not_announced() {
    let place = Place::with("says_nothing", &ring_of(10));
    place.succeeds(&["keys", "rotate"]);
    let active = place.keys("active").remove(0);
    for args in [&["keys", "rotate"][..], &["keys", "promote", &active], &["keys", "revoke", "000000"]] {
        let output = place.run(args);
        assert_eq!((text(&output.stdout).as_str(), output.status.code()), ("", Some(1)), "{args:?}");
    }
}
