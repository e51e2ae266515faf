//! `gingersnap keys tick`, from a timer.

use std::process::Child;

use super::*;

/// Runs a tick, checks its exit status, and returns its output.
#[track_caller]
fn ticks(place: &Place, args: &[&str], status: i32) -> String {
    let output = place.run(&[&["keys", "tick"], args].concat());
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(status)));
    text(&output.stdout)
}

#[test]
fn nothing_due_is_said_with_the_next_time_and_takes_no_lock() {
    let ring = ring_of(10);
    let place = Place::with("tick_idle", &ring);
    let due = the(KeyState::Active, &ring).not_before().unwrap().plus(30 * DAY - 3_600);
    let expected = format!("there is nothing to do\nnext tick: {} (in 19 days)\n", time(due));
    assert_eq!(ticks(&place, &[], 0), expected);
    let expected = serde_json::json!({ "changed": false, "generation": 1, "next": due.unix() });
    assert_eq!(serde_json::from_str::<Value>(&ticks(&place, &["--json"], 0)).unwrap(), expected);
    assert_eq!(place.names(), ["gingersnap-keys.json"], "no lock was taken: it may be read-only");
}

#[test]
fn a_due_rotation_is_scheduled_once_and_exits_with_10() {
    let old = ring_of(30);
    let (active, standby) = (id(KeyState::Active, &old), id(KeyState::Standby, &old));
    let place = Place::with("tick_due", &old);
    let out = ticks(&place, &[], 10);
    let ring = place.ring();
    let new = the(KeyState::Standby, &ring);
    let from = ring.key(standby).unwrap().not_before().unwrap();
    let next = from.plus(30 * DAY - 3_600);
    let expected = format!(
        "wrote gingersnap-keys.json: generation 2\n\
         key {active}: retires {0} (in 60 min)\n\
         key {standby}: standby -> staged, in force {0} (in 60 min)\n\
         key {1}: new, standby, fingerprint {2}\n\
         next tick: {3} (in 30 days)\n",
        time(from),
        new.id(),
        new.fingerprint(),
        time(next)
    );
    assert_eq!(out, expected);
    let again = ticks(&place, &[], 0);
    assert!(again.starts_with(&format!("there is nothing to do\nnext tick: {} (in ", time(next))), "{again}");
    assert_eq!(place.ring().generation(), 2);
}

#[test]
fn a_change_is_told_as_json_too() {
    let place = Place::with("tick_json", &ring_of(30));
    let told: Value = serde_json::from_str(&ticks(&place, &["--every", "20d", "--json"], 10)).unwrap();
    let ring = place.ring();
    let next = the(KeyState::Staged, &ring).not_before().unwrap().plus(20 * DAY - 3_600);
    assert_eq!(told, serde_json::json!({ "changed": true, "generation": 2, "next": next.unix() }));
}

#[test]
fn what_is_dead_is_marked_first_and_destroyed_by_a_tick_a_day_later() {
    let old = ring_of(70).rotate(0, None, days_ago(40), &mut random).unwrap();
    let old = old.rotate(0, None, days_ago(5), &mut random).unwrap();
    let dead = id(KeyState::Expired, &old);
    let place = Place::with("tick_mark", &old);
    let out = ticks(&place, &[], 10);
    let found = format!(
        "wrote gingersnap-keys.json: generation 4\n\
         key {dead}: found dead; a prune or tick in a day or later destroys it\nnext tick: "
    );
    assert!(out.starts_with(&found) && out.ends_with("Z (in 24 h)\n"), "{out}");
    let out = ticks(&place, &[], 0);
    assert!(out.starts_with("there is nothing to do\nnext tick: "), "{out}");
    let marked = old.prune(days_ago(1)).unwrap();
    place.file("gingersnap-keys.json", marked.to_bytes());
    let out = ticks(&place, &[], 10);
    assert!(
        out.starts_with(&format!(
            "wrote gingersnap-keys.json: generation 5\nkey {dead}: destroyed\nnext tick: "
        )),
        "{out}"
    );
    assert_eq!(place.ring().tombstones()[0].id(), dead);
}

#[test]
fn without_an_active_key_it_warns_and_schedules_nothing() {
    let old = ring_of(40);
    let active = id(KeyState::Active, &old);
    let place = Place::with("tick_disabled", &old.disable(active, days_ago(1), &mut random).unwrap());
    let out = ticks(&place, &[], 0);
    let expected = "there is nothing to do\n\
                    warning: no key seals now: sessions are read, and writing them fails\n\
                    warning: `gingersnap keys promote KEY` puts a staged key or a standby in force\n\
                    next tick: ";
    assert!(out.starts_with(expected) && out.ends_with("Z (in 30 days)\n"), "{out}");
}

#[test]
fn a_rotation_that_a_clock_ahead_has_scheduled_is_warned_of() {
    let later = days_ago(0).plus(365 * DAY + 7_200);
    let (ring, _) = ring_of(10).tick(30 * DAY, 3_600, later, &mut random).unwrap();
    let ring = ring.unwrap();
    let staged = id(KeyState::Staged, &ring);
    let place = Place::with("tick_far", &ring);
    let out = ticks(&place, &[], 0);
    let warning = format!(
        "there is nothing to do\n\
         warning: key {staged} comes into force only in 365 days: \
         compare the clocks; if it is the date that is wrong, `gingersnap keys disable` withdraws it\n\
         next tick: "
    );
    assert!(out.starts_with(&warning), "{out}");
}

#[test]
fn of_ten_ticks_at_once_one_has_something_to_do() {
    let place = Place::with("ten_ticks", &ring_of(30));
    let children: Vec<Child> = (0..10).map(|_| place.command(&["keys", "tick"]).spawn().unwrap()).collect();
    let mut statuses: Vec<_> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert_eq!(text(&output.stderr), "");
            output.status.code()
        })
        .collect();
    statuses.sort();
    assert_eq!(statuses, [[Some(0); 9].as_slice(), &[Some(10)]].concat());
    assert_eq!((place.ring().generation(), place.ring().keys().len()), (2, 3));
}

#[test]
fn of_ten_prunes_at_once_none_fails() {
    let old = ring_of(70).rotate(0, None, days_ago(40), &mut random).unwrap();
    let place = Place::with("ten_prunes", &old);
    let children: Vec<Child> = (0..10).map(|_| place.command(&["keys", "prune"]).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    }
    assert_eq!(place.ring().generation(), 3);
}
