//! The command line, as an operator meets it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod crash;
mod errors;
mod flow;
mod rollout;
#[path = "../../../tests/servers/mod.rs"]
mod servers;
mod shared;
mod streams;
mod together;
mod token;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gingersnap::keyring::Keyring;
use serde_json::Value;

/// An empty directory, in which commands run.
struct Place(PathBuf);

impl Place {
    fn empty(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with_ring(test: &str) -> Self {
        let place = Self::empty(test);
        place.succeeds(&["keys", "init"]);
        place
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
        command.args(args).current_dir(&self.0).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("GINGERSNAP_KEYS").env_remove("GINGERSNAP_ALLOW_GROUP_READ");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn run_with_stdin(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What a command that succeeds writes.
    #[track_caller]
    fn succeeds(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "");
        text(&output.stdout)
    }

    /// The exact text of an error, and its exit status.
    #[track_caller]
    fn fails(&self, args: &[&str], status: i32, stderr: &str) {
        let output = self.run(args);
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (stderr, Some(status)));
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.succeeds(args)).unwrap()
    }

    /// The ids of the keys in a state.
    fn keys(&self, state: &str) -> Vec<String> {
        let list = self.json(&["keys", "list", "--json"]);
        let keys = list["keys"].as_array().unwrap().iter().filter(|key| key["state"] == state);
        keys.map(|key| key["key"].as_str().unwrap().to_owned()).collect()
    }

    fn ring_path(&self) -> PathBuf {
        self.0.join("gingersnap-keys.json")
    }

    /// The ring as the file holds it now.
    #[track_caller]
    fn ring(&self) -> Keyring {
        Keyring::parse(&fs::read(self.ring_path()).unwrap()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
