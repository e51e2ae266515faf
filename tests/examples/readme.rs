//! The README's programs, as somebody who reads it pastes them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use crate::quotes::blocks;

const README: &str = include_str!("../../README.md");
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// A program that runs until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A project that has the README's lines alone: its dependencies from a clone beside it, its program on this port.
fn pasted(port: u16) -> PathBuf {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pasted");
    let (_, lines) = README.split_once("```toml\n").unwrap();
    let (dependencies, _) = lines.split_once("```").unwrap();
    let dependencies = dependencies.replace("../gingersnap", HERE);
    let head = "[package]\nname = \"pasted\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::create_dir_all(project.join("src")).unwrap();
    fs::create_dir_all(project.join("target")).unwrap();
    fs::write(project.join("Cargo.toml"), format!("{head}{dependencies}")).unwrap();
    fs::copy(Path::new(HERE).join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let program = blocks(README)[0].replace("3000", &port.to_string());
    fs::write(project.join("src/main.rs"), program).unwrap();
    project
}

/// The answer to a request for the page, with these cookies.
fn ask(port: u16, cookies: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    Some(answer)
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &str) -> &str {
    answer.split_once("set-cookie: ").unwrap().1.split(';').next().unwrap()
}

#[test]
fn the_readmes_first_program_runs_as_it_is_pasted_and_counts_over_a_restart() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let project = pasted(port);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "--quiet"]).current_dir(&project).env_remove("CARGO_TARGET_DIR");
    assert!(cargo.status().unwrap().success());
    let start = || {
        let child = Command::new(project.join("target/debug/pasted")).current_dir(&project).spawn().unwrap();
        let running = Running(child);
        let answers = (0..200).find_map(|_| {
            sleep(Duration::from_millis(50));
            ask(port, "")
        });
        (running, answers.unwrap())
    };
    let (running, first) = start();
    assert!(first.ends_with("Visit number 1\n"), "{first}");
    let second = ask(port, cookie(&first)).unwrap();
    assert!(second.ends_with("Visit number 2\n"), "{second}");
    drop(running);
    let _running = start();
    let third = ask(port, cookie(&second)).unwrap();
    assert!(third.ends_with("Visit number 3\n"), "{third}");
}
