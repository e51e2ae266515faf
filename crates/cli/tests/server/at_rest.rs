//! Servers and rings that are encrypted where they are kept.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::help::{Dir, Server, command, get, status};

/// Made for these tests: an identity and its recipient.
const IDENTITY: &str = "AGE-SECRET-KEY-10YCSEMS0R672R6RASEK0MA6DMQFDJZ2KFHDNEKSKGP3KP5SEYKUSZJLXYN";
const RECIPIENT: &str = "age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru";

/// A directory with `identity.txt`, `recipients.txt` and a ring that is made so.
fn with_ring(form: &[&str]) -> Dir {
    let dir = Dir::new();
    let identity = dir.path().join("identity.txt");
    fs::write(&identity, IDENTITY).expect("writes");
    fs::set_permissions(identity, fs::Permissions::from_mode(0o600)).expect("a mode");
    fs::write(dir.path().join("recipients.txt"), RECIPIENT).expect("writes");
    let init = command(&dir, &[]).get_program().to_owned();
    let mut init = Command::new(init);
    init.args(["keys", "init", "--keys", "ring.json"]).args(form).current_dir(dir.path());
    assert!(init.output().expect("runs").status.success());
    dir
}

#[track_caller]
fn refused(output: &Output, error: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), error);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

const SEALED: [&str; 2] = ["--recipients", "recipients.txt"];
const HERE: [&str; 4] = ["--listen", "127.0.0.1:0", "--keys", "ring.json"];
const EVERYWHERE: [&str; 4] = ["--listen", "0.0.0.0:0", "--keys", "ring.json"];

#[test]
fn an_encrypted_ring_is_served_with_its_identity() {
    let dir = with_ring(&SEALED);
    let before = fs::read(dir.path().join("ring.json")).expect("a ring");
    let server = Server::start_in(dir, &["--keys", "ring.json", "--identity", "identity.txt"]);
    assert_eq!(status(&server.ask(get("/session"))), 200);
    let ring = server.ring().with_file_name("ring.json");
    assert!(fs::read(ring).expect("a ring") == before, "a node wrote its ring");
}

#[test]
fn an_identity_in_the_environment_or_from_systemd_does_too() {
    let dir = with_ring(&SEALED);
    let credentials = dir.path().join("credentials");
    fs::create_dir(&credentials).expect("a directory");
    fs::copy(dir.path().join("identity.txt"), credentials.join("gingersnap-identity")).expect("copies");
    for (name, value) in [
        ("GINGERSNAP_IDENTITY_FILE", Path::new("identity.txt")),
        ("GINGERSNAP_IDENTITY", Path::new(IDENTITY)),
        ("CREDENTIALS_DIRECTORY", &credentials),
    ] {
        let mut child = command(&dir, &HERE)
            .env(name, value)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("stdout"));
        std::io::BufRead::read_line(&mut out, &mut line).expect("a line");
        child.kill().expect("ends");
        child.wait().expect("an end");
        assert!(line.starts_with("gingersnap: listening on "), "{name}: {line:?}");
    }
}

#[test]
fn an_encrypted_ring_is_of_no_use_without_its_identity() {
    let dir = with_ring(&SEALED);
    let error = "gingersnap: error: ring.json: the ring is encrypted, and there is no identity to open it\n\
                 gingersnap: hint: --identity names the file of an identity that it was encrypted for\n";
    for listen in [HERE, EVERYWHERE] {
        refused(&command(&dir, &listen).output().expect("runs"), error);
    }
}

#[test]
fn a_ring_in_clear_is_served_where_others_can_connect_only_if_that_is_said() {
    let dir = with_ring(&["--plaintext"]);
    let error = "gingersnap: error: ring.json: the ring is not encrypted\n\
                 gingersnap: hint: if you put it there so: `gingersnap keys rewrap` encrypts it for recipients, and --plaintext takes \
                 it as it is; if not, somebody else may have: move it away and `gingersnap keys restore` a backup\n";
    let public = "gingersnap: error: ring.json: the ring is not encrypted, and others can connect to 0.0.0.0:0\n\
                  gingersnap: hint: listen on 127.0.0.1; or `gingersnap keys rewrap` encrypts it, and --plaintext takes it as it is\n";
    refused(&command(&dir, &EVERYWHERE).output().expect("runs"), public);
    let identity = [&EVERYWHERE[..], &["--identity", "identity.txt"]].concat();
    refused(&command(&dir, &identity).output().expect("runs"), error);
    // Nor here: with an identity given, somebody put it in the encrypted one's place.
    let here = [&HERE[..], &["--identity", "identity.txt"]].concat();
    refused(&command(&dir, &here).output().expect("runs"), error);
    for (name, value) in [("GINGERSNAP_IDENTITY", IDENTITY), ("GINGERSNAP_RECIPIENTS", "recipients.txt")] {
        refused(&command(&dir, &HERE).env(name, value).output().expect("runs"), error);
    }
    let server = Server::start_in(dir, &["--keys", "ring.json"]);
    assert_eq!(status(&server.ask(get("/session"))), 200);
}

#[test]
fn a_ring_that_is_made_for_recipients_is_encrypted() {
    let dir = with_ring(&["--plaintext"]);
    let server = Server::start_in(dir, &["--recipients", "recipients.txt", "--identity", "identity.txt"]);
    assert_eq!(status(&server.ask(get("/session"))), 200);
    let ring = fs::read(server.ring()).expect("a ring");
    assert!(ring.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
}

#[test]
fn no_ring_is_made_that_the_server_could_not_open() {
    let dir = with_ring(&["--plaintext"]);
    let error = "gingersnap: error: the ring is to be encrypted, and there is no identity to open it\n\
                 gingersnap: hint: --identity names the file of one that it is for; or leave out --recipients\n";
    let options = ["--listen", "127.0.0.1:0", "--recipients", "recipients.txt"];
    refused(&command(&dir, &options).output().expect("runs"), error);
    assert!(!dir.path().join("gingersnap-keys.json").exists());
}
