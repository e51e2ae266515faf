//! `gingersnap keys restore`: what it brings back is said first, and no node refuses what it puts in place.

use std::os::unix::fs::PermissionsExt;

use gingersnap::keyring::Succession;
use gingersnap::keystore::Node;

use super::*;

const TAKES_EFFECT: &str = "It will take effect on each node when that loads the ring, by itself: within 2 s unless told otherwise.\n";
const UNCONFIRMED: &str = "gingersnap: error: not a terminal: cannot ask for confirmation: nothing was changed\ngingersnap: hint: --yes confirms it\n";

fn at(days: u64) -> String {
    format!("{} ({days} days ago)", time(days_ago(days)))
}

/// A place with a ring and an older backup of it.
fn place(test: &str, backup: &Keyring, in_place: &Keyring) -> Place {
    let place = Place::with(test, in_place);
    place.file("backup.json", backup.to_bytes());
    place
}

/// Checks the output unconfirmed, when nothing may be done, and then restores with a confirmation.
#[track_caller]
fn restores(place: &Place, expected: &str, generation: u64) {
    let before = fs::read(place.ring_path()).ok();
    // The form has to be given only where no ring is.
    let restore = ["keys", "restore", "backup.json", "--plaintext"];
    let restore = if before.is_some() { &restore[..3] } else { &restore[..] };
    let output = place.run(restore);
    assert_eq!(text(&output.stdout), expected);
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (UNCONFIRMED, Some(2)));
    assert_eq!(fs::read(place.ring_path()).ok(), before, "it was not confirmed");
    let out = place.succeeds(&[restore, &["--yes"]].concat());
    let done = format!("{expected}restored gingersnap-keys.json as generation {generation}\n");
    assert!(out.starts_with(&done), "{out}\ndoes not begin with\n{done}");
    assert_eq!(place.ring().generation(), generation);
    let backup = Keyring::parse(&fs::read(place.0.join("backup.json")).unwrap()).unwrap();
    let same = backup.restored(generation - 1).unwrap();
    assert_eq!(*place.ring().to_bytes(), *same.to_bytes(), "all but the generation is the backup's");
}

#[test]
fn what_a_backup_brings_back_from_the_dead_is_listed_key_by_key() {
    let backup = ring_of(50).rotate(0, None, days_ago(40), &mut random).unwrap();
    let backup = backup.rotate(0, None, days_ago(20), &mut random).unwrap();
    let standby = id(KeyState::Standby, &backup);
    let retiring = id(KeyState::Retiring, &backup);
    let (active, expired) = (id(KeyState::Active, &backup), id(KeyState::Expired, &backup));
    // Since then: a rotation, a revocation, a key disabled, one destroyed, and both cuts.
    let now = days_ago(2);
    let ring = backup.rotate(0, None, now, &mut random).unwrap();
    let ring = ring.revoke(retiring, now, &mut random).unwrap().destroy_dead(now).unwrap();
    let newest = id(KeyState::Standby, &ring);
    let ring = ring.disable(active, now, &mut random).unwrap();
    let cut = days_ago(45);
    let ring = ring.revoke_created_before(cut, now, &mut random).unwrap();
    let ring = ring.end_sessions_before(now, now).unwrap();
    let place = place("restore_dead", &backup, &ring);
    let (from, to) = (ring.generation(), ring.generation() + 1);
    let expected = format!(
        "This will put the backup, generation 3, in place of generation {from} of gingersnap-keys.json, as generation {to}.\n\
         Differences from the ring in place:\n  \
           keys created before {} will no longer be revoked for that\n  \
           sign-ins that began, and data last written, before {} will be accepted again\n  \
           key {active}: disabled; will be active, and open again\n  \
           key {standby}: active; will be standby\n  \
           key {retiring}: destroyed {}; will be retiring, and open again\n  \
           key {expired}: destroyed {}; will be expired, its secret will be there again\n  \
           key {newest}: standby, unknown to the backup; it has sealed nothing\n\
         {TAKES_EFFECT}",
        time(cut),
        time(now),
        at(2),
        at(2)
    );
    restores(&place, &expected, to);
    assert_eq!(ring.succession(&place.ring()), Ok(Succession::Newer));
}

