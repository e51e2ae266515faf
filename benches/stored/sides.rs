//! The two processes that are compared.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::harness::has_arg;
use crate::stored::CLIENTS;

pub(crate) struct Sides {
    pub(crate) ours: Side,
    pub(crate) peers: Side,
}

/// A process that does what it is told, and ends with this one.
pub(crate) struct Side {
    child: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it says of its store.
    pub(crate) settings: String,
}

impl Sides {
    /// Starts both, each with its own place.
    pub(crate) fn start(peers: &Path, kind: &str, [ours, theirs]: [String; 2]) -> Self {
        let own = env::current_exe().expect("a path");
        let ours = Side::start(Command::new(own).arg("--side"), &format!("open {kind} {ours}"));
        Self { ours, peers: Side::start(&mut Command::new(peers), &format!("open {kind} {theirs}")) }
    }

    /// Nanoseconds of a call, ours and the peer's, pair by pair. Who is first changes, since the second finds a warmer machine.
    pub(crate) fn pairs(&mut self, case: &str, clients: usize, pairs: usize) -> Vec<(f64, f64)> {
        let (ours, peers) = (self.ours.slice(case, clients), self.peers.slice(case, clients));
        let pair = |number: usize| {
            if number.is_multiple_of(2) {
                let first = self.ours.time(case, clients, ours);
                (first, self.peers.time(case, clients, peers))
            } else {
                let first = self.peers.time(case, clients, peers);
                (self.ours.time(case, clients, ours), first)
            }
        };
        (0..pairs).map(pair).collect()
    }
}

impl Side {
    fn start(command: &mut Command, open: &str) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let (told, answers) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let mut side = Self { child, told, answers: BufReader::new(answers), settings: String::new() };
        side.settings = side.ask(open);
        side
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.told, "{line}").expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        assert!(!answer.is_empty(), "{line}: the process has ended");
        answer.trim().to_owned()
    }

    pub(crate) fn number(&mut self, line: &str) -> f64 {
        self.ask(line).parse().expect("a number")
    }

    /// The calls that take about a quarter of a second; those that find it out warm up too.
    fn slice(&mut self, case: &str, clients: usize) -> usize {
        let few = 64 * CLIENTS;
        self.time(case, clients, few);
        let calls = (SLICE / self.time(case, clients, few)).max(1.0);
        let calls = calls as usize;
        if has_arg("--quick") { few } else { calls.next_multiple_of(clients) }
    }

    fn time(&mut self, case: &str, clients: usize, calls: usize) -> f64 {
        let nanoseconds = self.number(&format!("run {case} {clients} {calls}"));
        let calls = calls as f64;
        nanoseconds / calls
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Compiles the peers' side as this one is compiled.
pub(crate) fn peers_program() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (lto, units) = settings();
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--features", "stores", "--bin", "stores"]);
    command.args(["--manifest-path", MANIFEST, "--target-dir", TARGET]);
    command.env("CARGO_PROFILE_RELEASE_LTO", lto).env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", units);
    assert!(command.status().expect("cargo").success(), "the peers do not compile");
    Path::new(TARGET).join("release/stores")
}

/// Cargo's defaults for a release, unless the environment says otherwise.
fn settings() -> (String, String) {
    let or = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.into());
    (or("CARGO_PROFILE_RELEASE_LTO", "false"), or("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))
}

pub(crate) fn profile() -> String {
    let (lto, units) = settings();
    format!("lto = {lto}, {units} codegen units")
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/Cargo.toml");
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/target");
/// Nanoseconds.
const SLICE: f64 = 0.25e9;
