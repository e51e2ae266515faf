//! A server process, and a client that writes and reads bytes.

pub(crate) use crate::dir::Dir;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// Short enough for tests, long enough for a busy machine: a second for each phase.
pub(crate) const SHORT: [&str; 2] = ["--client-timeout", "2s"];

/// The variables that a server reads, which tests set themselves.
const ENVIRONMENT: [&str; 11] = [
    "GINGERSNAP_KEYS",
    "GINGERSNAP_ALLOW_GROUP_READ",
    "GINGERSNAP_IDENTITY_FILE",
    "GINGERSNAP_IDENTITY",
    "GINGERSNAP_RECIPIENTS",
    "CREDENTIALS_DIRECTORY",
    "GINGERSNAP_NODE",
    "GINGERSNAP_LOG",
    "GINGERSNAP_LOG_FORMAT",
    "GINGERSNAP_ACCESS_LOG",
    "GINGERSNAP_STORE",
];

/// `gingersnap demo`, as [`program`] runs it.
pub(crate) fn command(dir: &Dir, options: &[&str]) -> Command {
    program(dir, &[&["demo"], options].concat())
}

/// The program, in a directory where it may create its ring, without the caller's environment.
pub(crate) fn program(dir: &Dir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
    command.args(args).current_dir(dir.path());
    for name in ENVIRONMENT {
        command.env_remove(name);
    }
    command
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) line: String,
    lines: BufReader<ChildStdout>,
    /// The address of its metrics, if it was asked for them.
    pub(crate) metrics: Option<SocketAddr>,
    dir: Dir,
}

impl Server {
    /// Starts on a free port and waits for the line that names it.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_in(Dir::new(), options)
    }

    pub(crate) fn start_in(dir: Dir, options: &[&str]) -> Self {
        Self::start_logging(dir, options, "info", Stdio::null())
    }

    pub(crate) fn start_logging(dir: Dir, options: &[&str], level: &str, log: Stdio) -> Self {
        let free = if options.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut command = command(&dir, &[free, options].concat());
        command.env("GINGERSNAP_LOG", level).stderr(log);
        Self::run(dir, command, options.contains(&"--metrics"))
    }

    /// Runs a command that serves, and waits for the lines that name its addresses.
    pub(crate) fn run(dir: Dir, mut command: Command, with_metrics: bool) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let address = line.trim().rsplit('/').next().expect("an address").parse().expect("an address");
        let metrics = with_metrics.then(|| {
            let mut line = String::new();
            lines.read_line(&mut line).expect("a line");
            let address = line.trim().strip_prefix("gingersnap: metrics on http://").expect("an address");
            address.strip_suffix("/metrics").expect("a path").parse().expect("an address")
        });
        Self { child, address, line, lines, metrics, dir }
    }

    /// The next line that the server writes to its standard output.
    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line
    }

    /// The ring that the server made.
    pub(crate) fn ring(&self) -> PathBuf {
        self.dir.path().join("gingersnap-keys.json")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        stream
    }

    /// Sends one request and reads until the server closes.
    pub(crate) fn ask(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).expect("writes");
        read_all(&mut stream)
    }

    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").arg(name).arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(status.success());
    }

    /// Waits for the end; fails after 20 seconds.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return status;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "the server did not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until the other end closes or resets.
pub(crate) fn read_all(stream: &mut impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(len) => bytes.extend_from_slice(&part[..len]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("still open"),
            // A machine that was paused: the system says so where a read has a timeout.
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one response with a Content-Length, and leaves the connection open.
pub(crate) fn read_one(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let from = head.len();
        assert_ne!(reader.read_line(&mut head).expect("a line"), 0, "closed after: {head}");
        if let Some(value) = head[from..].strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    head + &String::from_utf8(body).expect("text")
}

/// The status of a response.
#[track_caller]
pub(crate) fn status(response: &str) -> u16 {
    let code = response.split(' ').nth(1).unwrap_or_else(|| panic!("no response: {response:?}"));
    code.parse().expect("a status")
}

/// A whole request without a body.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}
