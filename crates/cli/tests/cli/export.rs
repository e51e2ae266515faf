//! `gingersnap keys export` and `import`.

use std::os::unix::fs::PermissionsExt;

use super::at_rest::{AS_NODE, ESCROW, MAKE, NODE};
use super::*;

#[test]
fn an_exported_ring_is_the_same_in_another_place() {
    let place = Place::sealed("moved");
    place.succeeds(&[&["keys", "rotate", "--recipients", "both.txt"], &AS_NODE[..]].concat());
    let ring = place.opened(NODE[0]);
    let out = place.succeeds(
        &[&["keys", "export", "--recipients", "both.txt", "--output", "backup.age"], &AS_NODE[..]].concat(),
    );
    assert_eq!(out, "wrote backup.age: generation 2, encrypted for 2 recipients\n");
    assert_eq!(fs::metadata(place.0.join("backup.age")).unwrap().permissions().mode() & 0o7777, 0o600);
    fs::remove_file(place.ring_path()).unwrap();
    let import = ["keys", "import", "backup.age", "--identity", "escrow.txt", "--recipients", "both.txt"];
    assert_eq!(
        place.succeeds(&import),
        "made gingersnap-keys.json of backup.age: generation 2 as it was, 3 keys, encrypted for 2 recipients\n"
    );
    for identity in [NODE, ESCROW] {
        assert_eq!(*place.opened(identity[0]).to_bytes(), *ring.to_bytes());
    }
    place.fails(
        &import,
        1,
        "gingersnap: error: cannot create gingersnap-keys.json: it exists already\n\
         gingersnap: hint: a ring is never replaced: `gingersnap keys rotate` changes its keys\n",
    );
}

#[test]
fn a_ring_goes_through_a_pipe_in_clear_or_encrypted() {
    let place = Place::with_parties("piped");
    place.succeeds(&INIT);
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_gingersnap")]).current_dir(&place.0);
        for name in ENVIRONMENT {
            command.env_remove(name);
        }
        command.output().unwrap()
    };
    let output = shell("$0 keys export --plaintext | $0 keys import --plaintext --keys b.json -");
    assert_eq!(text(&output.stderr), "");
    let told = "made b.json of standard input: generation 1 as it was, 2 keys, \
                not encrypted: whoever reads it can forge sessions\n";
    assert_eq!(text(&output.stdout), told);
    assert_eq!(fs::read(place.0.join("b.json")).unwrap(), place.stored());
    // It goes out as it should be kept here, once it is so.
    place.succeeds(&["keys", "rewrap", "--recipients", "both.txt"]);
    let output = shell(
        "$0 keys export --identity node.txt --recipients both.txt | \
         $0 keys import --identity node.txt --recipients one.txt --keys c.json -",
    );
    assert_eq!(text(&output.stderr), "");
    assert!(text(&output.stdout).contains("2 keys, encrypted for 1 recipient\nwarning: "));
    place.succeeds(&[&["keys", "list", "--keys", "c.json"], &AS_NODE[..]].concat());
}

#[test]
fn neither_is_written_in_clear_unless_that_is_said() {
    let place = Place::with_ring("export_in_clear");
    place.fails(&["keys", "export"], 2, MAKE);
    place.fails(&["keys", "export", "--output", "backup"], 2, MAKE);
    place.fails(&["keys", "import", "--keys", "b.json", "gingersnap-keys.json"], 2, MAKE);
    assert_eq!(place.names(), ["gingersnap-keys.json", "gingersnap-keys.json.lock"]);
    let out = place.succeeds(&["keys", "export", "--plaintext", "--output", "backup"]);
    let told = "wrote backup: generation 1, not encrypted: whoever reads it can forge sessions\n";
    assert_eq!(out, told);
    assert_eq!(fs::read(place.0.join("backup")).unwrap(), place.stored());
}

