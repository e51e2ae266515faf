//! A pooler as PgBouncer is: it refuses settings at the start of a connection.

use std::io::{Read as _, Write as _, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// Starts one before the server at `port`; returns its own.
pub(crate) fn start(port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
            let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || ask(asks, server));
            thread::spawn(move || pass(answers, client));
        }
    });
    own
}

fn ask(mut client: TcpStream, mut server: TcpStream) {
    let mut start = [0; 4096];
    let Ok(read @ 1..) = client.read(&mut start) else { return };
    if start[..read].windows(9).any(|name| name == b"\0options\0") {
        let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        client.write_all(&[b"E", &length[..], fields].concat()).unwrap();
        let _ = client.shutdown(Shutdown::Both);
    } else if server.write_all(&start[..read]).is_ok() {
        pass(client, server);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    // Either may end.
    let _ = copy(&mut from, &mut to);
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
