//! The command line, as an operator meets it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

#[cfg(feature = "age")]
mod at_rest;
mod capacity;
#[cfg(feature = "age")]
mod clear;
#[cfg(feature = "redis")]
mod clock;
mod crash;
mod effects;
mod errors;
#[cfg(feature = "age")]
mod export;
mod flow;
mod help;
mod in_store;
#[cfg(not(any(feature = "age", feature = "postgres", feature = "redis", feature = "tls")))]
mod lacking;
mod line;
mod manual;
mod operations;
mod pasted;
mod preview;
#[cfg(feature = "sqlite")]
mod purge;
#[cfg(feature = "age")]
mod recipients;
mod records;
mod restore;
mod rollout;
#[cfg(all(feature = "age", feature = "postgres", feature = "redis"))]
mod runbooks;
#[cfg(feature = "age")]
mod secrets;
#[cfg(all(feature = "postgres", feature = "redis"))]
#[path = "../../../../tests/servers/mod.rs"]
mod servers;
#[cfg(all(feature = "postgres", feature = "redis"))]
mod shared;
#[cfg(feature = "sqlite")]
mod sign_ins;
mod store;
mod streams;
mod terminal;
mod tick;
mod timeline;
mod together;
mod token;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use gingersnap::keyring::{Key, KeyState, Keyring};
use gingersnap::token::{KeyId, Suite};
use gingersnap::{Clock, Entropy, NoEntropy, OsEntropy, SystemClock, Timestamp};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Makes a ring that is not encrypted.
const INIT: [&str; 3] = ["keys", "init", "--plaintext"];

/// The variables that commands read, which tests set themselves.
const ENVIRONMENT: [&str; 7] = [
    "GINGERSNAP_KEYS",
    "GINGERSNAP_ALLOW_GROUP_READ",
    "GINGERSNAP_IDENTITY_FILE",
    "GINGERSNAP_IDENTITY",
    "GINGERSNAP_RECIPIENTS",
    "CREDENTIALS_DIRECTORY",
    "GINGERSNAP_STORE",
];

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
        place.succeeds(&INIT);
        place
    }

    /// A place with a ring that was made in the past.
    fn with(test: &str, ring: &Keyring) -> Self {
        let place = Self::empty(test);
        place.file("gingersnap-keys.json", ring.to_bytes());
        place
    }

    /// Writes a file that its owner alone may read.
    fn file(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::write(&path, contents).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
        command.args(args).current_dir(&self.0).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        for name in ENVIRONMENT {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn run_with_stdin(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        // A command that is refused by its arguments reads no input, and none reads without bound: the pipe is closed.
        drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed; returns its output.
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

fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    OsEntropy.fill(bytes)
}

/// The time this many days and an hour ago: no test runs so long that it is one day more.
fn days_ago(days: u64) -> Timestamp {
    static START: LazyLock<Timestamp> = LazyLock::new(|| SystemClock.now());
    Timestamp::from_unix(START.unix() - days * DAY - 3_600)
}

/// A ring for sessions of 30 days, made this many days ago.
fn ring_of(days: u64) -> Keyring {
    Keyring::init(Suite::default(), 30 * DAY, days_ago(days), &mut random).unwrap()
}

/// The one key in that state.
#[track_caller]
fn the(state: KeyState, ring: &Keyring) -> &Key {
    let now = SystemClock.now();
    let keys: Vec<_> = ring.keys().iter().filter(|key| ring.state(key, now) == state).collect();
    assert_eq!(keys.len(), 1, "keys that are {state}");
    keys[0]
}

fn id(state: KeyState, ring: &Keyring) -> KeyId {
    the(state, ring).id()
}

/// A time as the command line writes it.
fn time(at: Timestamp) -> String {
    let time = OffsetDateTime::from_unix_timestamp(at.unix().try_into().unwrap()).unwrap();
    time.format(&Rfc3339).unwrap()
}

const DAY: u64 = 86_400;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
