//! The command line's output when it cannot be written, and when there is nothing to say.

use std::fs::File;

use super::*;

#[test]
fn a_full_output_is_told() {
    let place = Place::with_ring("full_output");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = place.command(&["keys", "list"]).stdout(full).output().unwrap();
    let error = "gingersnap: error: cannot write the output: No space left on device (os error 28)\n";
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(3)));
}

const CHANGED: &str = "gingersnap: error: cannot write the output: No space left on device (os error 28)\n\
                       gingersnap: hint: the ring was changed: `gingersnap keys list` shows it\n";

#[test]
fn a_change_that_cannot_be_told_is_told_to_have_been_made() {
    let place = Place::empty("untold");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let due = Place::with("untold_tick", &ring_of(40));
    for (place, args, generation) in [
        (&place, &INIT[..], 1),
        (&place, &["keys", "add"][..], 2),
        (&due, &["keys", "tick"][..], 2),
        (&due, &["keys", "tick", "--json", "--every", "1h", "--propagation", "1m"][..], 2),
    ] {
        let output = place.command(args).stdout(full()).output().unwrap();
        // The last one has nothing left to do.
        let told = if args.contains(&"--json") {
            CHANGED.lines().next().unwrap().to_owned() + "\n"
        } else {
            CHANGED.into()
        };
        assert_eq!((text(&output.stderr), output.status.code()), (told, Some(3)), "{args:?}");
        assert_eq!(place.ring().generation(), generation, "{args:?}");
    }
}

#[test]
fn what_cannot_be_told_beforehand_is_not_done() {
    let place = Place::with_ring("told_before");
    let active = place.keys("active").remove(0);
    let before = fs::read(place.ring_path()).unwrap();
    for args in [
        &["keys", "rotate"][..],
        &["keys", "revoke", &active],
        &["keys", "disable", &active],
        &["keys", "sessions-dead-before", "2026-01-31T12:00:00Z"],
        &["keys", "emergency", "--yes"],
        &["keys", "restore", "gingersnap-keys.json", "--yes"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = place.command(args).stdout(full).output().unwrap();
        let error = "gingersnap: error: cannot write the output: No space left on device (os error 28)\n\
                     gingersnap: hint: nothing was changed\n";
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(3)), "{args:?}");
        assert_eq!(fs::read(place.ring_path()).unwrap(), before, "{args:?}");
    }
}

#[test]
fn a_closed_output_does_not_hide_what_became_of_the_ring() {
    let place = Place::with_ring("closed_output");
    let told = |args: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = place.command(args).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        text(&output.stderr)
    };
    let closed = "gingersnap: error: standard output is closed\ngingersnap: hint: ";
    let unchanged = format!("{closed}nothing was changed\n");
    assert_eq!(told(&["keys", "rotate"]), unchanged);
    assert_eq!(place.ring().generation(), 1);
    assert_eq!(
        told(&["keys", "add"]),
        format!("{closed}the ring was changed: `gingersnap keys list` shows it\n")
    );
    assert_eq!(place.ring().generation(), 2);
}

#[test]
fn a_reader_of_a_script_or_a_page_may_leave_early() {
    let place = Place::empty("left_early");
    for args in [&["completions", "bash"][..], &["man"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = place.command(args).stdout(writer).output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)), "{args:?}");
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = place.command(args).stdout(full).output().unwrap();
        let error = "gingersnap: error: cannot write the output: No space left on device (os error 28)\n";
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(3)), "{args:?}");
    }
}

#[test]
fn an_input_that_cannot_be_read_is_told() {
    let place = Place::with_ring("unread");
    let directory = File::open(&place.0).unwrap();
    let output = place.command(&["token", "inspect"]).stdin(directory).output().unwrap();
    let error = "gingersnap: error: cannot read the input: Is a directory (os error 21)\n";
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(3)));
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
