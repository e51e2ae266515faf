//! Rings that are encrypted where they are kept.

use std::os::unix::fs::PermissionsExt;
use std::process::Child;
use std::time::Duration;

use gingersnap::keystore::{Envelope, FileKeystore};

use super::*;

/// Made for these tests: an identity and its recipient.
pub(crate) const NODE: [&str; 2] = [
    "AGE-SECRET-KEY-10YCSEMS0R672R6RASEK0MA6DMQFDJZ2KFHDNEKSKGP3KP5SEYKUSZJLXYN",
    "age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru",
];
pub(crate) const ESCROW: [&str; 2] = [
    "AGE-SECRET-KEY-1RNN3TN5JYVSGYM3MWHMJPUFQTYZTYL7LAWD3GSJQ26ZH9E730L4QMGLNGQ",
    "age1vlj4xy6ralhysvz4f08yvuch4hr7quay8ycflpjp0d02j38k2gvsuqeyhd",
];
pub(crate) const STRANGER: [&str; 2] = [
    "AGE-SECRET-KEY-1Y5KLFTP6YUMD6M63VK37HY7R7F3AEHRWA686RTFV0DY9SGKCD5AQ2P5WW8",
    "age19sjtvf6qey3g2h53ux556803cltutuc47pq3t60dry6hnhgv0p8s5hx95d",
];

const TO_BOTH: [&str; 2] = ["--recipients", "both.txt"];
pub(crate) const AS_NODE: [&str; 2] = ["--identity", "node.txt"];

impl Place {
    /// With identities and recipients, and no ring.
    pub(crate) fn with_parties(test: &str) -> Self {
        let place = Self::empty(test);
        place.file("node.txt", format!("# public key: {}\n{}\n", NODE[1], NODE[0]));
        place.file("escrow.txt", ESCROW[0]);
        place.file("stranger.txt", STRANGER[0]);
        place.file("both.txt", format!("# the nodes'\n{}\n# in the safe\n{}\n", NODE[1], ESCROW[1]));
        place.file("one.txt", NODE[1]);
        place
    }

    /// With a ring for node and escrow.
    pub(crate) fn sealed(test: &str) -> Self {
        let place = Self::with_parties(test);
        place.succeeds(&[&["keys", "init"], &TO_BOTH[..]].concat());
        place
    }

    /// The encrypted ring, opened by the library.
    #[track_caller]
    pub(crate) fn opened(&self, identity: &str) -> Keyring {
        let stored = FileKeystore::new(self.ring_path()).read().unwrap();
        let envelope = Envelope::new().identities(identity).unwrap();
        Keyring::parse(&envelope.open(stored.bytes()).unwrap()).unwrap()
    }

    pub(crate) fn stored(&self) -> Vec<u8> {
        fs::read(self.ring_path()).unwrap()
    }
}

pub(crate) const MAKE: &str = "gingersnap: error: no recipients are given to encrypt the ring for\n\
    gingersnap: hint: paste these three lines, then give --recipients recipients.txt here, and --identity identity.txt \
    to whatever reads the ring; keep escrow.txt elsewhere, for the day when that is lost; or --plaintext writes it in clear\n\
    \x20 gingersnap keys identity identity.txt > recipients.txt\n\
    \x20 gingersnap keys identity escrow.txt >> recipients.txt\n\
    \x20 chmod go-w recipients.txt\n";
const FOR_WHOM: &str = "gingersnap: error: gingersnap-keys.json: the ring is encrypted, and does not say for whom\n\
    gingersnap: hint: --recipients names the file with all its recipients, age1… one a line\n";
const NO_IDENTITY: &str = "gingersnap: error: gingersnap-keys.json: the ring is encrypted, and there is no identity to open it\n\
    gingersnap: hint: --identity names the file of an identity that it was encrypted for\n";
const WRONG_IDENTITY: &str = "gingersnap: error: gingersnap-keys.json: the ring is encrypted, and no identity given opens it\n\
    gingersnap: hint: --identity names the file of an identity that it was encrypted for\n";

