//! Web nodes: processes with the routes of one side over HTTP, and the processor's time that they and others take.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{self, Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::stored::resident;

/// A node; it ends when dropped.
pub(crate) struct Node {
    child: Child,
    /// It ends when this is closed, too.
    _told: ChildStdin,
    pub(crate) address: SocketAddr,
    /// What it says of its store.
    pub(crate) settings: String,
}

impl Node {
    /// Starts a side's program on a core of its own, if there are two.
    pub(crate) fn start(program: &Path, kind: &str, place: &str) -> Self {
        let mut command = Command::new("taskset");
        let core = NODE_CORE.get().expect("a core is left");
        command.args(["-c", core]).arg(program).arg("--side").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("taskset, of util-linux");
        let (mut told, answers) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        writeln!(told, "serve {kind} {place}").expect("it listens");
        let mut answer = String::new();
        BufReader::new(answers).read_line(&mut answer).expect("it answers");
        let (port, settings) = answer.trim().split_once(' ').expect("a port and settings");
        let address = SocketAddr::from(([127, 0, 0, 1], port.parse().expect("a port")));
        Self { child, _told: told, address, settings: settings.into() }
    }

    pub(crate) fn cpu(&self) -> Duration {
        cpu_of(&[self.child.id()])
    }

    /// Bytes of it that are in memory.
    pub(crate) fn resident(&self) -> u64 {
        resident(&self.child.id().to_string()) as u64
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The processor's time that the threads of these processes have taken.
pub(crate) fn cpu_of(pids: &[u32]) -> Duration {
    let threads = pids.iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).ok()).flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let statistics = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        statistics.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// Leaves the first core to the nodes: this process and the servers that it starts use the others. Returns what it did, in words.
pub(crate) fn leave_a_core() -> &'static str {
    let cores = allowed();
    let (first, others) = cores.split_first().expect("a core to run on");
    NODE_CORE.set(first.to_string()).expect("done once");
    if others.is_empty() {
        return "one core for all";
    }
    let others: Vec<_> = others.iter().map(u32::to_string).collect();
    let mut command = Command::new("taskset");
    command.args(["-cp", &others.join(","), &process::id().to_string()]);
    let output = command.output().expect("taskset, of util-linux");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    "a core for the web node, the rest for the store's server and the client"
}

/// The cores that this process may use, which need not begin with the first.
fn allowed() -> Vec<u32> {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("a list");
    let number = |text: &str| text.parse::<u32>().expect("a number");
    let range = |part: &str| match part.split_once('-') {
        Some((first, last)) => number(first)..=number(last),
        None => number(part)..=number(part),
    };
    list.trim().split(',').flat_map(range).collect()
}

/// The nodes' core.
static NODE_CORE: OnceLock<String> = OnceLock::new();
