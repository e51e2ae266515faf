//! Those for whom a ring is encrypted: the same ones with every change, and none that its writer could not stand for.

use std::os::unix::fs::{PermissionsExt, chown, symlink};

use super::at_rest::{AS_NODE, ESCROW, NODE, STRANGER};
use super::*;

const REWRAP: &str = "gingersnap: hint: --recipients names the file with all of them; `gingersnap keys rewrap` is for others\n";
const LOCKED_OUT: &str = "gingersnap: error: gingersnap-keys.json: no identity that is given opens what would be written: none of \
    them is a recipient's\n\
    gingersnap: hint: --recipients names the file with the recipients, and --identity that of the identities, as many as there \
    are: one of them must be a recipient's, or nobody here could read the ring again\n";

fn changes(key: &str) -> Vec<Vec<&str>> {
    let lines = [
        "keys add",
        "keys rotate",
        "keys rotate --now",
        "keys tick --every 2h",
        "keys disable KEY",
        "keys revoke KEY",
        "keys revoke --all-created-before 2026-01-31T12:00:00Z",
        "keys sessions-dead-before 2026-01-31T12:00:00Z",
        "keys prune",
        "keys emergency --yes",
        "keys restore backup.age --yes",
    ];
    let word = |word: &'static str| if word == "KEY" { key } else { word };
    lines.iter().map(|line| line.split(' ').map(word).collect()).collect()
}

#[test]
fn another_in_the_place_of_a_recipient_is_refused_by_every_change() {
    let place = Place::sealed("swapped");
    place.file("backup.age", place.stored());
    let key = id(KeyState::Active, &place.opened(NODE[0])).to_string();
    let before = place.stored();
    place.file("no_escrow.txt", format!("{}\n{}\n", NODE[1], STRANGER[1]));
    place.file("no_node.txt", format!("{}\n{}\n", STRANGER[1], ESCROW[1]));
    let error = format!(
        "gingersnap: error: gingersnap-keys.json: the ring is encrypted for 2 recipients, and other 2 are given\n{REWRAP}"
    );
    for recipients in ["no_escrow.txt", "no_node.txt"] {
        for verb in changes(&key) {
            place.fails(&[&verb[..], &["--recipients", recipients], &AS_NODE].concat(), 2, &error);
            assert_eq!(place.stored(), before, "{verb:?}");
        }
    }
    place.succeeds(&[&["keys", "rewrap", "--recipients", "no_escrow.txt"], &AS_NODE[..]].concat());
    place.succeeds(&[&["keys", "add", "--recipients", "no_escrow.txt"], &AS_NODE[..]].concat());
    assert_eq!(place.opened(STRANGER[0]).generation(), 2);
}

#[test]
fn the_same_recipients_are_the_same_in_any_order_and_spelling() {
    let place = Place::sealed("any_order");
    let (node, escrow) = (NODE[1], ESCROW[1]);
    for (number, same) in [
        format!("{escrow}\n{node}\n"),
        format!("# both\r\n\r\n  {escrow}  \r\n{node}"),
        format!("{}\n{}\n", node.to_uppercase(), escrow.to_uppercase()),
    ]
    .iter()
    .enumerate()
    {
        place.file("same.txt", same);
        place.succeeds(&[&["keys", "add", "--recipients", "same.txt"], &AS_NODE[..]].concat());
        assert_eq!(place.opened(ESCROW[0]).generation(), number as u64 + 2);
    }
}

#[test]
fn a_recipient_that_is_named_twice_is_refused() {
    let place = Place::sealed("twice");
    let (node, escrow) = (NODE[1], ESCROW[1]);
    for (twice, line) in [
        (format!("{node}\n{node}\n"), 2),
        (format!("{node}\n# again\n  {node}\r\n"), 3),
        (format!("{node}\n{}\n", node.to_uppercase()), 2),
        (format!("{node}\n{escrow}\n{node}\n"), 3),
    ] {
        place.file("twice.txt", twice);
        let error = format!(
            "gingersnap: error: twice.txt: line {line} names a recipient that was named before\n\
             gingersnap: hint: name each once: a second time may be where another should be\n"
        );
        for verb in [&["keys", "add"][..], &["keys", "rewrap"], &["keys", "init", "--keys", "new.age"]] {
            place.fails(&[verb, &["--recipients", "twice.txt"], &AS_NODE].concat(), 2, &error);
        }
    }
    assert_eq!(place.opened(NODE[0]).generation(), 1);
    assert!(!place.0.join("new.age").exists());
}

