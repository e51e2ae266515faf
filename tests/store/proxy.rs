//! Proxies that may be between a store and its server.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Passes bytes on, at once unless it is slow, to the server that has its name now.
///
/// It may keep the server's answers to itself: then it ends the connection instead.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    way: Arc<Way>,
}

#[derive(Default)]
struct Way {
    server: AtomicU16,
    is_pooler: bool,
    is_silent: AtomicBool,
    /// The number of answers until one is lost, that one included.
    until_lost: AtomicU32,
    /// Milliseconds that bytes take, in either direction.
    delay: AtomicU64,
    /// True if the last bytes were the server's.
    was_answered: AtomicBool,
    turns: AtomicU32,
}

impl Proxy {
    /// A pooler refuses settings at the start of a connection, as PgBouncer does.
    pub(crate) fn to(port: u16, is_pooler: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let way = Arc::new(Way { server: AtomicU16::new(port), is_pooler, ..Way::default() });
        let proxy = Self { port: listener.local_addr().unwrap().port(), way: Arc::clone(&way) };
        thread::spawn(move || {
            for client in listener.incoming() {
                let way = Arc::clone(&way);
                thread::spawn(move || connect(client.unwrap(), &way));
            }
        });
        proxy
    }

    /// Gives the name to another server: connections that begin from now on go there.
    pub(crate) fn lead_to(&self, port: u16) {
        self.way.server.store(port, Ordering::Relaxed);
    }

    /// Returns how often a client has spoken after the server did: the round trips of one client.
    pub(crate) fn turns(&self) -> u32 {
        self.way.turns.load(Ordering::Relaxed)
    }

    pub(crate) fn be_silent(&self, is_silent: bool) {
        self.way.is_silent.store(is_silent, Ordering::Relaxed);
    }

    /// Passes so many answers on, and keeps one to itself.
    pub(crate) fn lose_an_answer_after(&self, answers: u32) {
        self.way.until_lost.store(answers + 1, Ordering::Relaxed);
    }

    /// Holds bytes that come from now on back for so long, whoever still waits for them.
    pub(crate) fn be_slow(&self, delay: Duration) {
        self.way.delay.store(delay.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }
}

/// A server that is not there is a connection that ends at once.
fn connect(client: TcpStream, way: &Arc<Way>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", way.server.load(Ordering::Relaxed))) else { return };
    let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let own = Arc::clone(way);
    thread::spawn(move || pass(answers, client, &own, true));
    ask(asks, server, way);
}

fn ask(mut client: TcpStream, mut server: TcpStream, way: &Way) {
    let mut start = [0; 4096];
    let Ok(read @ 1..) = client.read(&mut start) else { return };
    let has_settings = start[..read].windows(9).any(|name| name == b"\0options\0");
    if way.is_pooler && has_settings {
        let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        client.write_all(&[b"E", &length[..], fields].concat()).unwrap();
        let _ = client.shutdown(Shutdown::Both);
        return;
    }
    way.wait();
    if server.write_all(&start[..read]).is_ok() {
        pass(client, server, way, false);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, way: &Way, are_answers: bool) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        way.wait();
        if way.was_answered.swap(are_answers, Ordering::Relaxed) && !are_answers {
            way.turns.fetch_add(1, Ordering::Relaxed);
        }
        let is_kept = are_answers && (way.loses_this() || way.is_silent.load(Ordering::Relaxed));
        if is_kept || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Either may have ended.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

impl Way {
    fn loses_this(&self) -> bool {
        let fewer = |left: u32| left.checked_sub(1);
        self.until_lost.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer) == Ok(1)
    }

    fn wait(&self) {
        thread::sleep(Duration::from_millis(self.delay.load(Ordering::Relaxed)));
    }
}
