//! Real servers for tests: PostgreSQL and Redis as Debian has them, on free ports of loopback, in temporary directories.
//!
//! If they are not installed, the tests skip themselves and say so, unless `GINGERSNAP_SERVERS=required`.
#![allow(dead_code, unused_imports, reason = "each of the tests that share this uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "only the library takes time and settings as arguments")]

mod postgres;
mod proxies;
mod redis;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use std::{env, fs, net, process, thread};

pub(crate) use postgres::Postgres;
pub(crate) use proxies::Proxy;
pub(crate) use redis::Redis;

/// A server that goes away and comes back.
pub(crate) trait Mortal {
    fn running(&mut self) -> &mut Option<Running>;

    /// Starts it again, on the same port.
    fn start_again(&mut self);

    /// SIGKILL: clients are turned away.
    fn kill(&mut self) {
        *self.running() = None;
    }

    /// SIGSTOP, in the middle of what it does: clients get no answer.
    fn stop(&mut self) {
        self.running().as_ref().unwrap().signal("STOP");
    }

    fn go_on(&mut self) {
        self.running().as_ref().unwrap().signal("CONT");
    }
}

/// A process, killed when dropped, and with it what it started; killed too when this process dies.
pub(crate) struct Running {
    pid: u32,
}

impl Running {
    /// Starts `program`, as the user `postgres` if that is asked for and we are root.
    fn start(program: &Path, arguments: &[&str], as_postgres: bool, log: &Path) -> Self {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if as_postgres && is_root() {
            command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
        }
        let log = fs::File::options().create(true).append(true).open(log).unwrap();
        command.arg("--").arg(program).args(arguments).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let (started, pid) = channel();
        // A process that asks to die with its parent dies with the thread that started it: this one waits for it.
        thread::spawn(move || {
            let mut child = command.spawn().unwrap();
            started.send(child.id()).unwrap();
            child.wait().unwrap();
        });
        Self { pid: pid.recv().unwrap() }
    }

    fn is_there(&self) -> bool {
        Path::new(&format!("/proc/{}", self.pid)).exists()
    }

    /// Sends a signal to the process and its children, which are groups of their own.
    fn signal(&self, name: &str) {
        let pids = self.pids().into_iter().map(|pid| pid.to_string());
        drop(Command::new("kill").arg(format!("-{name}")).args(pids).stderr(Stdio::null()).status());
    }

    /// The process and its children.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid));
        let children = children.unwrap_or_default();
        [self.pid].into_iter().chain(children.split_whitespace().filter_map(|pid| pid.parse().ok())).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal("KILL");
        until(PATIENCE, || !self.is_there());
    }
}

/// A directory that is removed in the end.
struct Directory(PathBuf);

impl Directory {
    /// Short, since sockets are in it, and where the user `postgres` gets to.
    fn new(what: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("gingersnap-{what}-{}-{number}", process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // The killed process may still be writing.
        let _ = until(Duration::from_secs(5), || fs::remove_dir_all(&self.0).is_ok());
    }
}

/// Polls until the condition holds; returns true if it did in time.
pub(crate) fn until(patience: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < patience {
        if holds() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

fn free_port() -> u16 {
    net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// `found`, or the reason to skip.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is to know")]
fn unless_missing<T>(found: Option<T>, what: &str) -> Option<T> {
    if found.is_none() {
        assert_ne!(env::var("GINGERSNAP_SERVERS").as_deref(), Ok("required"), "{what} is not installed");
        eprintln!("skipped: {what} is not installed");
    }
    found
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.exists())
}

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Everything here starts or answers within this, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);