#[test]
fn a_ring_in_clear_is_not_shown_on_a_terminal() {
    let place = Place::with_parties("terminal");
    place.succeeds(&INIT);
    // `script` gives the command a terminal for its output.
    let on_a_terminal = |args: &str| {
        let line = format!("'{}' keys export {args}", env!("CARGO_BIN_EXE_gingersnap"));
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(&place.0).stdin(Stdio::null());
        for name in ENVIRONMENT {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stdout).replace('\r', ""))
    };
    let error = "gingersnap: error: a ring in clear is not shown on a terminal\n\
                 gingersnap: hint: --output FILE, or --recipients FILE to encrypt it\n";
    assert_eq!(on_a_terminal("--plaintext"), (Some(2), error.to_owned()));
    place.succeeds(&["keys", "rewrap", "--recipients", "both.txt"]);
    let (status, shown) = on_a_terminal("--identity node.txt --recipients both.txt");
    assert_eq!(status, Some(0));
    assert!(shown.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"), "{shown}");
}

#[test]
fn an_export_replaces_no_file() {
    let place = Place::with_ring("export_over");
    fs::write(place.0.join("backup"), "mine").unwrap();
    place.fails(
        &["keys", "export", "--plaintext", "--output", "backup"],
        1,
        "gingersnap: error: cannot create backup: it exists already\n\
         gingersnap: hint: nothing is replaced: choose another name\n",
    );
    assert_eq!(fs::read_to_string(place.0.join("backup")).unwrap(), "mine");
    place.fails(
        &["keys", "export", "--plaintext", "--output", "/dev/full"],
        1,
        "gingersnap: error: cannot create /dev/full: it exists already\n\
         gingersnap: hint: nothing is replaced: choose another name\n",
    );
}

#[test]
fn what_is_not_a_whole_ring_is_not_imported() {
    let place = Place::sealed("bad_import");
    let sealed = place.stored();
    let plain = place.opened(NODE[0]).to_bytes();
    fs::remove_file(place.ring_path()).unwrap();
    place.file("cut.age", text(&sealed[..sealed.len() - 100]));
    place.file("cut.json", text(&plain[..plain.len() - 100]));
    place.file("edited.json", text(&plain).replace("2592000", "9592000"));
    place.file("other.json", "{}\n");
    place.file("open.json", text(&plain));
    fs::set_permissions(place.0.join("open.json"), fs::Permissions::from_mode(0o644)).unwrap();
    for (name, error) in [
        (
            "cut.age",
            "cut.age: the ring is encrypted, and damaged or cut off\ngingersnap: hint: restore the newest backup",
        ),
        (
            "nowhere",
            "cannot read nowhere: no such file or directory\ngingersnap: hint: `gingersnap keys export --output FILE` writes one",
        ),
        (
            "open.json",
            "refused open.json: everybody has access to it (mode 0644)\ngingersnap: hint: `chmod 600` it; if others may have read it, `gingersnap keys emergency`",
        ),
    ] {
        let args = [&["keys", "import", name, "--recipients", "both.txt"], &AS_NODE[..]].concat();
        place.fails(&args, 2, &format!("gingersnap: error: {error}\n"));
    }
    for name in ["cut.json", "edited.json", "other.json"] {
        let output = place.run(&["keys", "import", name, "--plaintext"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with(&format!("gingersnap: error: {name}: ")), "{stderr}");
    }
    place.file("for_node.age", text(&sealed));
    place.fails(
        &["keys", "import", "for_node.age", "--recipients", "both.txt", "--identity", "stranger.txt"],
        2,
        "gingersnap: error: for_node.age: the ring is encrypted, and no identity given opens it\n\
         gingersnap: hint: --identity names the file of an identity that it was encrypted for\n",
    );
    let long = " ".repeat(Keyring::MAX_FILE + 1);
    let output = place.run_with_stdin(&["keys", "import", "--plaintext", "-"], &long);
    let error = "gingersnap: error: standard input: a key ring has at most 1048576 bytes\n";
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), (error, Some(2)));
    assert!(!place.ring_path().exists());
}

#[test]
fn of_ten_imports_at_once_one_is_done() {
    let place = Place::with_ring("ten_imports");
    let import = ["keys", "import", "--plaintext", "--keys", "b.json", "gingersnap-keys.json"];
    let children: Vec<_> = (0..10).map(|_| place.command(&import).spawn().unwrap()).collect();
    let done = children.into_iter().map(|child| child.wait_with_output().unwrap().status.success());
    assert_eq!(done.filter(|&done| done).count(), 1);
    assert_eq!(fs::read(place.0.join("b.json")).unwrap(), place.stored());
}
