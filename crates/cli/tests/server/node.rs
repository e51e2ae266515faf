//! A node on a ring of its own: with metrics, a log, and the operator's commands.

use std::{
    fs::{self, File},
    io::Write as _,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    browser::{Browser, Page},
    help::{Dir, Server, command, get, read_all},
};

/// So often that a test need not wait.
pub(crate) const OFTEN: [&str; 4] = ["--reload-every", "100ms", "--stale-after", "1s"];
/// So seldom that nothing happens by itself.
pub(crate) const SELDOM: [&str; 2] = ["--reload-every", "1h"];

/// A directory with a ring of generation 1.
pub(crate) struct Ring {
    dir: Dir,
}

impl Ring {
    pub(crate) fn new() -> Self {
        let ring = Self { dir: Dir::new() };
        ring.keys(&["init", "--plaintext"]);
        ring
    }

    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder().join("ring.json")
    }

    /// Runs `gingersnap keys …` on it.
    #[track_caller]
    pub(crate) fn keys(&self, verb: &[&str]) -> String {
        keys_at(&self.path(), verb)
    }

    /// The first key in a state.
    #[track_caller]
    pub(crate) fn key(&self, state: &str) -> String {
        let list: Value = serde_json::from_str(&self.keys(&["list", "--json"])).expect("JSON");
        let keys = list["keys"].as_array().expect("keys").iter();
        let key = keys.filter(|key| key["state"] == state).map(|key| &key["key"]).next();
        key.and_then(Value::as_str).unwrap_or_else(|| panic!("no key is {state}: {list}")).to_owned()
    }

    /// A copy beside it that no node looks at.
    pub(crate) fn copy(&self, name: &str) -> PathBuf {
        let copy = self.folder().join(name);
        fs::copy(self.path(), &copy).expect("a copy");
        copy
    }

    /// Puts other bytes in its place, whole, as a distributor of rings should.
    pub(crate) fn put(&self, bytes: impl AsRef<[u8]>) {
        put(&self.path(), bytes.as_ref());
    }
}

/// Replaces a file at once.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&new).expect("a file");
    file.write_all(bytes).expect("writes");
    fs::rename(&new, path).expect("renames");
}

/// Runs `gingersnap keys …` on the ring in a file.
#[track_caller]
pub(crate) fn keys_at(path: &Path, verb: &[&str]) -> String {
    let mut keys = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
    keys.arg("keys").args(verb).arg("--keys").arg(path).env_remove("GINGERSNAP_ALLOW_GROUP_READ");
    let output = keys.output().expect("runs");
    assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A server on a ring.
pub(crate) struct Node {
    pub(crate) server: Server,
    log: PathBuf,
}

impl Node {
    pub(crate) fn start(ring: &Ring, options: &[&str]) -> Self {
        Self::start_at(&ring.path(), options)
    }

    pub(crate) fn start_at(path: &Path, options: &[&str]) -> Self {
        Self::start_with_log(path, options, "info")
    }

    pub(crate) fn start_with_log(path: &Path, options: &[&str], level: &str) -> Self {
        let dir = Dir::new();
        let log = dir.path().join("log");
        let mut keys = vec!["--keys", path.to_str().expect("text"), "--metrics", "127.0.0.1:0"];
        if !options.contains(&"--client-timeout") {
            // A busy machine is no fault of the ring.
            keys.extend(["--client-timeout", "120s"]);
        }
        let file = File::create(&log).expect("a log");
        Self { server: Server::start_logging(dir, &[&keys, options].concat(), level, file.into()), log }
    }

    /// Returns a person who has just signed in and put something in the cart.
    #[track_caller]
    pub(crate) fn signed_in(&self, email: &str) -> Browser<'_> {
        let mut browser = Browser::new(&self.server);
        browser.submit("/login", &format!("email={email}"));
        browser.submit("/cart-items", "item=gingersnaps&qty=2");
        browser.get("/session").says(email);
        browser
    }

    /// Returns the answer of `/readyz`.
    #[track_caller]
    pub(crate) fn ready(&self) -> Value {
        let page = Page::parse(&self.server.ask(get("/readyz")));
        let ready: Value = serde_json::from_str(&page.body).expect("JSON");
        // A degraded node stays in rotation.
        assert_eq!(page.status, if ready["status"] == "not ready" { 503 } else { 200 }, "{ready}");
        ready
    }

    /// Waits until `/readyz` has this value in this field.
    #[track_caller]
    pub(crate) fn until_ready(&self, field: &str, value: impl Into<Value>) {
        let value = value.into();
        until(&format!("{field} is {value}"), || self.ready()[field] == value);
    }

    /// The text of `/metrics`.
    pub(crate) fn metrics(&self) -> String {
        let address = self.server.metrics.expect("metrics");
        let mut stream = TcpStream::connect(address).expect("connects");
        stream.write_all(get("/metrics").as_bytes()).expect("writes");
        Page::parse(&read_all(&mut stream)).body
    }

    /// The sum of all series whose name and labels begin with `series`.
    #[track_caller]
    pub(crate) fn metric(&self, series: &str) -> f64 {
        let metrics = self.metrics();
        let values: Vec<f64> = metrics
            .lines()
            .filter(|line| line.starts_with(series))
            .map(|line| line.rsplit(' ').next().expect("a value").parse().expect("a number"))
            .collect();
        assert!(!values.is_empty(), "no {series} in: {metrics}");
        values.iter().sum()
    }

    /// Lines of the log that have all these texts.
    pub(crate) fn logged(&self, texts: &[&str]) -> usize {
        let log = fs::read_to_string(&self.log).expect("a log");
        log.lines().filter(|line| texts.iter().all(|text| line.contains(text))).count()
    }
}

