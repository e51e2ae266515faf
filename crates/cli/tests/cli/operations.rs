//! docs/OPERATIONS.md says nothing that the program does not know.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{ENVIRONMENT, Place, text};

pub(super) fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/OPERATIONS.md")).unwrap()
}

/// The text of every Rust file of the libraries and of the program.
fn sources() -> String {
    let mut out = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = ["src", "crates/token/src", "crates/server/src", "crates/cli/src", "shop/src"]
        .map(|it| root.join(it))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                out.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    out
}

/// The code blocks in a language.
pub(super) fn blocks<'d>(document: &'d str, language: &str) -> Vec<&'d str> {
    let blocks = document.split("```").skip(1).step_by(2);
    let blocks: Vec<_> = blocks.filter_map(|it| it.strip_prefix(language)?.strip_prefix('\n')).collect();
    assert!(!blocks.is_empty(), "no block of {language}");
    blocks
}

/// The code in the text, outside of blocks.
fn spans(document: &str) -> Vec<&str> {
    document.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

/// Words of the text that begin with `prefix` and go on with letters of `alphabet`.
fn words<'t>(text: &'t str, prefix: &str, alphabet: fn(char) -> bool) -> BTreeSet<&'t str> {
    let ends = |tail: &'t str| tail.find(|c| !alphabet(c)).unwrap_or(tail.len());
    let starts = text.match_indices(prefix).map(|(at, _)| text.split_at(at).1);
    starts.map(|tail| tail.split_at(prefix.len() + ends(tail.split_at(prefix.len()).1)).0).collect()
}

