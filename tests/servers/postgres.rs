//! A PostgreSQL server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, Weak};

use super::{Directory, Mortal, PATIENCE, Running, free_port, is_root, succeeded, unless_missing, until};

/// Its superuser is `admin` with the password [`PASSWORD`](Self::PASSWORD), asked for by everything but its socket.
pub(crate) struct Postgres {
    running: Option<Running>,
    port: u16,
    programs: PathBuf,
    directory: Directory,
    tls: bool,
    /// True if it waits for the disk before it answers.
    fsync: bool,
}

impl Postgres {
    pub(crate) const PASSWORD: &str = "hunter2-postgres";

    /// A server of the test's own, to stop and to kill.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(None, false)
    }

    /// One that keeps what it answered though the machine loses power, as PostgreSQL does by default.
    pub(crate) fn start_lasting() -> Option<Self> {
        Self::start_with(None, true)
    }

    /// One that speaks TLS to those who ask for it.
    pub(crate) fn start_with_tls(certificate: &str, key: &str) -> Option<Self> {
        Self::start_with(Some((certificate, key)), false)
    }

    fn start_with(tls: Option<(&str, &str)>, fsync: bool) -> Option<Self> {
        let programs = unless_missing(programs(), "postgresql")?;
        let directory = Directory::new("postgres");
        if let Some((certificate, key)) = tls {
            fs::write(directory.0.join("certificate"), certificate).unwrap();
            fs::write(directory.0.join("key"), key).unwrap();
            fs::set_permissions(directory.0.join("key"), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let tls = tls.is_some();
        let mut server = Self { running: None, port: 0, programs, directory, tls, fsync };
        server.make_cluster();
        server.run_on_a_free_port();
        Some(server)
    }

    fn run_on_a_free_port(&mut self) {
        // Somebody else may take the port before the server does.
        let starts = (0..5).any(|_| {
            self.port = free_port();
            self.run()
        });
        assert!(starts, "postgres does not start: {}", self.log());
    }

    /// A standby that streams from this server, which waits for nothing of it before it answers.
    pub(crate) fn standby(&self) -> Self {
        let (programs, directory) = (self.programs.clone(), Directory::new("standby"));
        let mut standby = Self { running: None, port: 0, programs, directory, tls: false, fsync: self.fsync };
        own(&standby.directory);
        let (data, port) = (format!("{}/data", standby.directory.text()), self.port.to_string());
        let mut copy = as_postgres();
        copy.arg("--").arg(self.programs.join("pg_basebackup"));
        copy.args(["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-U", "admin"]);
        copy.args(["-h", self.directory.text(), "-p", &port, "-D", &data]);
        succeeded(&copy.current_dir(&standby.directory.0).output().unwrap());
        standby.run_on_a_free_port();
        standby
    }

    /// Waits until a standby of this server has all that was answered so far, and has it receive no more.
    pub(crate) fn cut_off(&self, standby: &Self) {
        let position = self.sql("postgres", "SELECT pg_current_wal_lsn()");
        let has_come = format!("SELECT pg_last_wal_replay_lsn() >= '{position}'");
        assert!(until(PATIENCE, || standby.sql("postgres", &has_come) == "t"), "{}", standby.log());
        standby.sql("postgres", "ALTER SYSTEM SET primary_conninfo = ''");
        standby.sql("postgres", "SELECT pg_reload_conf()");
        let receives = "SELECT count(*) FROM pg_stat_wal_receiver";
        assert!(until(PATIENCE, || standby.sql("postgres", receives) == "0"), "{}", standby.log());
    }

    /// Makes a primary of a standby.
    pub(crate) fn promote(&self) {
        assert_eq!(self.sql("postgres", "SELECT pg_promote()"), "t", "{}", self.log());
    }

    /// One that tests share as long as any of them runs; each takes a database of its own.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Makes an empty database; returns its URL for the superuser.
    pub(crate) fn database(&self, name: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url("admin", Self::PASSWORD, name)
    }

    pub(crate) fn url(&self, user: &str, password: &str, database: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Runs a statement as the superuser; returns its answer.
    #[track_caller]
    pub(crate) fn sql(&self, database: &str, statement: &str) -> String {
        succeeded(&self.psql(database, statement).output().unwrap())
    }

    fn make_cluster(&self) {
        let password = self.directory.0.join("password");
        fs::write(&password, Self::PASSWORD).unwrap();
        own(&self.directory);
        let mut command = as_postgres();
        command.arg("--").arg(self.programs.join("initdb")).args([
            "--no-sync",
            "--no-locale",
            "--encoding=UTF8",
        ]);
        // As MD5, since SCRAM takes a debug build long: 10 clients on a busy machine would be late. With `md5` the server
        // asks by SCRAM for what is kept so: roles that tests make.
        command.args(["--username=admin", "--auth-local=trust", "--auth-host=md5"]);
        command.arg("--pwfile").arg(password).arg("--pgdata").arg(self.directory.0.join("data"));
        succeeded(&command.current_dir(&self.directory.0).output().unwrap());
    }

    /// Starts the server; returns true if it answers.
    fn run(&mut self) -> bool {
        let (data, port) = (format!("{}/data", self.directory.text()), self.port.to_string());
        // The one before may have been killed before it removed this.
        drop(fs::remove_file(format!("{data}/postmaster.pid")));
        let folder = self.directory.text();
        let settings = [
            if self.fsync { "fsync=on" } else { "fsync=off" },
            "listen_addresses=127.0.0.1",
            "shared_buffers=16MB",
            "max_connections=100",
            &format!("unix_socket_directories={folder}"),
            if self.tls { "ssl=on" } else { "ssl=off" },
            &format!("ssl_cert_file={folder}/certificate"),
            &format!("ssl_key_file={folder}/key"),
        ];
        let settings = settings.iter().flat_map(|setting| ["-c", setting]);
        let arguments: Vec<_> = ["-D", &data, "-p", &port].into_iter().chain(settings).collect();
        let log = self.directory.0.join("log");
        let running = Running::start(&self.programs.join("postgres"), &arguments, true, &log);
        let mut answers = false;
        until(PATIENCE, || {
            answers = self.psql("postgres", "SELECT 1").output().unwrap().status.success();
            answers || !running.is_there()
        });
        self.running = answers.then_some(running);
        answers
    }

    fn psql(&self, database: &str, statement: &str) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        let port = self.port.to_string();
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "admin", "-d", database]);
        command.args(["-h", self.directory.text(), "-p", &port, "-c", statement]);
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.0.join("log")).unwrap_or_default()
    }
}

impl Mortal for Postgres {
    fn running(&mut self) -> &mut Option<Running> {
        &mut self.running
    }

    fn start_again(&mut self) {
        assert!(until(PATIENCE, || self.run()), "postgres does not start again: {}", self.log());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill(); // Before its directory goes.
    }
}

/// Gives a directory to the user that runs the server.
fn own(directory: &Directory) {
    if is_root() {
        succeeded(&Command::new("chown").args(["-R", "postgres", directory.text()]).output().unwrap());
    }
}

/// The beginning of a command that runs as the user `postgres`, if we are root.
fn as_postgres() -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command
}

/// The folder in which Debian keeps the newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}