#[test]
fn a_ring_is_written_in_clear_only_if_that_is_said() {
    let place = Place::with_parties("neither");
    place.fails(&["keys", "init"], 2, MAKE);
    let both = "gingersnap: error: both recipients and --plaintext are given\n\
                gingersnap: hint: leave out --plaintext, or --recipients and GINGERSNAP_RECIPIENTS\n";
    place.fails(&["keys", "init", "--plaintext", "--recipients", "both.txt"], 2, both);
    assert!(!place.names().iter().any(|name| name.starts_with("gingersnap-keys")));
}

#[test]
fn the_lines_of_the_hint_make_what_is_needed() {
    let place = Place::empty("hint_lines");
    let hint = text(&place.run(&["keys", "init"]).stderr);
    let lines: Vec<_> = hint.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(lines.len(), 3);
    // Somebody whose files are his group's to change by default.
    let script = format!("umask 002\n{}", lines.join("\n"));
    let program = Path::new(env!("CARGO_BIN_EXE_gingersnap")).parent().unwrap().display();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    let output = shell.args(["-ec", &script]).env("PATH", path).current_dir(&place.0).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let out = place.succeeds(&["keys", "init", "--recipients", "recipients.txt"]);
    assert!(out.ends_with("\nencrypted for 2 recipients\n"), "{out}");
    for identity in ["identity.txt", "escrow.txt"] {
        place.succeeds(&["keys", "list", "--identity", identity]);
        let mode = fs::metadata(place.0.join(identity)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }
}

#[test]
fn init_encrypts_for_all_recipients() {
    let place = Place::with_parties("init_sealed");
    let out = place.succeeds(&["keys", "init", "--recipients", "both.txt"]);
    assert!(out.ends_with("\nencrypted for 2 recipients\n"), "{out}");
    assert!(place.stored().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
    for identity in [NODE, ESCROW] {
        assert_eq!(place.opened(identity[0]).generation(), 1);
    }
}

#[test]
fn reading_takes_an_identity_and_changing_takes_the_recipients_too() {
    let place = Place::sealed("reads_and_changes");
    for args in [&["keys", "list"][..], &["keys", "add"], &["keys", "lint"]] {
        place.fails(args, 2, NO_IDENTITY);
    }
    place.fails(&["keys", "list", "--identity", "stranger.txt"], 2, WRONG_IDENTITY);
    let out = place.succeeds(&[&["keys", "list"], &AS_NODE[..]].concat());
    assert!(out.contains(", generation 1, "), "{out}");
    let before = place.stored();
    place.fails(&[&["keys", "add"], &AS_NODE[..]].concat(), 2, FOR_WHOM);
    assert_eq!(place.stored(), before);
    place.succeeds(&[&["keys", "add"], &AS_NODE[..], &TO_BOTH].concat());
    for identity in [NODE, ESCROW] {
        assert_eq!(place.opened(identity[0]).generation(), 2);
    }
}

#[test]
fn no_change_but_rewrap_changes_how_many_recipients_there_are() {
    let place = Place::sealed("same_number");
    let before = place.stored();
    let add = |name| [&["keys", "add", "--recipients", name], &AS_NODE[..]].concat();
    place.fails(
        &add("one.txt"),
        2,
        "gingersnap: error: gingersnap-keys.json: the ring is encrypted for 2 recipients, and 1 is given\n\
         gingersnap: hint: --recipients names the file with all of them; `gingersnap keys rewrap` is for others\n",
    );
    assert_eq!(place.stored(), before);
    place.succeeds(&[&["keys", "rewrap", "--recipients", "one.txt"], &AS_NODE[..]].concat());
    place.succeeds(&add("one.txt"));
    place.fails(
        &add("both.txt"),
        2,
        "gingersnap: error: gingersnap-keys.json: the ring is encrypted for 1 recipient, and 2 are given\n\
         gingersnap: hint: --recipients names the file with all of them; `gingersnap keys rewrap` is for others\n",
    );
    assert_eq!(place.opened(NODE[0]).generation(), 2);
}

#[test]
fn what_was_in_clear_stays_so_until_it_is_rewrapped() {
    let place = Place::with_parties("stays_in_clear");
    place.succeeds(&INIT);
    place.succeeds(&["keys", "add"]);
    assert_eq!(place.ring().generation(), 2);
    let before = place.ring();
    let out = place.succeeds(&[&["keys", "rewrap"], &TO_BOTH[..]].concat());
    assert_eq!(
        out,
        "wrote gingersnap-keys.json: generation 2 as before, encrypted for 2 recipients\n\
         recipient age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru\n\
         recipient age1vlj4xy6ralhysvz4f08yvuch4hr7quay8ycflpjp0d02j38k2gvsuqeyhd\n\
         note: it was not encrypted: who could read it has its keys, and who could write it may\n\
         note: have made them: unless that was nobody else, `gingersnap keys emergency`\n"
    );
    assert_eq!(*place.opened(ESCROW[0]).to_bytes(), *before.to_bytes());
    let out = place.succeeds(&["keys", "rewrap", "--plaintext", "--identity", "escrow.txt"]);
    assert_eq!(
        out,
        "wrote gingersnap-keys.json: generation 2 as before, not encrypted: whoever reads it can forge sessions\n"
    );
    assert_eq!(*place.ring().to_bytes(), *before.to_bytes());
}

#[test]
fn rewrap_changes_the_bytes_and_the_recipients_and_no_key() {
    let place = Place::sealed("rewrap");
    let (before, ring) = (place.stored(), place.opened(NODE[0]));
    place.fails(&["keys", "rewrap"], 2, MAKE);
    place.fails(&["keys", "rewrap", "--recipients", "one.txt"], 2, NO_IDENTITY);
    assert_eq!(place.stored(), before);
    place.file("all.txt", format!("{}\n{}\n", ESCROW[0], NODE[0]));
    let out = place.succeeds(&["keys", "rewrap", "--recipients", "one.txt", "--identity", "all.txt"]);
    let start =
        "wrote gingersnap-keys.json: generation 1 as before, encrypted for 1 recipient\nwarning: whoever ";
    assert!(out.starts_with(start), "{out}");
    assert_ne!(place.stored(), before);
    assert_eq!(*place.opened(NODE[0]).to_bytes(), *ring.to_bytes());
    place.fails(&["keys", "list", "--identity", "escrow.txt"], 2, WRONG_IDENTITY);
}

#[test]
fn the_identity_comes_from_an_option_the_environment_or_systemd_in_this_order() {
    let place = Place::sealed("where_from");
    let list = |set: &[(&str, &str)], args: &[&str]| {
        let mut command = place.command(&[&["keys", "list"], args].concat());
        let output = command.envs(set.iter().copied()).output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let good = (Some(0), String::new());
    let wrong = (Some(2), WRONG_IDENTITY.to_owned());
    fs::create_dir(place.0.join("credentials")).unwrap();
    place.file("credentials/gingersnap-identity", NODE[0]);
    let systemd = ("CREDENTIALS_DIRECTORY", "credentials");
    assert_eq!(list(&[("GINGERSNAP_IDENTITY_FILE", "node.txt")], &[]), good);
    assert_eq!(list(&[("GINGERSNAP_IDENTITY", NODE[0])], &[]), good);
    assert_eq!(list(&[systemd], &[]), good);
    assert_eq!(list(&[systemd, ("GINGERSNAP_IDENTITY", STRANGER[0])], &[]), wrong);
    let both = [("GINGERSNAP_IDENTITY", NODE[0]), ("GINGERSNAP_IDENTITY_FILE", "stranger.txt")];
    assert_eq!(list(&both, &[]), wrong);
    assert_eq!(list(&both, &AS_NODE), good);
    // A directory of credentials in which there is none of ours.
    assert_eq!(list(&[("CREDENTIALS_DIRECTORY", ".")], &[]), (Some(2), NO_IDENTITY.to_owned()));
    let (status, stderr) = list(&[("GINGERSNAP_IDENTITY", "AGE-SECRET-KEY-1MISTYPED")], &[]);
    assert_eq!(status, Some(2));
    assert_eq!(
        stderr,
        "gingersnap: error: GINGERSNAP_IDENTITY: line 1 is no identity of age (AGE-SECRET-KEY-1…)\n\
         gingersnap: hint: `gingersnap keys identity FILE` makes an identity and says its recipient, \
         as `age-keygen` does\n"
    );
}

#[test]
fn an_identity_that_others_can_read_is_refused_but_for_systemds_and_a_group_that_is_allowed() {
    let place = Place::sealed("open_identity");
    let set = |mode| fs::set_permissions(place.0.join("node.txt"), fs::Permissions::from_mode(mode)).unwrap();
    let list = [&["keys", "list"], &AS_NODE[..]].concat();
    for (mode, reason) in
        [(0o644, "everybody has access to it (mode 0644)"), (0o640, "its group may read it (mode 0640)")]
    {
        set(mode);
        let error = format!(
            "gingersnap: error: refused node.txt: {reason}\n\
             gingersnap: hint: `chmod 600` it, or --allow-group-read for its group; if others may have read it, \
             `gingersnap keys rewrap` for another one, then `gingersnap keys emergency`\n"
        );
        place.fails(&list, 2, &error);
    }
    place.succeeds(&[&list[..], &["--allow-group-read"]].concat());
    let output = place.command(&list).env("CREDENTIALS_DIRECTORY", ".").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "a credential is below the directory");
    let directory = place.0.to_str().unwrap();
    fs::rename(place.0.join("node.txt"), place.0.join("gingersnap-identity")).unwrap();
    let named = format!("{directory}/gingersnap-identity");
    for args in [&["keys", "list"][..], &["keys", "list", "--identity", &named]] {
        let output = place.command(args).env("CREDENTIALS_DIRECTORY", directory).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    }
    place.fails(
        &["keys", "list", "--identity", "nowhere.txt"],
        2,
        "gingersnap: error: cannot read nowhere.txt: no such file or directory\n\
         gingersnap: hint: --identity names the file of an age identity\n",
    );
}

#[test]
fn bad_recipients_are_told_before_anything_is_done() {
    let place = Place::with_parties("bad_recipients");
    let init = |name| ["keys", "init", "--recipients", name];
    place.fails(
        &init("node.txt"),
        2,
        "gingersnap: error: node.txt: line 2 is no recipient of age (age1…)\n\
         gingersnap: hint: `gingersnap keys identity FILE` makes an identity and says its recipient, \
         as `age-keygen` does\n",
    );
    place.fails(
        &init("nowhere.txt"),
        2,
        "gingersnap: error: cannot read nowhere.txt: no such file or directory\n\
         gingersnap: hint: --recipients names a file with age1… one a line\n",
    );
    place.succeeds(&init("both.txt"));
}

#[test]
fn a_damaged_ring_is_told_and_left_alone() {
    let place = Place::sealed("damaged");
    let stored = place.stored();
    fs::write(place.ring_path(), &stored[..stored.len() / 2]).unwrap();
    for args in [&["keys", "list"][..], &["keys", "add", "--recipients", "both.txt"]] {
        place.fails(
            &[args, &AS_NODE].concat(),
            2,
            "gingersnap: error: gingersnap-keys.json: the ring is encrypted, and damaged or cut off\n\
             gingersnap: hint: restore the newest backup\n",
        );
    }
    assert_eq!(place.stored(), stored[..stored.len() / 2]);
}

#[test]
fn tokens_are_opened_and_sealed_with_an_encrypted_ring() {
    let place = Place::sealed("tokens");
    let seal = [&["token", "seal", "--audience", "shop"], &AS_NODE[..]].concat();
    let token = text(&place.run_with_stdin(&seal, "09000702616263").stdout);
    let open = ["token", "open", token.trim(), "--audience", "shop"];
    place.fails(&open, 2, NO_IDENTITY);
    let out = place.succeeds(&[&open[..], &AS_NODE].concat());
    assert!(out.contains("\nversion     2\n"), "{out}");
}

#[test]
fn lint_tells_how_the_ring_is_kept() {
    let place = Place::sealed("lint_sealed");
    let lint = [&["keys", "lint"], &AS_NODE[..]].concat();
    assert_eq!(place.succeeds(&lint), "the ring is in good order\n");
    assert_eq!(place.json(&[&lint[..], &["--json"]].concat()), serde_json::json!([]));
    place.succeeds(&[&["keys", "rewrap", "--recipients", "one.txt"], &AS_NODE[..]].concat());
    fs::set_permissions(place.ring_path(), fs::Permissions::from_mode(0o640)).unwrap();
    let output = place.run(&[&lint[..], &["--allow-group-read"]].concat());
    assert_eq!(
        (text(&output.stdout).as_str(), output.status.code()),
        (
            "the ring is encrypted for one recipient: no escrow: \
             `gingersnap keys rewrap` with a second recipient, whose identity is kept elsewhere\n\
             the file's group may read the ring: `chmod 600` it, unless the group is this service's own\n",
            Some(1)
        )
    );
    let output = place.run(&[&lint[..], &["--allow-group-read", "--json"]].concat());
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found[0]["finding"], &found[1]["finding"]), (&"no_escrow".into(), &"group_readable".into()));
}