/// Runs a block in a shell whose programs are stubs; returns the arguments of each call of `gingersnap`.
fn called_by(block: &str, place: &Place) -> Vec<Vec<String>> {
    assert!(!block.contains("> /"), "this would write outside of the test's folder: {block}");
    let programs = place.0.join("programs");
    fs::create_dir_all(&programs).unwrap();
    let calls = place.0.join("calls");
    let stubs = [
        ("gingersnap", "printf '%s\\n' \"$@\" '' >> \"$CALLS\""),
        ("runuser", "shift 3; exec \"$@\""),
        ("env", "shift 2; exec \"$@\""),
        ("date", "echo 2026-11-23"),
    ];
    let idle = [
        "base64",
        "cat",
        "curl",
        "grep",
        "install",
        "journalctl",
        "kubectl",
        "mv",
        "pidof",
        "rm",
        "systemctl",
        "tail",
        "useradd",
    ];
    for (name, work) in stubs.into_iter().chain(idle.map(|name| (name, ":"))) {
        let path = programs.join(name);
        fs::write(&path, format!("#!/bin/sh\n{work}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    drop(fs::remove_file(&calls));
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", block]).env_clear().env("PATH", &programs).env("CALLS", &calls);
    let output = shell.current_dir(&place.0).stdin(Stdio::null()).output().unwrap();
    let said = text(&output.stderr);
    assert!(!said.contains("not found") && !said.contains("yntax"), "{said}\nin\n{block}");
    let calls = fs::read_to_string(calls).unwrap_or_default();
    calls.split_terminator("\n\n").map(|call| call.lines().map(str::to_owned).collect()).collect()
}

/// The command lines of all blocks.
fn commands(document: &str, place: &Place) -> Vec<Vec<String>> {
    let shell = blocks(document, "sh").into_iter().flat_map(|block| called_by(block, place));
    let units = blocks(document, "ini").into_iter().flat_map(str::lines);
    let units = units.filter_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/gingersnap "));
    let units = units.map(|line| line.split(' ').map(str::to_owned).collect());
    let pods = blocks(document, "yaml").into_iter().flat_map(str::lines);
    let pods: Vec<_> = pods.filter_map(|line| Some(line.split_once("args: ")?.1)).collect();
    assert_eq!(pods.len(), 1);
    shell.chain(units).chain(pods.into_iter().map(|line| serde_json::from_str(line).unwrap())).collect()
}

#[test]
fn every_command_of_the_runbooks_is_one_of_the_program() {
    let (document, place) = (document(), Place::empty("operations"));
    let commands = commands(&document, &place);
    let verbs: BTreeSet<Vec<_>> =
        commands.iter().map(|line| line.iter().take(2).cloned().collect()).collect();
    let shown = |verb: &str| verbs.contains(&vec!["keys".to_owned(), verb.to_owned()]);
    for verb in "emergency export identity import init lint list restore revoke rewrap rollout rotate \
                 sessions-dead-before tick"
        .split_ascii_whitespace()
    {
        assert!(shown(verb), "no block shows keys {verb}");
    }
    for line in &commands {
        let args: Vec<_> = line.iter().map(String::as_str).collect();
        assert!(!args.iter().any(|arg| arg.starts_with("postgres:") || arg.starts_with("redis:")));
        // There is no ring and no place for a store, so that it ends before it does anything, but not before the line is understood.
        let mut command = place.command(&args);
        command.env("GINGERSNAP_KEYS", "nowhere/keys.age").env("GINGERSNAP_STORE", "sqlite:nowhere/a.db");
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        assert!(!said.contains("Usage:") && !said.contains("--help"), "{args:?}: {said}");
        // An identity needs no ring.
        assert!(!output.status.success() || args.contains(&"identity"), "{args:?}");
    }
    assert!(verbs.contains(&vec!["token".to_owned(), "open".to_owned()]));
    assert!(commands.len() > 25, "{}", commands.len());
}

#[test]
fn every_command_in_the_text_of_the_runbooks_is_one_of_the_program() {
    let (document, place) = (document(), Place::empty("operations_text"));
    let lines: BTreeSet<_> =
        spans(&document).into_iter().filter(|it| it.starts_with("gingersnap ")).collect();
    assert!(lines.len() > 3, "{lines:?}");
    for line in lines {
        let args: Vec<_> = line.split_ascii_whitespace().skip(1).chain(["--help"]).collect();
        place.succeeds(&args);
    }
}

#[test]
fn every_option_and_variable_that_the_runbooks_name_is_one_of_the_program() {
    let (document, place) = (document(), Place::empty("operations_options"));
    let mut help = place.succeeds(&["demo", "--help"]);
    for command in ["keys", "sessions", "token"] {
        let verbs = place.succeeds(&[command, "--help"]);
        let verbs = verbs.split("\n\nOptions:").next().unwrap();
        let verbs = verbs.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        for verb in verbs.filter(|verb| verb.starts_with(|c: char| c.is_ascii_lowercase()) && *verb != "help")
        {
            help.push_str(&place.succeeds(&[command, verb, "--help"]));
        }
    }
    let known = words(&help, "--", |c| c.is_ascii_lowercase() || c == '-');
    let spans = spans(&document).join(" ");
    let named = words(&spans, "--", |c| c.is_ascii_lowercase() || c == '-');
    assert!(named.len() > 10, "{named:?}");
    assert_eq!(named.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    for name in words(&document, "GINGERSNAP_", |c| c.is_ascii_uppercase() || c == '_') {
        assert!(ENVIRONMENT.contains(&name) || help.contains(&format!("[env: {name}")), "{name}");
    }
}

#[test]
fn every_metric_field_and_table_that_the_runbooks_name_is_in_the_program() {
    let (document, sources) = (document(), sources());
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let names = words(&document, "gingersnap_", is_name);
    assert!(names.len() > 6, "{names:?}");
    let watching = document.split_once("## Watching").unwrap().1;
    let fields = spans(watching).into_iter().filter(|it| it.chars().all(is_name) && !it.is_empty());
    let reasons =
        watching.split("reason=~\"").skip(1).flat_map(|it| it.split('"').next().unwrap().split("\\|"));
    for name in names.into_iter().chain(reasons) {
        assert!(
            sources.contains(&format!("\"{name}\""))
                || sources.contains(&format!("{name}("))
                || sources.contains(&format!("ON {name}")),
            "{name}"
        );
    }
    // Names that serde writes, of `ready.rs`.
    let statuses = ["ready", "degraded"];
    for field in fields {
        assert!(
            sources.contains(&format!("{field}: "))
                || sources.contains(&format!("\"{field}\""))
                || statuses.contains(&field),
            "{field}"
        );
    }
}

#[test]
fn every_text_of_the_log_that_the_runbooks_quote_is_what_the_program_says() {
    let (document, sources) = (document(), sources());
    let lagging = document.split_once("### One node lagging").unwrap().1.split_once("\n#").unwrap().0;
    let rows: Vec<_> = lagging.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 8, "{rows:?}");
    let cells = rows.iter().map(|row| row.split('|').nth(1).unwrap());
    let quoted =
        cells.flat_map(spans).chain(spans(lagging).into_iter().filter(|it| it.starts_with("key ring")));
    for piece in quoted.flat_map(|text| text.split('…')).map(|piece| piece.trim_matches([' ', ':', ','])) {
        let of_others = OF_OTHERS.contains(&piece) || piece.is_empty();
        assert!(of_others || sources.contains(piece), "the program never says {piece:?}");
    }
}

/// Messages of the system and the servers, which the program passes on.
const OF_OTHERS: [&str; 3] =
    ["Connection refused", "permission denied for table", "password authentication failed"];

#[test]
fn each_form_of_a_cookie_that_the_runbooks_name_is_opened() {
    let (document, place) = (document(), Place::with_ring("operations_cookie"));
    let args = ["--audience", "shop production", "--tag", "cart", "--cookie-name", "__Host-cart"];
    let output = place.run_with_stdin(&[&["token", "seal"], &args[..]].concat(), "09000702616263");
    let token = text(&output.stdout);
    let (_, section) = document.split_once("\n## Looking at a cookie\n").unwrap();
    let section = section.split_once("\n## ").unwrap().0;
    let open = called_by(blocks(section, "sh")[0], &place).remove(0);
    let open: Vec<_> = open.iter().map(String::as_str).collect();
    let forms: Vec<_> = spans(section).into_iter().filter(|it| it.contains("Abbq…")).collect();
    assert_eq!(forms.len(), 2);
    for form in forms {
        let output = place.run_with_stdin(&open, &form.replace("Abbq…", token.trim()));
        assert!(text(&output.stdout).contains("616263"), "{form}: {}", text(&output.stderr));
    }
    let completions = section.split("eval \"$(gingersnap ").nth(1).unwrap().split(')').next().unwrap();
    place.succeeds(&completions.split(' ').collect::<Vec<_>>());
}
