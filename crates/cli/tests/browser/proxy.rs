//! A slow way between the browser and the shop: it keeps a chosen answer back until the test says go.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

/// A proxy on a free port. Its threads end with the connections and with the test's process.
pub(crate) struct Proxy {
    pub(crate) origin: String,
    holds: Arc<Mutex<Vec<Hold>>>,
}

/// An order to hold the answer to the first request whose head begins with `head`.
struct Hold {
    head: String,
    answered: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
}

/// An answer that is held, or will be.
pub(crate) struct Held {
    answered: mpsc::Receiver<()>,
    release: mpsc::Sender<()>,
}

impl Proxy {
    /// Starts one before the shop at `origin`.
    pub(crate) fn before(origin: &str) -> Self {
        let shop = origin.trim_start_matches("http://").parse().expect("an address");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let holds = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&holds);
        thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                let holds = Arc::clone(&shared);
                // A browser that hangs up in the middle is its own business.
                thread::spawn(move || drop(pass(browser, shop, &holds)));
            }
        });
        Self { origin, holds }
    }

    /// Keeps back the answer to the first request from now on whose head begins with `head`.
    pub(crate) fn hold(&self, head: &str) -> Held {
        let ((answered, is_answered), (release, released)) = (mpsc::channel(), mpsc::channel());
        let hold = Hold { head: head.to_owned(), answered, release: released };
        self.holds.lock().expect("the holds").push(hold);
        Held { answered: is_answered, release }
    }
}

impl Held {
    /// Waits until the shop has answered: what the answer says is settled.
    pub(crate) fn wait(&self) {
        self.answered.recv_timeout(Duration::from_secs(20)).expect("an answer of the shop");
    }

    /// Lets the answer go on to the browser.
    pub(crate) fn release(self) {
        self.release.send(()).expect("the answer still waits");
    }
}

/// One request, one answer, one connection.
fn pass(browser: TcpStream, shop: SocketAddr, holds: &Mutex<Vec<Hold>>) -> std::io::Result<()> {
    let mut browser = BufReader::new(browser);
    let (head, body) = read_request(&mut browser)?;
    let mut server = TcpStream::connect(shop)?;
    server.write_all(head.as_bytes())?;
    server.write_all(&body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    let hold = {
        let mut holds = holds.lock().expect("the holds");
        holds.iter().position(|hold| head.starts_with(&hold.head)).map(|index| holds.remove(index))
    };
    if let Some(hold) = hold {
        hold.answered.send(()).expect("the test waits");
        hold.release.recv().expect("the test releases");
    }
    browser.get_mut().write_all(&answer)
}

/// The head, with `Connection: close` instead of what the browser asks for, and the body.
fn read_request(browser: &mut impl std::io::BufRead) -> std::io::Result<(String, Vec<u8>)> {
    let (mut head, mut length) = (String::new(), 0);
    for line in browser.lines() {
        let line = line?;
        let lower = line.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
            head.push_str("\r\n");
        }
    }
    head.push_str("connection: close\r\n\r\n");
    let mut body = vec![0; length];
    browser.read_exact(&mut body)?;
    Ok((head, body))
}
