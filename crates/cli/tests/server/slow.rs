//! Clients that take their time. All run at once against one server.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::help::{SHORT, Server, read_all, read_one, status};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const EMPTY_SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// One client: its name, the answer that it read, and the time after which the server had closed.
struct Seen {
    name: &'static str,
    answer: String,
    after: Duration,
}

type Client = (&'static str, fn(&mut TcpStream));

const CLIENTS: [Client; 9] = [
    ("silent", |_| ()),
    ("one byte", |s| send(s, b"G")),
    ("partial head", |s| send(s, b"GET /healthz HTTP/1.1\r\nhost: a\r\n")),
    ("trickled head", |s| trickle(s, b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: ", b"y")),
    ("trickled fields", |s| trickle(s, b"GET /healthz HTTP/1.1\r\nhost: a\r\n", b"x: y\r\n")),
    ("trickled HTTP/2 preface", |s| PREFACE.chunks(1).for_each(|byte| pace(s, byte))),
    ("HTTP/2 preface, then silence", |s| send(s, PREFACE)),
    ("HTTP/2 pings, no request", |s| {
        send(s, &[PREFACE, EMPTY_SETTINGS].concat());
        trickle(s, b"", &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }),
    ("idle after a request", |s| {
        send(s, b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(status(&read_one(s)), 200);
    }),
];

fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

fn pace(stream: &mut TcpStream, bytes: &[u8]) {
    send(stream, bytes);
    thread::sleep(Duration::from_millis(100));
}

/// Starts, then sends the same again and again until the server has closed for sure.
fn trickle(stream: &mut TcpStream, start: &[u8], again: &[u8]) {
    send(stream, start);
    let mut stream = stream.try_clone().expect("a second handle");
    let again = again.to_vec();
    thread::spawn(move || {
        while stream.write_all(&again).is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
}

fn watch(server: &Server, clients: &[Client]) -> Vec<Seen> {
    thread::scope(|scope| {
        let run = |&(name, act): &Client| {
            scope.spawn(move || {
                let started = Instant::now();
                let mut stream = server.connect();
                act(&mut stream);
                let answer = read_all(&mut stream);
                Seen { name, answer, after: started.elapsed() }
            })
        };
        let running: Vec<_> = clients.iter().map(run).collect();
        running.into_iter().map(|client| client.join().expect("a client")).collect()
    })
}

#[test]
fn every_connection_without_a_request_is_closed_in_half_the_time() {
    let server = Server::start(&SHORT);
    for Seen { name, answer, after } in watch(&server, &CLIENTS) {
        assert!(after >= Duration::from_millis(700), "{name} closed early: {after:?}");
        // The preface is sent over 2.4 s: the server has closed before its end, the client sees it after.
        let limit = if name == "trickled HTTP/2 preface" { 3000 } else { 1900 };
        assert!(after < Duration::from_millis(limit), "{name} closed late: {after:?}");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
}

/// The defaults, once: the 10 seconds, for a silent client and for a trickling one.
#[test]
fn by_default_every_connection_is_closed_within_ten_seconds() {
    let server = Server::start(&[]);
    for Seen { name, after, .. } in watch(&server, &CLIENTS) {
        assert!(after < Duration::from_secs(10), "{name}: {after:?}");
    }
}
