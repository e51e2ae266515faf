//! A way to a server that may lose its answers.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Passes bytes on to a server, until it is told to keep the server's answers to itself and then to end.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    pub(crate) is_silent: Arc<AtomicBool>,
}

impl Proxy {
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), is_silent: Arc::default() };
        let is_silent = Arc::clone(&proxy.is_silent);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
                let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || pass(asks, server, &AtomicBool::new(false)));
                let is_silent = Arc::clone(&is_silent);
                thread::spawn(move || pass(answers, client, &is_silent));
            }
        });
        proxy
    }
}

/// Passes on until one side ends; ends both when something comes while it is to be silent.
fn pass(mut from: TcpStream, mut to: TcpStream, is_silent: &AtomicBool) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if is_silent.load(Ordering::Relaxed) || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}