#[test]
fn a_key_that_would_seal_again_and_one_that_would_be_lost_are_listed() {
    let backup = ring_of(20);
    let (old, standby) = (id(KeyState::Active, &backup), id(KeyState::Standby, &backup));
    let ring = backup.rotate(0, None, days_ago(10), &mut random).unwrap();
    let later = id(KeyState::Standby, &ring);
    let ring = ring.rotate(0, None, days_ago(5), &mut random).unwrap();
    let newest = id(KeyState::Standby, &ring);
    let place = place("restore_sealing", &backup, &ring);
    let expected = format!(
        "This will put the backup, generation 1, in place of generation 3 of gingersnap-keys.json, as generation 4.\n\
         Differences from the ring in place:\n  \
           key {old}: retired {ten}; will be active, and may seal again\n  \
           key {standby}: retired {five}; will be standby, and may seal again\n  \
           key {later}: active, unknown to the backup; every session last written since {five} will be signed out\n  \
           key {newest}: standby, unknown to the backup; it has sealed nothing\n\
         {TAKES_EFFECT}",
        ten = at(10),
        five = at(5)
    );
    restores(&place, &expected, 4);
}

#[test]
fn a_pending_rotation_that_would_be_lost_and_a_revocation_are_listed() {
    let backup = ring_of(20);
    let (active, standby) = (id(KeyState::Active, &backup), id(KeyState::Standby, &backup));
    let pending = backup.rotate(5 * DAY + 7_200, None, days_ago(0), &mut random).unwrap();
    let staged = place("restore_pending", &backup, &pending);
    let out = text(&staged.run(&["keys", "restore", "backup.json"]).stdout);
    let retires = time(days_ago(0).plus(5 * DAY + 7_200));
    let line = format!("\n  key {active}: retires {retires} (in 5 days); will stay active, and not retire\n");
    assert!(out.contains(&line), "{out}");
    assert!(out.contains(&format!("\n  key {standby}: staged; will be standby\n")), "{out}");
    let revoked = backup.revoke(active, days_ago(1), &mut random).unwrap();
    let revoked = place("restore_revoked", &backup, &revoked);
    let out = text(&revoked.run(&["keys", "restore", "backup.json"]).stdout);
    assert!(out.contains(&format!("\n  key {active}: revoked; will be active, and open again\n")), "{out}");
    // And the other way about: the ring in place is itself the older one.
    let older = place("restore_newer", &pending.revoke(standby, days_ago(0), &mut random).unwrap(), &backup);
    let out = text(&older.run(&["keys", "restore", "backup.json"]).stdout);
    assert!(
        out.contains(&format!(
            "\n  key {standby}: standby; will be revoked, and what it sealed will no longer open\n"
        )),
        "{out}"
    );
    assert!(out.contains(": unknown to the ring in place; will be standby\n"), "{out}");
}

#[test]
fn a_backup_that_brings_nothing_back_says_so() {
    let ring = ring_of(20);
    let place = place("restore_same", &ring, &ring);
    let expected = format!(
        "This will put the backup, generation 1, in place of generation 1 of gingersnap-keys.json, as generation 2.\n\
         Every key is in the backup as it is in place: nobody will be signed out, nothing will come back.\n{TAKES_EFFECT}"
    );
    restores(&place, &expected, 2);
}

/// Whoever put the old ring in place is not the one who asks: the emergency that came after both must not seem to be there.
#[test]
fn a_backup_as_old_as_a_ring_that_was_rolled_back_promises_nothing() {
    let ring = ring_of(20);
    let place = place("restore_rolled_back", &ring, &ring);
    register(&place, "web-1", &ring, 8);
    let expected = format!(
        "This will put the backup, generation 1, in place of generation 1 of gingersnap-keys.json, as generation 9.\n\
         warning: a node has had generation 8: the ring in place was rolled back, and the backup is older, too.\n\
         What was done to the ring after generation 1 will be lost: sessions that a later key sealed will be\n\
         signed out, and what was revoked, disabled or retired since then will no longer apply.\n{TAKES_EFFECT}"
    );
    restores(&place, &expected, 9);
}

#[test]
fn a_ring_that_was_rolled_back_is_found_by_lint() {
    let ring = ring_of(20);
    let place = place("lint_rolled_back", &ring, &ring);
    register(&place, "web-1", &ring, 8);
    let found = text(&place.run(&["keys", "lint", "--plaintext"]).stdout);
    let line = "a node has had generation 8, and the ring in place is generation 1: an old ring brings revoked keys back: \
                put the newest in place, or `gingersnap keys restore`\n";
    assert!(found.contains(line), "{found}");
}

/// Says that a node has had that generation of the ring.
fn register(place: &Place, name: &str, ring: &Keyring, generation: u64) {
    let folder = place.0.join("gingersnap-keys.json.nodes");
    fs::create_dir_all(&folder).unwrap();
    let ring = ring.restored(generation - 1).unwrap();
    fs::write(folder.join(name), Node::new(name.parse().unwrap(), &ring, days_ago(1)).to_json()).unwrap();
}