/// Polls for what must come; fails after 30 seconds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until the server has read what was sent to it: nothing of it is left in the system's buffer.
#[track_caller]
pub(crate) fn until_read(server: &Server, stream: &TcpStream) {
    let ours = stream.local_addr().expect("an address").port();
    let (local, remote) = (format!(":{:04X}", server.address.port()), format!(":{ours:04X}"));
    until("it is read", || {
        let table = fs::read_to_string("/proc/net/tcp").expect("a table");
        table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).any(|line| {
            let [_, from, to, _state, queues, ..] = line[..] else { return false };
            from.ends_with(&local) && to.ends_with(&remote) && queues.ends_with(":00000000")
        })
    });
}

/// The id of the key that sealed a cookie.
#[track_caller]
pub(crate) fn key_of(browser: &Browser<'_>, cookie: &str) -> String {
    let [_, a, b, c, ..] = bytes_of(&browser.cookies[cookie])[..] else { panic!("no token") };
    format!("{a:02x}{b:02x}{c:02x}")
}

pub(crate) fn bytes_of(token: &str) -> Vec<u8> {
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token).expect("base64url")
}

/// People who ask all the time, while something happens: each must be known at every request, and never be signed out.
/// Returns how often they asked.
pub(crate) fn while_people_ask(node: &Node, people: usize, something: impl FnOnce()) -> usize {
    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let browsers: Vec<_> = (0..people).map(|n| (n, node.signed_in(&format!("p{n}@example.com")))).collect();
    thread::scope(|scope| {
        for (n, mut browser) in browsers {
            let (over, asked) = (&over, &asked);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    ask_once(&mut browser, &format!("p{n}@example.com"));
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Also if something fails: the others must end.
        let _end = End(&over);
        until("everybody has asked", || asked.load(Ordering::Relaxed) >= 2 * people);
        something();
        let so_far = asked.load(Ordering::Relaxed);
        until("everybody has asked again", || asked.load(Ordering::Relaxed) >= so_far + 2 * people);
    });
    asked.into_inner()
}

/// A page that reads every cookie, and one that writes: the shop counts visits.
#[track_caller]
fn ask_once(browser: &mut Browser<'_>, email: &str) {
    for path in ["/session", "/"] {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        if path == "/session" {
            page.says(email);
        }
        page.does_not_say("href=\"/login\"");
        removes_nothing(&page);
    }
}

/// No cookie is deleted.
#[track_caller]
pub(crate) fn removes_nothing(page: &Page) {
    let removals = page.fields("set-cookie").into_iter().filter(|field| field.contains("=;"));
    let identity: Vec<_> = removals.filter(|field| !field.starts_with("__Host-flash=")).collect();
    assert!(identity.is_empty(), "{identity:?}");
}

/// Says that it is over, however it ends.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A start that must fail: its output.
pub(crate) fn start_fails(ring: &Path, options: &[&str]) -> std::process::Output {
    let dir = Dir::new();
    let mut start = command(&dir, &["--listen", "127.0.0.1:0", "--keys", ring.to_str().expect("text")]);
    start.args(options).env("GINGERSNAP_LOG", "off").stdin(Stdio::null()).output().expect("runs")
}
