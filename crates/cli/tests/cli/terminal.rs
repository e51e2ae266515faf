//! Questions to a person at a terminal: `script` makes one.

use std::io::Read as _;

use super::*;
use crate::token::sealed_of;

/// Types `answer` to a command; returns its output and its exit status.
fn at_terminal(place: &Place, command: &str, answer: &str) -> (String, Option<i32>) {
    let mut child = terminal(place, command).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (text(&output.stdout).replace('\r', ""), output.status.code())
}

/// A command at a terminal of its own.
pub(crate) fn terminal(place: &Place, command: &str) -> Command {
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--return", "--command"])
        .arg(format!("'{}' {command}", env!("CARGO_BIN_EXE_gingersnap")))
        .arg("/dev/null")
        .current_dir(&place.0)
        .env_remove("GINGERSNAP_KEYS")
        .env_remove("GINGERSNAP_ALLOW_GROUP_READ")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    script
}

#[test]
fn an_emergency_is_done_only_if_yes_is_typed() {
    let place = Place::with("terminal_emergency", &ring_of(10));
    for answer in ["no", "", "y", "YES"] {
        let (out, status) = at_terminal(&place, "keys emergency", answer);
        // A terminal chooses when it echoes the typing.
        let refused = "gingersnap: error: not confirmed: nothing was changed\n\
                       gingersnap: hint: only yes confirms it\n";
        let asked = out.contains("Type yes to do it: ") && out.ends_with(refused);
        assert!(asked && status == Some(1), "{answer:?}: {status:?} {out}");
        assert_eq!(place.ring().generation(), 1);
    }
    let (out, status) = at_terminal(&place, "keys emergency", "yes");
    assert!(out.contains("Type yes to do it: ") && status == Some(0), "{status:?} {out}");
    assert_eq!((place.keys("revoked").len(), place.ring().generation()), (2, 2));
}

/// Presses a key once the question is there; returns all that the terminal showed, and the exit status.
fn at_question(place: &Place, command: &str, key: &str) -> (String, Option<i32>) {
    let mut child = terminal(place, command).spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    while !text(&shown).ends_with("Type yes to do it: ") {
        let mut byte = [0];
        screen.read_exact(&mut byte).unwrap();
        shown.extend(byte);
    }
    keyboard.write_all(key.as_bytes()).unwrap();
    screen.read_to_end(&mut shown).unwrap();
    (text(&shown).replace('\r', ""), child.wait().unwrap().code())
}

#[test]
fn ctrl_c_and_ctrl_d_at_a_question_change_nothing_and_say_so() {
    let place = Place::with("terminal_interrupt", &ring_of(10));
    place.file("backup.json", place.ring().to_bytes());
    for command in ["keys emergency", "keys restore backup.json"] {
        let (out, status) = at_question(&place, command, "\u{3}");
        let said = out.ends_with("\ngingersnap: error: interrupted: nothing was changed\n");
        assert!(said && status == Some(130), "{command}: {status:?} {out}");
        let (out, status) = at_question(&place, command, "\u{4}");
        let said = out.ends_with(
            "\ngingersnap: error: not confirmed: nothing was changed\ngingersnap: hint: only yes confirms it\n",
        );
        assert!(said && status == Some(1), "{command}: {status:?} {out}");
        assert_eq!(place.ring().generation(), 1);
    }
    // The ring is not locked behind it.
    place.succeeds(&["keys", "rotate"]);
}

#[test]
fn a_backup_is_restored_only_if_yes_is_typed() {
    let place = Place::with("terminal_restore", &ring_of(10));
    place.file("backup.json", place.ring().to_bytes());
    let (out, status) = at_terminal(&place, "keys restore backup.json", "no");
    assert!(
        out.ends_with("error: not confirmed: nothing was changed\ngingersnap: hint: only yes confirms it\n")
            && status == Some(1),
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

/// Characters that a terminal obeys, or that make it show others in another order.
const OBEYED: &str = "\u{1b}[2J\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200f}\u{61c}";

/// As much of that as a note may have.
const NOTE: &str = "\u{202e}\u{2066}\u{200f}";

#[track_caller]
fn shows_no_orders(output: &Output) {
    for stream in [&output.stdout, &output.stderr] {
        let shown = text(stream);
        assert!(
            !shown.chars().any(|it| it != '\n' && (it.is_control() || NOTE.contains(it) || it == '\u{61c}')),
            "{shown:?}"
        );
    }
}

#[test]
fn no_output_has_what_a_terminal_obeys_whoever_wrote_it() {
    let place = Place::with_ring("token_terminal");
    let now = place.ring().keys()[0].created().unix() + 1;
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (id, length) = ("00".repeat(16), format!("{:02x}", OBEYED.len()));
    for (kind, plain) in [
        ("identity", format!("{id}{id}{length}{}0900010a", hex(OBEYED))),
        ("flash", format!("0000{length}{}", hex(OBEYED))),
    ] {
        let use_of = ["--kind", kind, "--now", &now.to_string()];
        let token = sealed_of(&place, &use_of, &plain);
        for json in [&[][..], &["--json"]] {
            let args = [&["token", "open", &token, "--audience", "shop"], &use_of[..], json].concat();
            let output = place.run(&args);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            shows_no_orders(&output);
            assert!(text(&output.stdout).contains("202e"), "{}", text(&output.stdout));
        }
        let facts =
            place.json(&[&["token", "open", &token, "--audience", "shop", "--json"], &use_of[..]].concat());
        let found = if kind == "flash" { &facts["messages"][0]["text"] } else { &facts["subject"] };
        assert_eq!(found, OBEYED);
    }
}

#[test]
fn no_name_of_a_file_and_no_argument_has_what_a_terminal_obeys() {
    let place = Place::empty("names_terminal");
    let ring = format!("a\n{OBEYED}.json");
    let keys = ["--keys", &ring];
    for args in [
        &["keys", "list"][..],
        &["keys", "init", "--plaintext"],
        &["keys", "add", "--note", NOTE],
        &["keys", "list", "--json"],
        &["keys", "export", "--plaintext", "--output", OBEYED],
        &["keys", "export", "--plaintext", "--output", OBEYED],
        &["keys", "restore", OBEYED],
        &["keys", "import", "--plaintext", OBEYED],
        &["keys", "emergency", "--yes"],
        &["keys", "rollout"],
        &["keys", "show", OBEYED],
        &["keys", OBEYED],
        &[OBEYED],
        &["token", "inspect", OBEYED],
        &["demo", "--tls-cert", OBEYED, "--tls-key", OBEYED, "--listen", "127.0.0.1:0"],
    ] {
        let output = place.run(&if args[0] == "token" { args.to_vec() } else { [args, &keys].concat() });
        shows_no_orders(&output);
    }
    let stored = Keyring::parse(&fs::read(place.0.join(&ring)).unwrap()).unwrap();
    assert!(stored.keys().iter().any(|key| key.note() == NOTE));
}
