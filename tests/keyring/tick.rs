//! `tick`: everything that is due by the clock, and nothing twice.

use super::*;

const EVERY: u64 = 30 * DAY;
const HOUR: u64 = 3_600;
const YEAR: u64 = 365 * DAY;

/// Runs a tick with the defaults on a ring.
fn tick(ring: &Keyring, now: Timestamp) -> (Option<Keyring>, Timestamp) {
    let seed = ring.generation() << 32 | now.unix();
    ring.tick(EVERY, HOUR, now, &mut random(seed)).unwrap()
}

/// The ring of a tick that found something to do, and has nothing more to do in the same second.
#[track_caller]
fn ticked(ring: &Keyring, now: Timestamp) -> Keyring {
    let (next, at) = tick(ring, now);
    let next = next.unwrap();
    assert_eq!(next.generation(), ring.generation() + 1);
    idle(&next, now, at);
    next
}

#[track_caller]
fn idle(ring: &Keyring, now: Timestamp, next: Timestamp) {
    let (changed, at) = tick(ring, now);
    assert_eq!((changed.map(|ring| text(&ring)), at), (None, next));
}

fn minus(at: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_unix(at.unix() - seconds)
}

#[test]
fn a_rotation_is_scheduled_so_that_the_successor_comes_when_the_time_of_the_key_is_up() {
    let ring = ring();
    let due = NOW.plus(EVERY - HOUR);
    idle(&ring, NOW, due);
    idle(&ring, minus(due, 1), due);
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let scheduled = ticked(&ring, due);
    let staged = in_state(&scheduled, KeyState::Staged, due);
    assert_eq!((staged.id(), staged.not_before()), (standby, Some(NOW.plus(EVERY))));
    assert_eq!(scheduled.key(active).unwrap().retired_at(), Some(NOW.plus(EVERY)));
    assert!(ring.key(in_state(&scheduled, KeyState::Standby, due).id()).is_none());
}

#[test]
fn a_tick_that_comes_late_still_leaves_the_nodes_their_time() {
    let late = NOW.plus(EVERY + 5 * DAY);
    let scheduled = ticked(&ring(), late);
    assert_eq!(in_state(&scheduled, KeyState::Staged, late).not_before(), Some(late.plus(HOUR)));
}

#[test]
fn nothing_is_scheduled_while_a_rotation_is_pending() {
    let now = NOW.plus(EVERY);
    let pending = ring().rotate(DAY, None, now, &mut random(2)).unwrap();
    // The rotation after that comes next, no earlier than a key should seal.
    idle(&pending, now, now.plus(EVERY));
    idle(&pending, now.plus(DAY), now.plus(DAY + EVERY - HOUR));
}

#[test]
fn nothing_is_scheduled_while_no_key_is_active() {
    let now = NOW.plus(EVERY);
    let active = in_state(&ring(), KeyState::Active, NOW).id();
    let disabled = ring().disable(active, now, &mut random(2)).unwrap();
    idle(&disabled, now, now.plus(EVERY));
    let revoked = ticked(&ring().revoke(active, now, &mut random(2)).unwrap(), now);
    assert_eq!(revoked.key(active).unwrap().found_dead_at(), Some(now));
    assert_eq!(revoked.keys().len(), 2);
    idle(&revoked, now, now.plus(DAY));
    idle(&revoked, now.plus(DAY - 1), now.plus(DAY));
    let destroyed = ticked(&revoked, now.plus(DAY));
    assert_eq!(destroyed.tombstones()[0].id(), active);
    assert!(destroyed.active(now.plus(DAY)).is_none());
}

#[test]
fn a_standby_is_added_where_there_is_none() {
    let ring = edited(&ring(), |text| text.replace("\"not_before\": null", "\"not_before\": 1800000001"));
    let now = NOW.plus(1);
    let added = ticked(&ring, now);
    assert_eq!(added.keys().len(), 3);
    in_state(&added, KeyState::Standby, now);
    // One that is both due and without a standby gets two keys in one generation.
    let both = ticked(&ring, now.plus(EVERY));
    in_state(&both, KeyState::Staged, now.plus(EVERY));
    in_state(&both, KeyState::Standby, now.plus(EVERY));
}

#[test]
fn marking_pruning_and_scheduling_are_one_generation() {
    let ring = ring();
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let ring = ring.revoke(standby, NOW, &mut random(2)).unwrap();
    let ring = ring.rotate(0, None, NOW, &mut random(3)).unwrap();
    let ring = ring.prune(NOW).unwrap();
    let now = NOW.plus(LONGEST + SKEW);
    let next = ticked(&ring, now);
    assert_eq!(next.tombstones()[0].id(), standby);
    assert_eq!(in_state(&next, KeyState::Expired, now).found_dead_at(), Some(now));
    in_state(&next, KeyState::Staged, now);
}

#[test]
fn the_next_tick_is_told_by_what_ends_first() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let expiry = NOW.plus(LONGEST + SKEW);
    let (_, at) = ring.tick(90 * DAY, HOUR, NOW, &mut random(3)).unwrap();
    assert_eq!(at, expiry);
    let (dead, at) = ring.tick(90 * DAY, HOUR, expiry, &mut random(3)).unwrap();
    assert_eq!(at, expiry.plus(DAY));
    let (gone, at) = dead.unwrap().tick(90 * DAY, HOUR, expiry.plus(DAY), &mut random(3)).unwrap();
    assert_eq!((gone.unwrap().tombstones().len(), at), (1, NOW.plus(90 * DAY - HOUR)));
}

