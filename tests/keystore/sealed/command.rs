//! Debian's `age`, both ways.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

/// False without the command, unless the tests must have it.
#[expect(clippy::disallowed_methods, reason = "the environment says what the tests must have")]
fn has_age() -> bool {
    let found = Command::new("age").arg("--version").output().is_ok_and(|output| output.status.success());
    let required = std::env::var("GINGERSNAP_SERVERS").is_ok_and(|value| value == "required");
    assert!(found || !required, "there is no `age`: apt-get install age");
    found
}

/// Runs the command; returns its output for this standard input.
#[track_caller]
fn age(directory: &Path, args: &[&str], stdin: &[u8]) -> Vec<u8> {
    let mut command = Command::new("age");
    command.args(args).current_dir(directory).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn age_opens_what_was_sealed_and_what_age_sealed_is_opened() {
    if !has_age() {
        return;
    }
    let directory = directory("age_command");
    let [node, escrow] = [Identity::generate(), Identity::generate()];
    for (name, identity) in [("node.txt", &node), ("escrow.txt", &escrow)] {
        fs::write(directory.join(name), identity_file(identity)).unwrap();
    }
    fs::write(directory.join("recipients.txt"), recipients_file(&[&node, &escrow])).unwrap();
    let keystore = around(FileKeystore::new(directory.join("ring")), &[&node, &escrow]);
    let ring = ring().to_bytes();
    ready(keystore.create(&ring)).unwrap();
    let mut names = [&node, &escrow].map(|it| format!("{}\n", it.to_public()));
    names.sort();
    let line = format!("gingersnap-recipients/1 {}\n", Version::of(names.concat().as_bytes()));
    let plain = [line.as_bytes(), &ring].concat();
    for name in ["node.txt", "escrow.txt"] {
        assert_eq!(age(&directory, &["-d", "-i", name, "ring"], b""), plain);
    }
    for args in [&["-R", "recipients.txt"][..], &["-a", "-R", "recipients.txt"]] {
        let stored = age(&directory, args, &plain);
        assert_eq!(Envelope::recipients_of(&stored), Some(2));
        for [identity, other] in [[&node, &escrow], [&escrow, &node]] {
            assert_eq!(*sealed_for(&[identity]).open(&stored).unwrap(), *ring);
            assert!(sealed_for(&[identity, other]).seals_alike(&stored).unwrap());
        }
    }
    for plain in [&ring[..], b"", b"gingersnap-recipients/1 \n", &plain[1..]] {
        let stored = age(&directory, &["-R", "recipients.txt"], plain);
        let hint = "something else than `gingersnap keys` wrote it; `age -d` and `gingersnap keys restore` put it right";
        let message = "the ring is encrypted, and does not say inside for whom";
        tells(sealed_for(&[&node]).open(&stored), message, hint);
    }
}

#[test]
fn what_age_keygen_writes_is_read() {
    if !has_age() {
        return;
    }
    let directory = directory("age_keygen");
    let keygen =
        |args: &[&str]| Command::new("age-keygen").args(args).current_dir(&directory).output().unwrap();
    assert!(keygen(&["-o", "identity.txt"]).status.success());
    assert_eq!(mode(&directory.join("identity.txt")), 0o600);
    let recipients = String::from_utf8(keygen(&["-y", "identity.txt"]).stdout).unwrap();
    let keystore = Envelope::new().recipients(&recipients).unwrap();
    let keystore = keystore.identities(&fs::read_to_string(directory.join("identity.txt")).unwrap()).unwrap();
    assert_eq!(*keystore.open(&keystore.seal(b"ring").unwrap()).unwrap(), b"ring");
}