#[test]
fn neither_identity_nor_secret_is_ever_shown() {
    let place = Place::sealed("sealed_no_secret");
    let mut shown = String::new();
    for args in [
        &["keys", "list"][..],
        &["keys", "list", "--json"],
        &["keys", "lint"],
        &["keys", "export"],
        &["keys", "rewrap"],
        &["keys", "rotate"],
        &["keys", "list", "--identity", "both.txt"],
        &["keys", "list", "--recipients", "node.txt"],
    ] {
        let mut command = place.command(args);
        command.env("GINGERSNAP_IDENTITY_FILE", "node.txt").env("GINGERSNAP_RECIPIENTS", "both.txt");
        let output = command.output().unwrap();
        shown.push_str(&text(&output.stdout));
        shown.push_str(&text(&output.stderr));
    }
    assert!(shown.contains("age1…") && shown.contains("-----END AGE ENCRYPTED FILE-----"), "{shown}");
    for part in NODE[0].as_bytes()["AGE-SECRET-KEY-1".len()..].windows(8) {
        assert!(!shown.contains(str::from_utf8(part).unwrap()));
    }
    let plain = place.opened(NODE[0]).to_bytes();
    for line in str::from_utf8(&plain).unwrap().lines().filter(|line| line.contains("\"secret\"")) {
        assert!(!shown.contains(line.split('"').nth(3).unwrap()));
    }
}