#[test]
fn nothing_is_written_that_no_identity_that_is_given_opens() {
    let place = Place::sealed("locked_out");
    place.file("backup.age", place.stored());
    place.file("theirs.txt", STRANGER[1]);
    let before = place.stored();
    let to_them = |verb: &[&'static str]| [verb, &["--recipients", "theirs.txt"], &AS_NODE].concat();
    place.fails(&to_them(&["keys", "rewrap"]), 2, LOCKED_OUT);
    place.fails(&to_them(&["keys", "export"]), 2, LOCKED_OUT);
    let elsewhere = LOCKED_OUT.replace("gingersnap-keys.json", "new.age");
    for verb in [
        &["keys", "init", "--keys", "new.age"][..],
        &["keys", "import", "backup.age", "--keys", "new.age"],
        &["keys", "restore", "backup.age", "--yes", "--keys", "new.age"],
    ] {
        place.fails(&to_them(verb), 2, &elsewhere);
    }
    assert_eq!(place.stored(), before);
    assert!(!place.0.join("new.age").exists());
    // One of several identities is enough; who gives none is not asked.
    place.file("three.txt", format!("{}\n{}\n{}\n", NODE[0], ESCROW[0], STRANGER[0]));
    place.succeeds(&["keys", "init", "--keys", "new.age", "--recipients", "theirs.txt"]);
    place.succeeds(&["keys", "rewrap", "--recipients", "theirs.txt", "--identity", "three.txt"]);
    assert_eq!(place.opened(STRANGER[0]).generation(), 1);
}

#[test]
fn a_recipients_file_that_others_may_change_is_refused() {
    let place = Place::with_parties("open_recipients");
    let init = ["keys", "init", "--recipients", "both.txt", "--allow-group-read"];
    let set = |mode| fs::set_permissions(place.0.join("both.txt"), fs::Permissions::from_mode(mode)).unwrap();
    for (mode, who) in
        [(0o646, "everybody"), (0o666, "everybody"), (0o664, "its group"), (0o620, "its group")]
    {
        set(mode);
        let error = format!(
            "gingersnap: error: refused both.txt: {who} may change it (mode 0{mode:o})\n\
             gingersnap: hint: `chmod go-w` it, and look whether every recipient in it is known\n"
        );
        place.fails(&init, 2, &error);
    }
    for mode in [0o644, 0o640, 0o600, 0o444, 0o755] {
        set(mode);
        place.succeeds(&init);
        fs::remove_file(place.ring_path()).unwrap();
    }
    // Root alone may give a file away; other users cannot show this.
    if chown(place.0.join("both.txt"), Some(12_345), None).is_ok() {
        let output = place.run(&init);
        let start = "gingersnap: error: refused both.txt: it belongs to user 12345, not to user ";
        assert!(text(&output.stderr).starts_with(start), "{}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(2));
    }
    assert!(!place.ring_path().exists());
}

#[test]
fn recipients_are_read_from_a_whole_file_of_text_alone() {
    let place = Place::with_parties("odd_recipients");
    assert!(Command::new("mkfifo").arg(place.0.join("fifo")).status().unwrap().success());
    place.file("bytes.txt", b"\xff\xfe");
    place.file("long.txt", format!("{}\n{}\n", " ".repeat(1 << 20), NODE[1]));
    for (name, error) in [
        ("fifo", "refused fifo: it is not a regular file"),
        (".", "refused .: it is not a regular file"),
        ("bytes.txt", "bytes.txt: it is not text"),
        ("long.txt", "refused long.txt: such a file has at most 1048576 bytes"),
    ] {
        place.fails(&["keys", "init", "--recipients", name], 2, &format!("gingersnap: error: {error}\n"));
    }
    symlink("both.txt", place.0.join("link.txt")).unwrap();
    place.succeeds(&["keys", "init", "--recipients", "link.txt"]);
}

#[test]
fn rewrap_names_its_recipients_and_says_when_they_are_the_same() {
    let place = Place::sealed("rewrap_same");
    let rewrap = |recipients: &str, identity: &str| {
        place.succeeds(&["keys", "rewrap", "--recipients", recipients, "--identity", identity])
    };
    let named = format!("recipient {}\nrecipient {}\n", NODE[1], ESCROW[1]);
    let same = "note: these are the same recipients as before: whoever could open it still can\n";
    place.file("reordered.txt", format!("{}\n# the nodes\n{}\n", ESCROW[1], NODE[1]));
    for recipients in ["both.txt", "reordered.txt"] {
        let out = rewrap(recipients, "node.txt");
        assert_eq!(
            out,
            format!(
                "wrote gingersnap-keys.json: generation 1 as before, encrypted for 2 recipients\n{named}{same}"
            )
        );
    }
    place.file("other.txt", format!("{}\n{}\n", NODE[1], STRANGER[1]));
    let out = rewrap("other.txt", "node.txt");
    let others = format!("recipient {}\nrecipient {}\nnote: who could open it before ", NODE[1], STRANGER[1]);
    assert!(out.contains(&others) && !out.contains("the same recipients"), "{out}");
    assert!(!rewrap("one.txt", "node.txt").contains(same));
    assert!(rewrap("one.txt", "node.txt").ends_with(&format!("\nrecipient {}\n{same}", NODE[1])));
}

#[test]
fn an_identity_is_made_in_a_new_file_and_its_recipient_is_all_that_is_said() {
    let place = Place::empty("identity");
    // Whatever stands in the environment.
    let run = |args: &[&str]| {
        let mut command = place.command(&[&["keys", "identity"], args].concat());
        command.env("GINGERSNAP_RECIPIENTS", "nowhere").env("GINGERSNAP_IDENTITY_FILE", "nowhere");
        let output = command.output().unwrap();
        (text(&output.stdout), text(&output.stderr), output.status.code())
    };
    let (made, error, status) = run(&["a.txt"]);
    assert_eq!((error.as_str(), status), ("", Some(0)));
    assert!(made.starts_with("age1") && made.ends_with('\n') && made.lines().count() == 1, "{made}");
    assert_eq!(fs::metadata(place.0.join("a.txt")).unwrap().permissions().mode() & 0o7777, 0o600);
    let before = fs::read_to_string(place.0.join("a.txt")).unwrap();
    assert_eq!(run(&["--existing", "a.txt"]), (made.clone(), String::new(), Some(0)));
    let there = "gingersnap: error: cannot create a.txt: it exists already\n\
                 gingersnap: hint: nothing is replaced: choose another name\n";
    assert_eq!(run(&["a.txt"]), (String::new(), there.into(), Some(1)));
    assert_eq!(fs::read_to_string(place.0.join("a.txt")).unwrap(), before);
    let (other, ..) = run(&["b.txt"]);
    assert_ne!(other, made);
    place.file("both.txt", fs::read_to_string(place.0.join("b.txt")).unwrap() + &before);
    assert_eq!(run(&["--existing", "both.txt"]).0, other + &made);
    assert_eq!(run(&["--existing", "nowhere"]).2, Some(2));
}
