//! As much of WebDriver (W3C) as the tests need: JSON over HTTP, to a driver on loopback.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

/// A driver process; killed when dropped, and with it what it started.
pub(crate) struct Driver {
    child: Child,
    address: SocketAddr,
}

impl Driver {
    /// Starts on a free port and waits for the line that names it.
    pub(crate) fn start(home: &Path) -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            // It and the browser keep nothing of the person who runs the tests.
            .env("HOME", home)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let digits = line.strip_suffix('.')?.rsplit_once(" started successfully on port ")?.1;
            digits.parse::<u16>().ok()
        });
        let address = SocketAddr::from(([127, 0, 0, 1], port.expect("chromedriver says its port")));
        Self { child, address }
    }

    /// Sends a command; an error is the driver's own text.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
        let (address, length) = (self.address, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let answer = read_body(stream).map_err(|error| format!("{method} {path}: {error}"))?;
        let mut answer: Value = serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if value["error"].is_string() { Err(format!("{method} {path}: {value}")) } else { Ok(value) }
    }

    /// Opens a browser, and returns its session's path.
    pub(crate) fn open(&self, chromium: &Path, profile: &Path, more: &Value) -> String {
        let mut options = json!({ "binary": chromium, "args": arguments(profile) });
        for (name, value) in more.as_object().into_iter().flatten() {
            match (options[name].as_array_mut(), value.as_array()) {
                (Some(ours), Some(more)) => ours.extend_from_slice(more),
                _ => options[name] = value.clone(),
            }
        }
        let capabilities = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let opened = self.send("POST", "/session", &capabilities).expect("a browser");
        format!("/session/{}", opened["sessionId"].as_str().expect("a session"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read_body(stream: TcpStream) -> std::io::Result<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// Nothing but our pages is to be loaded, and nothing remembered.
fn arguments(profile: &Path) -> Vec<String> {
    let mut arguments: Vec<_> = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1200,900",
    ]
    .map(String::from)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments
}

/// The browser, if both it and its driver are on this machine.
pub(crate) fn installed() -> Option<PathBuf> {
    find("chromedriver").and_then(|_| find("chromium"))
}

fn find(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| fs::metadata(path).is_ok())
}

/// A first start on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);
