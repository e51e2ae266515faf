//! The place of the runbooks: an operator's directory, and a node.

use std::env;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

use crate::operations::{blocks, document};
use crate::*;

/// An operator's directory, as the document sets it up, and a node that serves with the ring.
pub(super) struct Site {
    pub(super) place: Place,
    pub(super) parties: usize,
    node: Option<Child>,
}

impl Site {
    /// Runs the blocks that set up encryption; with one party the line for the escrow is left out.
    pub(super) fn new(test: &str, parties: usize) -> Self {
        let place = Place::empty(&format!("runbook_{test}_{parties}"));
        let programs = place.0.join("programs");
        fs::create_dir(&programs).unwrap();
        // Nobody answers here; and the demo, which would never end, is started below.
        let wrapper = format!(
            "#!/bin/sh\ncase \"$1 $2\" in demo*) exit 0 ;; 'keys emergency' | 'keys restore') exec '{0}' \"$@\" --yes ;; esac\n\
             exec '{0}' \"$@\"\n",
            env!("CARGO_BIN_EXE_gingersnap")
        );
        for (name, text) in [
            ("gingersnap", wrapper.as_str()),
            ("pidof", "#!/bin/sh\ncat node.pid\n"),
            ("curl", "#!/bin/sh\n"),
            ("journalctl", "#!/bin/sh\n"),
        ] {
            fs::write(programs.join(name), text).unwrap();
            fs::set_permissions(programs.join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        let mut site = Self { place, parties, node: None };
        let set_up = section("Encrypted at rest");
        let lines = set_up[0].lines().filter(|line| parties == 2 || !line.contains("escrow"));
        site.run(&lines.map(|line| format!("{line}\n")).collect::<String>());
        assert_eq!(fs::read_to_string(site.place.0.join("recipients.txt")).unwrap().lines().count(), parties);
        site.restart();
        site
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}", self.place.0.join("programs").display(), env::var("PATH").unwrap());
        command.current_dir(&self.place.0).stdin(Stdio::null()).env("PATH", path).envs([
            ("GINGERSNAP_KEYS", "keys.age"),
            ("GINGERSNAP_IDENTITY_FILE", "nodes.identity"),
            ("GINGERSNAP_RECIPIENTS", "recipients.txt"),
        ]);
        command
    }

    /// Runs a block as it is pasted; returns what it says.
    #[track_caller]
    pub(super) fn run(&self, block: &str) -> String {
        let output = self.command("sh").args(["-c", block]).output().unwrap();
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && error.is_empty(), "{block}\nsays: {out}{error}");
        out
    }

    #[track_caller]
    pub(super) fn keys(&self, args: &str) -> String {
        self.run(&format!("gingersnap keys {args}"))
    }

    /// Starts the node, or starts it again, with what the nodes have: the identity, and no recipients.
    pub(super) fn restart(&mut self) {
        self.stop();
        let mut node = self.command(env!("CARGO_BIN_EXE_gingersnap"));
        node.args(["demo", "--listen", "127.0.0.1:0", "--node", "web-1", "--reload-every", "100ms"]);
        let mut node = node
            .env_remove("GINGERSNAP_RECIPIENTS")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(node.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if !line.starts_with("gingersnap: listening on ") {
            node.kill().unwrap();
            panic!("it does not start: {line}{}", text(&node.wait_with_output().unwrap().stderr));
        }
        fs::write(self.place.0.join("node.pid"), node.id().to_string()).unwrap();
        self.node = Some(node);
    }

    fn stop(&mut self) {
        if let Some(mut node) = self.node.take() {
            node.kill().unwrap();
            node.wait().unwrap();
        }
    }

    /// The ring as this identity opens it; none if it does not.
    pub(super) fn opened_by(&self, identity: &str) -> Option<Value> {
        let list = ["keys", "list", "--json", "--identity", identity];
        let output = self.command("gingersnap").args(list).output().unwrap();
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    pub(super) fn states(&self) -> Vec<(String, String)> {
        let list = self.opened_by("nodes.identity").unwrap();
        let of = |key: &Value, field: &str| key[field].as_str().unwrap().to_owned();
        list["keys"].as_array().unwrap().iter().map(|key| (of(key, "key"), of(key, "state"))).collect()
    }

    pub(super) fn active(&self) -> String {
        self.states().into_iter().find(|(_, state)| state == "active").unwrap().0
    }

    /// The node holds the ring in place, all recipients that should open it do, and it can be changed.
    #[track_caller]
    pub(super) fn is_well(&self) {
        self.keys("rollout --wait --timeout 30s");
        let recipients = fs::read_to_string(self.place.0.join("recipients.txt")).unwrap();
        assert_eq!(recipients.lines().count(), self.parties, "{recipients}");
        if self.parties == 2 {
            assert!(self.opened_by("escrow.identity").is_some());
        }
        self.keys("add");
        self.keys("rollout --wait --timeout 30s");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The blocks for a shell below this heading.
#[track_caller]
pub(super) fn section(heading: &str) -> Vec<String> {
    let document = document();
    let (_, below) = document.split_once(&format!("# {heading}\n")).unwrap();
    let text = below.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
    blocks(text, "sh").into_iter().map(str::to_owned).collect()
}
