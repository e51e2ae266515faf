//! The bars under `gingersnap keys list`.

use super::terminal::terminal;
use super::*;

/// A ring of 40 days, rotated 10 days ago, and to be rotated in 5 days: one key opens, one seals, one will seal.
fn rotated() -> Keyring {
    let rotate = |ring: Keyring, at, propagation| ring.rotate(propagation, None, at, &mut random).unwrap();
    let ring = rotate(ring_of(40), days_ago(11), DAY);
    rotate(ring, SystemClock.now(), 5 * DAY)
}

fn bars(out: &str) -> Vec<&str> {
    out.split("\n\n").nth(2).unwrap().lines().collect()
}

#[test]
fn the_list_shows_which_key_seals_when_and_opens_until_when() {
    let ring = rotated();
    let place = Place::with("timeline", &ring);
    let out = place.succeeds(&["keys", "list"]);
    let day = |at: Timestamp| time(at)[..10].to_owned();
    let id = |state| id(state, &ring).to_string();
    let last = ring.expires_at(the(KeyState::Active, &ring)).unwrap();
    let (first, last) = (day(days_ago(40)), day(last));
    let expected = [
        format!("        {first}                        | now               {last}"),
        format!("{}                           ##############=========================", id(KeyState::Active)),
        format!("{}                                        #########################>", id(KeyState::Staged)),
        format!("{}  ##########################==========================", id(KeyState::Retiring)),
        "        ## seals and opens   == opens only   > no end yet".to_owned(),
    ];
    assert_eq!(bars(&out), expected, "{out}");
    assert!(out.lines().all(|line| line.len() <= 130), "{out}");
}

#[test]
fn a_new_ring_has_one_bar_without_an_end_and_a_dead_key_has_none() {
    let place = Place::with_ring("timeline_new");
    let active = place.keys("active").remove(0);
    let bar = format!("{active}  {}>", "#".repeat(63));
    assert_eq!(bars(&place.succeeds(&["keys", "list"]))[1], bar);
    place.succeeds(&["keys", "revoke", &active]);
    assert!(!place.succeeds(&["keys", "list"]).contains('#'));
}

#[test]
fn colours_are_for_terminals_and_not_where_they_are_forbidden() {
    let place = Place::with("timeline_colours", &rotated());
    assert!(!place.succeeds(&["keys", "list"]).contains('\u{1b}'));
    let shown = |no_color: Option<&str>| {
        let mut command = terminal(&place, "keys list");
        command.env("TERM", "xterm").env_remove("CLICOLOR").env_remove("NO_COLOR");
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success());
        text(&output.stdout)
    };
    let coloured = shown(None);
    assert!(coloured.contains("\u{1b}[32m###") && coloured.contains("\u{1b}[33m==="), "{coloured}");
    assert!(!shown(Some("1")).contains('\u{1b}'));
    // The same letters with and without them.
    let plain = coloured.replace("\u{1b}[32m", "").replace("\u{1b}[33m", "").replace("\u{1b}[0m", "");
    assert_eq!(bars(&plain.replace('\r', ""))[1..], bars(&place.succeeds(&["keys", "list"]))[1..]);
}
