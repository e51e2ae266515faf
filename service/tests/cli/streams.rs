//! What becomes of the command line's output, and what it says when it has nothing to say.

use std::fs::File;

use super::*;

#[test]
fn a_full_output_is_told() {
    let place = Place::with_ring("full_output");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = place.command(&["keys", "list"]).stdout(full).output().unwrap();
    let error = "gingersnap: error: standard input or output: No space left on device (os error 28)\n";
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(3)));
}

#[test]
fn a_cut_that_meets_no_key_says_that_nobody_is_signed_out() {
    let place = Place::with_ring("cut_without_keys");
    let out = place.succeeds(&["keys", "revoke", "--created-before", "2020-01-01T00:00:00Z"]);
    assert_eq!(
        out,
        "note: no key of the ring was created before then: nobody is signed out\n\
         note: it takes effect on each node when that loads the ring\n"
    );
    assert_eq!(place.keys("active").len(), 1);
    let out = place.succeeds(&["keys", "revoke", &place.keys("standby")[0]]);
    assert!(out.contains("\nnote: every session that a revoked key sealed last is signed out"), "{out}");
}

#[test]
fn a_fraction_of_a_second_is_not_rounded_to_now() {
    let place = Place::with_ring("fraction");
    for arguments in
        [["keys", "rotate", "--propagation", "500ms"], ["keys", "init", "--longest-session", "60s 1ms"]]
    {
        let output = place.run(&arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(": expected whole seconds\n"), "{}", text(&output.stderr));
    }
    assert_eq!(place.ring().generation(), 1);
}
