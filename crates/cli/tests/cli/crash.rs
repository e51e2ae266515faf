//! Killed while writing, and a disk with no room.

use std::thread::sleep;
use std::time::Duration;

use super::*;

#[test]
fn a_writer_killed_at_any_moment_leaves_the_old_ring_or_the_new_one() {
    let place = Place::with_ring("killed");
    let mut generation = 1;
    let mut killed = 0;
    for round in 0..120u64 {
        let mut child = place.command(&["keys", "add"]).spawn().unwrap();
        sleep(Duration::from_micros(round * 97 % 6_000));
        child.kill().unwrap(); // SIGKILL
        killed += u32::from(!child.wait().unwrap().success());
        let ring = place.ring();
        assert!(ring.generation() == generation || ring.generation() == generation + 1);
        generation = ring.generation();
    }
    assert!(killed > 0, "every writer was done before it was killed");
    place.succeeds(&["keys", "add"]);
    assert_eq!(place.ring().generation(), generation + 1);
    assert_eq!(place.names(), ["gingersnap-keys.json", "gingersnap-keys.json.lock"]);
}

#[test]
fn a_ring_that_does_not_fit_the_disk_leaves_the_old_one_whole() {
    let place = Place::with_ring("full_disk");
    let before = fs::read(place.ring_path()).unwrap();
    // A file size limit of 0 stands for the full disk: every write fails, and no privilege is needed.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_gingersnap"), "keys", "rotate"])
        .current_dir(&place.0)
        .env_remove("GINGERSNAP_KEYS")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        text(&output.stderr),
        "gingersnap: error: cannot write gingersnap-keys.json: no space is left, or no more is allowed\n\
         gingersnap: hint: the old ring is whole; make room and try again\n"
    );
    let told = text(&output.stdout);
    assert!(
        told.starts_with("Nobody will be signed out: ") && told.lines().count() == 3,
        "no change is told: {told}"
    );
    assert_eq!(fs::read(place.ring_path()).unwrap(), before);
    assert_eq!(place.names(), ["gingersnap-keys.json", "gingersnap-keys.json.lock"]);
    place.succeeds(&["keys", "rotate"]);
}
