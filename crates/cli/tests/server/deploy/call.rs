//! Calls of the program, as files have them.

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::help::{Dir, Server};

/// A command line and its environment.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) words: Vec<String>,
    pub(super) variables: BTreeMap<String, String>,
}

impl Call {
    /// From a list of words.
    #[track_caller]
    pub(super) fn of(words: &Value) -> Self {
        let words = words.as_array().expect("words").iter();
        let words = words.map(|word| word.as_str().expect("a word").to_owned()).collect();
        Self { words, variables: BTreeMap::new() }
    }

    /// Has this in place of that, in words and variables. It must be there.
    #[track_caller]
    pub(super) fn with(mut self, that: &str, this: &str) -> Self {
        let texts = || self.words.iter().chain(self.variables.values());
        assert!(texts().any(|text| text.contains(that)), "no {that} in {self:?}");
        for text in self.words.iter_mut().chain(self.variables.values_mut()) {
            *text = text.replace(that, this);
        }
        self
    }

    /// The same with another verb of `gingersnap keys`.
    pub(super) fn keys(&self, verb: &[&str]) -> Self {
        let words = ["gingersnap", "keys"].iter().chain(verb).map(|&word| word.to_owned()).collect();
        Self { words, variables: self.variables.clone() }
    }

    /// Revokes the standby, so that `tick` has a dead key to mark.
    #[track_caller]
    pub(super) fn revoke_the_standby(&self, dir: &Dir) {
        let list = self.keys(&["list", "--json"]).run(dir);
        let list: Value = serde_json::from_slice(&list.stdout).expect("JSON");
        let keys = list["keys"].as_array().expect("keys");
        let standby = keys.iter().find(|key| key["state"] == "standby").expect("a standby");
        self.keys(&["revoke", standby["key"].as_str().expect("a key")]).succeeds(dir);
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.words.iter().any(|word| word == option)
    }

    /// The value of an option.
    #[track_caller]
    pub(super) fn option(&self, name: &str) -> &str {
        let at = self.words.iter().position(|word| word == name);
        at.and_then(|at| self.words.get(at + 1)).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// The command, in an environment of its own; a server listens on free ports of loopback.
    pub(super) fn command(&self, dir: &Dir) -> Command {
        let mut here = self.clone();
        for option in ["--listen", "--metrics"].into_iter().filter(|option| self.has(option)) {
            here = here.with(self.option(option), "127.0.0.1:0");
        }
        let program = Path::new(env!("CARGO_BIN_EXE_gingersnap"));
        let (first, rest) = here.words.split_first().expect("a program");
        let mut command =
            Command::new(if first.ends_with("gingersnap") { program.as_os_str() } else { first.as_ref() });
        let folder = program.parent().expect("a folder").display();
        command.args(rest).current_dir(dir.path()).env_clear().envs(&here.variables);
        command.env("PATH", format!("{folder}:{}", env::var("PATH").expect("a path")));
        command
    }

    #[track_caller]
    pub(super) fn run(&self, dir: &Dir) -> Output {
        self.command(dir).output().expect("runs")
    }

    #[track_caller]
    pub(super) fn succeeds(&self, dir: &Dir) {
        let output = self.run(dir);
        assert!(output.status.success(), "{self:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the server that it is.
    #[track_caller]
    pub(super) fn serves(&self, dir: Dir) -> Server {
        let log = fs::File::create(dir.path().join("log")).expect("a log");
        let mut command = self.command(&dir);
        command.stderr(log);
        Server::run(dir, command, self.has("--metrics"))
    }
}