#[test]
fn rewraps_among_twenty_adds_at_once_lose_nothing() {
    let place = Place::sealed("rewraps_and_adds");
    let start =
        |args: &[&str]| -> Child { place.command(&[args, &AS_NODE, &TO_BOTH].concat()).spawn().unwrap() };
    let mut children = Vec::new();
    for number in 0..20 {
        children.push(start(&["keys", "add"]));
        if number % 5 == 2 {
            children.push(start(&["keys", "rewrap"]));
        }
    }
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    }
    for identity in [NODE, ESCROW] {
        let ring = place.opened(identity[0]);
        assert_eq!((ring.keys().len(), ring.generation()), (22, 21));
    }
    assert_eq!(place.names().iter().filter(|name| name.starts_with("gingersnap")).count(), 2);
}

#[test]
fn a_rewrap_killed_at_any_moment_leaves_the_ring_for_the_old_recipients_or_the_new_ones() {
    let place = Place::sealed("killed_rewrap");
    let before = place.opened(NODE[0]).to_bytes();
    let mut killed = 0;
    for round in 0..60u64 {
        let recipients = if round % 2 == 0 { "one.txt" } else { "both.txt" };
        let args = [&["keys", "rewrap", "--recipients", recipients], &AS_NODE[..]].concat();
        let mut child = place.command(&args).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(round * 197 % 12_000));
        child.kill().unwrap(); // SIGKILL
        killed += u32::from(!child.wait().unwrap().success());
        assert_eq!(*place.opened(NODE[0]).to_bytes(), *before);
    }
    assert!(killed > 0, "every rewrap was done before it was killed");
    place.succeeds(&[&["keys", "rewrap"], &AS_NODE[..], &TO_BOTH].concat());
}
