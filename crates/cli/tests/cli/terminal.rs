//! Questions to a person at a terminal: `script` makes one.

use super::*;

/// Types `answer` to a command; returns its output and its exit status.
fn at_terminal(place: &Place, command: &str, answer: &str) -> (String, Option<i32>) {
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command"])
        .arg(format!("'{}' {command}", env!("CARGO_BIN_EXE_gingersnap")))
        .arg("/dev/null")
        .current_dir(&place.0)
        .env_remove("GINGERSNAP_KEYS")
        .env_remove("GINGERSNAP_ALLOW_GROUP_READ")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (text(&output.stdout).replace('\r', ""), output.status.code())
}

#[test]
fn an_emergency_is_done_only_if_yes_is_typed() {
    let place = Place::with("terminal_emergency", &ring_of(10));
    for answer in ["no", "", "y", "YES"] {
        let (out, status) = at_terminal(&place, "keys emergency", answer);
        // A terminal chooses when it echoes the typing.
        let refused = "gingersnap: error: not confirmed: nothing was changed\n";
        let asked = out.contains("Type yes to do it: ") && out.ends_with(refused);
        assert!(asked && status == Some(1), "{answer:?}: {status:?} {out}");
        assert_eq!(place.ring().generation(), 1);
    }
    let (out, status) = at_terminal(&place, "keys emergency", "yes");
    assert!(out.contains("Type yes to do it: ") && status == Some(0), "{status:?} {out}");
    assert_eq!((place.keys("revoked").len(), place.ring().generation()), (2, 2));
}

#[test]
fn a_backup_is_restored_only_if_yes_is_typed() {
    let place = Place::with("terminal_restore", &ring_of(10));
    place.file("backup.json", place.ring().to_bytes());
    let (out, status) = at_terminal(&place, "keys restore backup.json", "no");
    assert!(
        out.ends_with("error: not confirmed: nothing was changed\n") && status == Some(1),
        "{status:?} {out}"
    );
    let (out, status) = at_terminal(&place, "keys restore backup.json", "yes");
    assert!(
        out.ends_with("restored gingersnap-keys.json as generation 2\n") && status == Some(0),
        "{status:?} {out}"
    );
    fs::remove_file(place.ring_path()).unwrap();
    let (out, status) = at_terminal(&place, "keys restore --plaintext backup.json", "no");
    assert!(
        out.contains("There is no ring at gingersnap-keys.json") && status == Some(1),
        "{status:?} {out}"
    );
    assert!(!place.ring_path().exists());
}