#[test]
fn the_generation_is_later_than_any_node_has_had() {
    let ring = ring_of(20);
    let place = place("restore_seen", &ring, &ring);
    register(&place, "web-1", &ring, 7);
    register(&place, "web-2", &ring, 5);
    register(&place, "elsewhere", &ring_of(20), 99);
    place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    assert_eq!(place.ring().generation(), 8);
    fs::remove_file(place.ring_path()).unwrap();
    register(&place, "web-2", &ring, 11);
    place.succeeds(&["keys", "restore", "backup.json", "--plaintext", "--yes"]);
    assert_eq!(place.ring().generation(), 12);
}

#[test]
fn a_lost_ring_is_restored_with_nothing_to_compare() {
    let place = Place::empty("restore_lost");
    let ring = ring_of(20).rotate(0, None, days_ago(5), &mut random).unwrap();
    place.file("backup.json", ring.to_bytes());
    let expected = format!(
        "There is no ring at gingersnap-keys.json to compare the backup with.\n\
         The backup is generation 2; its newest key was created {}.\n\
         What was done to the ring since the backup was made will be lost: sessions that a later key sealed will be\n\
         signed out, and what was revoked, disabled or retired since then will no longer apply.\n\
         This will put it in place as generation 3. A node that has had a later one will refuse it until it is restarted.\n",
        at(5)
    );
    restores(&place, &expected, 3);
}

#[test]
fn a_backup_without_a_key_that_seals_is_warned_of() {
    let ring = ring_of(20);
    let disabled = ring.disable(id(KeyState::Active, &ring), days_ago(5), &mut random).unwrap();
    let place = place("restore_disabled", &disabled, &ring);
    let out = place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    let end = "restored gingersnap-keys.json as generation 3\n\
               warning: no key seals now: sessions are read, and writing them fails\n\
               warning: `gingersnap keys promote KEY` puts a staged key or a standby in force\n";
    assert!(out.ends_with(end), "{out}");
    assert!(out.contains(": active; will be disabled, and what it sealed will no longer open\n"), "{out}");
}

#[test]
fn another_ring_is_not_replaced() {
    let (backup, other) = (ring_of(20), ring_of(10));
    let place = place("restore_other", &backup, &other);
    let error = format!(
        "gingersnap: error: gingersnap-keys.json is another ring than the backup: {}\n\
         gingersnap: hint: keep it elsewhere (`mv`) and run this again, if nothing at gingersnap-keys.json is needed\n",
        other.ring_id()
    );
    place.fails(&["keys", "restore", "backup.json", "--yes"], 1, &error);
    assert_eq!(place.ring().ring_id(), other.ring_id());
}

#[test]
fn a_damaged_ring_is_to_be_moved_away_first() {
    let ring = ring_of(20);
    let place = place("restore_damaged", &ring, &ring);
    let bytes = fs::read(place.ring_path()).unwrap();
    fs::write(place.ring_path(), &bytes[..bytes.len() / 2]).unwrap();
    place.fails(
        &["keys", "restore", "backup.json", "--yes"],
        2,
        "gingersnap: error: gingersnap-keys.json: the key ring does not end as it should: it was cut off or added to\n\
         gingersnap: hint: keep it elsewhere (`mv`) and run this again, if nothing at gingersnap-keys.json is needed\n",
    );
    assert_eq!(fs::read(place.ring_path()).unwrap(), bytes[..bytes.len() / 2]);
    fs::rename(place.ring_path(), place.0.join("damaged.json")).unwrap();
    place.succeeds(&["keys", "restore", "backup.json", "--plaintext", "--yes"]);
    assert_eq!(place.ring().generation(), 2);
}

#[test]
fn a_backup_that_cannot_be_read_restores_nothing() {
    let ring = ring_of(20);
    let place = place("restore_unread", &ring, &ring);
    let error = "gingersnap: error: cannot read nowhere.json: no such file or directory\n\
                 gingersnap: hint: name the file of the backup\n";
    place.fails(&["keys", "restore", "nowhere.json", "--yes"], 2, error);
    fs::write(place.0.join("backup.json"), "{}").unwrap();
    let error = "gingersnap: error: backup.json: these bytes do not begin as a key ring does\n\
                 gingersnap: hint: take another backup\n";
    place.fails(&["keys", "restore", "backup.json", "--yes"], 2, error);
    fs::set_permissions(place.0.join("backup.json"), fs::Permissions::from_mode(0o644)).unwrap();
    let error = "gingersnap: error: refused backup.json: everybody has access to it (mode 0644)\n\
                 gingersnap: hint: `chmod 600` it; if others may have read it, `gingersnap keys emergency`\n";
    place.fails(&["keys", "restore", "backup.json", "--yes"], 2, error);
    assert_eq!(place.ring().generation(), 1);
}
