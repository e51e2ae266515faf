//! A preview reads as a preview, and what was done is said once it is done.

use std::os::unix::fs::symlink;

use super::*;

/// Words of what has been done, or is so: not before it is written.
const DONE: [&str; 14] = [
    " is signed out",
    " are signed out",
    " is lost",
    " is destroyed",
    " seals from",
    " seals until",
    " seals at once",
    "people seem",
    "revokes all",
    "becomes",
    "comes back",
    "puts ",
    "takes effect",
    "are kept",
];

/// Beginnings of the lines that verbs write when they have written the ring.
const FACTS: [&str; 6] = ["wrote ", "key ", "made ", "restored ", "warning: no key seals", "note: "];

#[test]
fn a_write_that_fails_leaves_nothing_said_but_what_would_have_happened() {
    let ring = ring_of(70).rotate(0, None, days_ago(40), &mut random).unwrap();
    let place = Place::with("preview", &ring);
    place.file("same.json", ring.to_bytes());
    // It is read through the link, and never written through it.
    symlink("gingersnap-keys.json", place.0.join("link.json")).unwrap();
    let (active, standby) =
        (id(KeyState::Active, &ring).to_string(), id(KeyState::Standby, &ring).to_string());
    for args in [
        &["keys", "rotate"][..],
        &["keys", "rotate", "--now"],
        &["keys", "rotate", "--propagation", "0s"],
        &["keys", "promote", &standby],
        &["keys", "add"],
        &["keys", "disable", &active],
        &["keys", "revoke", &active],
        &["keys", "revoke", &standby],
        &["keys", "revoke", "--all-created-before", &time(days_ago(0))],
        &["keys", "sessions-dead-before", &time(days_ago(1))],
        &["keys", "sessions-dead-before", &time(days_ago(60))],
        &["keys", "emergency", "--yes"],
        &["keys", "prune"],
        &["keys", "prune", "--yes"],
        &["keys", "tick"],
        &["keys", "tick", "--json"],
        &["keys", "rewrap", "--plaintext"],
        &["keys", "restore", "same.json", "--yes"],
    ] {
        let output = place.run(&[args, &["--keys", "link.json"]].concat());
        let (said, error) = (text(&output.stdout), text(&output.stderr));
        assert!(
            error.starts_with("gingersnap: error: refused link.json: it is a symbolic link"),
            "{args:?} {error}"
        );
        assert!(!DONE.iter().any(|word| said.contains(word)), "{args:?}: {said}");
        assert!(
            !said.lines().any(|line| FACTS.iter().any(|fact| line.starts_with(fact))),
            "{args:?}: {said}"
        );
        assert_eq!(*place.ring().to_bytes(), *ring.to_bytes());
    }
}

#[test]
fn what_was_done_begins_with_the_generation_that_was_written() {
    let place = Place::with("facts", &ring_of(10));
    let (active, standby) = (place.keys("active").remove(0), place.keys("standby").remove(0));
    for (args, generation) in [
        (&["keys", "add"][..], 2),
        (&["keys", "sessions-dead-before", "2026-01-31T12:00:00Z"], 3),
        (&["keys", "rotate"], 4),
        (&["keys", "promote", &standby], 5),
        (&["keys", "disable", &active], 6),
        (&["keys", "enable", &active], 7),
        (&["keys", "revoke", &active], 8),
        (&["keys", "prune"], 9),
        (&["keys", "prune", "--yes"], 10),
        (&["keys", "rotate", "--now"], 11),
        (&["keys", "emergency", "--yes"], 12),
    ] {
        let out = place.succeeds(args);
        let wrote = format!("wrote gingersnap-keys.json: generation {generation}");
        assert_eq!(out.lines().filter(|line| *line == wrote).count(), 1, "{args:?}: {out}");
    }
}

#[test]
fn list_says_of_a_dead_key_when_a_prune_destroys_it() {
    let ring = ring_of(70).rotate(0, None, days_ago(40), &mut random).unwrap();
    let dead = id(KeyState::Expired, &ring);
    let found = Timestamp::from_unix(SystemClock.now().unix() - 60);
    let due = time(found.plus(DAY));
    let ahead = found.plus(3 * DAY);
    for (ring, next) in [
        (ring.clone(), "waits for prune".to_owned()),
        (ring.prune(found).unwrap(), format!("a prune destroys it from {due} (in 23 h)")),
        (ring.prune(days_ago(1)).unwrap(), "the next prune destroys it".to_owned()),
        // By a clock that was ahead: the next prune marks it anew.
        (ring.prune(ahead).unwrap(), "waits for prune".to_owned()),
    ] {
        let place = Place::with("list_dead", &ring);
        let out = place.succeeds(&["keys", "show", &dead.to_string()]);
        assert!(out.contains(&format!("\nnext         {next}\n")), "{out}");
        let out = place.succeeds(&["keys", "list"]);
        let line = out.lines().find(|line| line.starts_with(&dead.to_string())).unwrap();
        assert!(line.ends_with(&format!("Z  {next}")), "{line}");
    }
}
