//! What may stand between a store and its server.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Passes bytes on, until it is to keep the server's answers to itself: then it ends the connection instead.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    is_silent: Arc<AtomicBool>,
}

impl Proxy {
    /// A pooler refuses settings at the start of a connection, as PgBouncer does.
    pub(crate) fn to(port: u16, is_pooler: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), is_silent: Arc::default() };
        let is_silent = Arc::clone(&proxy.is_silent);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
                let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let is_silent = Arc::clone(&is_silent);
                thread::spawn(move || ask(asks, server, is_pooler));
                thread::spawn(move || pass(answers, client, &is_silent));
            }
        });
        proxy
    }

    pub(crate) fn be_silent(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }
}

fn ask(mut client: TcpStream, mut server: TcpStream, is_pooler: bool) {
    let mut start = [0; 4096];
    let Ok(read @ 1..) = client.read(&mut start) else { return };
    let has_settings = start[..read].windows(9).any(|name| name == b"\0options\0");
    if is_pooler && has_settings {
        let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        client.write_all(&[b"E", &length[..], fields].concat()).unwrap();
        let _ = client.shutdown(Shutdown::Both);
        return;
    }
    if server.write_all(&start[..read]).is_ok() {
        pass(client, server, &AtomicBool::new(false));
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, is_silent: &AtomicBool) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if is_silent.load(Ordering::Relaxed) || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Either may have ended.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