#[test]
fn a_year_of_daily_ticks_keeps_each_key_for_as_long_as_it_should_seal() {
    let mut ring = ring();
    let mut changes = Vec::new();
    let mut last = ring.active(NOW).unwrap().id();
    for hour in 0..YEAR / HOUR {
        let now = NOW.plus(hour * HOUR);
        if hour % 24 == 0
            && let (Some(next), _) = tick(&ring, now)
        {
            ring = next;
        }
        let active = ring.active(now).unwrap().id();
        if active != last {
            changes.push(hour / 24);
            last = active;
        }
    }
    // A key has sealed for 30 days less an hour when the tick of its 30th day looks: its successor comes in an hour.
    assert_eq!(changes, (1..=12).map(|nth| nth * 30).collect::<Vec<_>>());
    let alive = |key: &&Key| ring.state(key, NOW.plus(YEAR)).opens();
    assert!(ring.keys().iter().filter(alive).count() <= 4 && ring.keys().len() <= 5, "{ring:?}");
    assert_eq!(ring.tombstones().len() + ring.keys().len(), 14);
}

#[test]
fn a_clock_that_jumps_a_year_either_way_destroys_nothing() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let token = seal(&ring, NOW).unwrap();
    let (active, retiring) =
        (in_state(&ring, KeyState::Active, NOW).id(), in_state(&ring, KeyState::Retiring, NOW).id());
    let (ahead, behind) = (NOW.plus(YEAR), minus(NOW, YEAR));
    for jumps in [
        [ahead, NOW, ahead.plus(DAY)],
        [behind, NOW, behind],
        [ahead, behind, ahead.plus(DAY)],
        [behind, ahead, NOW],
    ] {
        let mut there = ring.clone();
        for now in jumps {
            there = tick(&there, now).0.unwrap_or(there);
        }
        assert!(there.tombstones().is_empty(), "{jumps:?}");
        for id in [active, retiring] {
            assert!(there.state(there.key(id).unwrap(), NOW).opens(), "{jumps:?}");
        }
        assert_eq!(there.active(NOW).unwrap().id(), active, "{jumps:?}");
        // Who meets a key that was made in a year takes its own clock for wrong, until that key is revoked.
        let mut mended = there.clone();
        while let Some(id) = mended.made_after(NOW) {
            assert_eq!(open(&mended, &token, NOW), Err(Refusal::ClockBehind), "{jumps:?}");
            mended = mended.revoke(id, NOW, &mut random(3)).unwrap();
        }
        assert_eq!(open(&mended, &token, NOW), Ok(()), "{jumps:?}");
        let (settled, _) = tick(&there, NOW);
        let settled = settled.unwrap_or(there);
        assert!(settled.keys().iter().all(|key| key.found_dead_at().is_none()), "{jumps:?}");
    }
}

#[test]
fn a_clock_that_jumped_back_does_not_bring_forward_what_it_marked_before() {
    let revoked = ring().revoke(in_state(&ring(), KeyState::Standby, NOW).id(), NOW, &mut random(2)).unwrap();
    let marked = ticked(&revoked, NOW.plus(YEAR));
    let again = ticked(&marked, NOW);
    assert!(again.tombstones().is_empty());
    assert_eq!(in_state(&again, KeyState::Revoked, NOW).found_dead_at(), Some(NOW));
}

#[test]
fn a_ring_with_no_room_is_pruned_before_it_is_rotated() {
    let mut full = ring();
    let standby = in_state(&full, KeyState::Standby, NOW).id();
    while let Ok(more) = full.add(Suite::default(), "", NOW, &mut random(full.generation() + 50)) {
        full = more;
    }
    let due = NOW.plus(EVERY);
    let error = full.tick(EVERY, HOUR, due, &mut random(2)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (KeyringErrorKind::Full, "the ring has 256 keys already")
    );
    assert_eq!(error.hint(), Some("`gingersnap keys prune` destroys dead keys"));
    let full = full.revoke(standby, due, &mut random(3)).unwrap();
    let (marked, _) = full.tick(EVERY, HOUR, due, &mut random(4)).unwrap();
    let marked = marked.unwrap();
    assert!(marked.keys().iter().all(|key| marked.state(key, due) != KeyState::Staged));
    assert_eq!(marked.tick(EVERY, HOUR, due, &mut random(5)).unwrap_err().kind(), KeyringErrorKind::Full);
    let (rotated, _) = marked.tick(EVERY, HOUR, due.plus(DAY), &mut random(6)).unwrap();
    in_state(&rotated.unwrap(), KeyState::Staged, due.plus(DAY));
}

#[test]
fn times_that_make_no_sense_are_refused() {
    let told = |every, propagation| {
        let error = ring().tick(every, propagation, NOW, &mut random(2)).unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::BadArgument);
        (error.to_string(), error.hint().map(str::to_owned))
    };
    let hint = Some("--every must be longer than --propagation".to_owned());
    assert_eq!(
        told(HOUR, HOUR),
        ("a key cannot seal for 3600 s if it takes 3600 s to propagate".into(), hint)
    );
    let long = "a propagation of 2592001 s is too long; it may be up to 30 days";
    assert_eq!(told(90 * DAY, 30 * DAY + 1), (long.into(), None));
    let error = ring().rotate(30 * DAY + 1, None, NOW, &mut random(2)).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (KeyringErrorKind::BadArgument, long));
    assert!(ring().rotate(30 * DAY, None, NOW, &mut random(2)).is_ok());
}

#[test]
fn a_key_that_retires_without_a_successor_gets_one_by_then() {
    let end = NOW.plus(2 * DAY);
    let ring =
        edited(&ring(), |text| text.replacen("\"retired_at\": null", &format!("\"retired_at\": {end}"), 1));
    idle(&ring, NOW, minus(end, HOUR));
    let scheduled = ticked(&ring, minus(end, HOUR));
    assert_eq!(in_state(&scheduled, KeyState::Staged, NOW).not_before(), Some(end));
}
