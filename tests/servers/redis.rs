//! A Redis server.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Directory, Mortal, PATIENCE, Running, free_port, in_path, succeeded, unless_missing, until};

/// Keeps what it acknowledged, as a ring's must; asks for the password [`PASSWORD`](Self::PASSWORD).
pub(crate) struct Redis {
    running: Option<Running>,
    port: u16,
    program: PathBuf,
    directory: Directory,
    tls_port: Option<u16>,
}

impl Redis {
    pub(crate) const PASSWORD: &str = "hunter2-redis";

    pub(crate) fn start() -> Option<Self> {
        Self::start_with(None)
    }

    /// One that speaks TLS too, on a port of its own.
    pub(crate) fn start_with_tls(certificate: &str, key: &str) -> Option<Self> {
        Self::start_with(Some((certificate, key)))
    }

    fn start_with(tls: Option<(&str, &str)>) -> Option<Self> {
        let program = unless_missing(in_path("redis-server"), "redis-server")?;
        let directory = Directory::new("redis");
        if let Some((certificate, key)) = tls {
            fs::write(directory.0.join("certificate"), certificate).unwrap();
            fs::write(directory.0.join("key"), key).unwrap();
        }
        let tls_port = tls.map(|_| 0);
        let mut server = Self { running: None, port: 0, program, directory, tls_port };
        // Somebody else may take the port before the server does.
        for _ in 0..5 {
            server.port = free_port();
            server.tls_port = server.tls_port.map(|_| free_port());
            if server.run() {
                return Some(server);
            }
        }
        panic!("redis does not start: {}", server.log());
    }

    /// A replica of this server, which waits for nothing of it before it answers.
    pub(crate) fn standby(&self) -> Self {
        let replica = Self::start().unwrap();
        replica.command(&["CONFIG", "SET", "masterauth", Self::PASSWORD]);
        replica.command(&["REPLICAOF", "127.0.0.1", &self.port.to_string()]);
        replica
    }

    /// Waits until a replica of this server has all that was answered so far, and has it receive no more.
    pub(crate) fn cut_off(&self, replica: &Self) {
        let position = self.position("master_repl_offset");
        let has_come = || replica.position("slave_repl_offset") >= position;
        assert!(until(PATIENCE, has_come), "{}", replica.log());
        // It looks for a server that is not there.
        replica.command(&["REPLICAOF", "127.0.0.1", "1"]);
    }

    /// A number in what the server says of its replication; none while a replica is not linked yet.
    fn position(&self, name: &str) -> Option<u64> {
        let said = self.command(&["INFO", "replication"]);
        let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.filter(|_| !said.contains("master_link_status:down"))?.trim().parse().ok()
    }

    /// Makes a primary of a replica.
    pub(crate) fn promote(&self) {
        self.command(&["REPLICAOF", "NO", "ONE"]);
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", Self::PASSWORD, self.port)
    }

    pub(crate) fn tls_url(&self) -> String {
        format!("rediss://:{}@localhost:{}", Self::PASSWORD, self.tls_port.unwrap())
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Runs a command; returns its answer.
    #[track_caller]
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let answer = succeeded(&self.cli(arguments).output().unwrap());
        assert!(!answer.starts_with("ERR"), "{arguments:?}: {answer}");
        answer
    }

    /// Starts the server; returns true if it answers.
    fn run(&mut self) -> bool {
        let port = self.port.to_string();
        let arguments = ["--bind", "127.0.0.1", "--port", &port, "--dir", self.directory.text()];
        let lasting = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
        let mut arguments = [&arguments[..], &lasting, &["--requirepass", Self::PASSWORD]].concat();
        let (certificate, key) = (self.directory.0.join("certificate"), self.directory.0.join("key"));
        let tls_port = self.tls_port.unwrap_or_default().to_string();
        if self.tls_port.is_some() {
            arguments.extend(["--tls-port", &tls_port, "--tls-auth-clients", "no"]);
            arguments.extend(["--tls-cert-file", certificate.to_str().unwrap()]);
            arguments.extend(["--tls-key-file", key.to_str().unwrap()]);
        }
        let running = Running::start(&self.program, &arguments, false, &self.directory.0.join("log"));
        let mut answers = false;
        until(PATIENCE, || {
            let output = self.cli(&["PING"]).output().unwrap();
            answers = output.stdout.starts_with(b"PONG");
            answers || !running.is_there()
        });
        self.running = answers.then_some(running);
        answers
    }

    fn cli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string(), "--no-auth-warning", "-a", Self::PASSWORD]);
        command.args(arguments);
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.0.join("log")).unwrap_or_default()
    }
}

impl Mortal for Redis {
    fn running(&mut self) -> &mut Option<Running> {
        &mut self.running
    }

    fn start_again(&mut self) {
        assert!(until(PATIENCE, || self.run()), "redis does not start again: {}", self.log());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill(); // Before its directory goes.
    }
}
