//! What a crash leaves.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Stdio},
};

use crate::{
    help::{Dir, program},
    node::until,
};

/// The program, where core dumps are wanted.
fn start(dir: &Dir, args: &str) -> Child {
    let program = env!("CARGO_BIN_EXE_gingersnap");
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -c unlimited; exec '{program}' {args}")).current_dir(dir.path());
    command.env_remove("GINGERSNAP_KEYS").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("starts")
}

/// Ends it as a crash does; nothing but these files is left.
#[track_caller]
fn leaves_no_dump(mut child: Child, dir: &Dir, files: &[&str]) {
    let aborted = Command::new("kill").args(["-ABRT", &child.id().to_string()]).status();
    assert!(aborted.expect("kill runs").success());
    let status = child.wait().expect("ends");
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
    let names =
        fs::read_dir(dir.path()).expect("a directory").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("text")).collect();
    names.retain(|name| !name.contains(".json."));
    assert_eq!(names, files);
}

#[test]
fn a_server_that_crashes_leaves_no_memory_on_the_disk() {
    let dir = Dir::new();
    let mut server = start(&dir, "demo --listen 127.0.0.1:0");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    assert!(line.contains("listening"), "{line}");
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.id())).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    leaves_no_dump(server, &dir, &["gingersnap-keys.json"]);
}

#[test]
fn nor_does_a_command() {
    let dir = Dir::new();
    let made = program(&dir, &["keys", "init", "--plaintext", "--keys", "ring.json"]).output();
    assert!(made.expect("runs").status.success());
    // It waits for its token.
    let command = start(&dir, "token open --audience a --keys ring.json -");
    until("it runs", || {
        let limits = fs::read_to_string(format!("/proc/{}/limits", command.id())).unwrap_or_default();
        limits.lines().any(|line| {
            line.split_whitespace()
                .collect::<Vec<_>>()
                .starts_with(&["Max", "core", "file", "size", "0", "0"])
        })
    });
    leaves_no_dump(command, &dir, &["ring.json"]);
}
