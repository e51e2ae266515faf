//! Clients of HTTP/2 that have no window for what they ask for, and answer every ping; in clear text, by prior knowledge.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use crate::{
    frames::{
        DATA, END_STREAM, GOAWAY, HEADERS, PING, SETTINGS, WINDOW_UPDATE, begin_with, frame, is_ok, read,
        send,
    },
    help::{SHORT, Server, get, read_all, status},
    node::until,
};

/// A client's window for each response at its beginning.
const INITIAL_WINDOW_SIZE: u8 = 4;
const ACK: u8 = 1;

/// Begins with this window for each response.
pub(crate) fn begin(stream: &mut TcpStream, window: u32) {
    begin_with(stream, &[&[0, INITIAL_WINDOW_SIZE][..], &window.to_be_bytes()].concat());
}

/// Room for so many bytes more, on a stream or (0) on the connection.
fn room(stream: u8, bytes: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes())
}

/// Reads and answers pings until the server closes; the time from the beginning.
pub(crate) fn stays(mut stream: impl Read + Write, started: Instant) -> Duration {
    while let Ok((kind, flags, payload)) = read(&mut stream) {
        if kind == PING && flags & ACK == 0 && stream.write_all(&frame(PING, ACK, 0, &payload)).is_err() {
            break;
        }
    }
    started.elapsed()
}

/// Sends again and again, until the server has closed.
fn repeat(stream: &TcpStream, every: u64, mut next: impl FnMut() -> Vec<u8> + Send + 'static) {
    let mut stream = stream.try_clone().expect("a second handle");
    thread::spawn(move || {
        while stream.write_all(&next()).is_ok() {
            thread::sleep(Duration::from_millis(every));
        }
    });
}

/// A page of more than 1 KiB.
const PAGE: &str = "/login";

type Client = (&'static str, fn(&mut TcpStream));

const CLIENTS: [Client; 8] = [
    ("no window at all", |s| {
        begin(s, 0);
        send(s, 1, PAGE, &[]);
    }),
    ("none, and pings of its own", |s| {
        begin(s, 0);
        send(s, 1, PAGE, &[]);
        repeat(s, 50, || frame(PING, 0, 0, &[0; 8]));
    }),
    ("a byte of window, and other requests", |s| {
        begin(s, 1);
        send(s, 1, PAGE, &[]);
        let mut id = 1;
        repeat(s, 200, move || {
            id += 2;
            // It has room for these.
            let mut bytes = Vec::new();
            send(&mut bytes, id, "/healthz", &[]);
            bytes.extend(room(id, 100));
            bytes
        });
    }),
    ("a byte of window every 100 ms", |s| {
        begin(s, 0);
        send(s, 1, PAGE, &[]);
        repeat(s, 100, || room(1, 1));
    }),
    ("a byte too few of window", |s| {
        begin(s, 0);
        send(s, 1, "/style.css", &[]);
        let length = {
            let (_, _, head) = loop {
                let found = read(s).expect("a frame");
                if found.0 == HEADERS {
                    break found;
                }
            };
            assert!(is_ok(&head));
            CSS.len()
        };
        s.write_all(&room(1, u32::try_from(length).expect("fits") - 1)).expect("writes");
    }),
    ("64 pages at once", |s| {
        begin(s, 0);
        (0..64).for_each(|n| send(s, 2 * n + 1, PAGE, &[]));
    }),
    ("a connection's window that is full", |s| {
        begin(s, 1 << 20);
        (0..60).for_each(|n| send(s, 2 * n + 1, "/style.css", &[]));
    }),
    ("a window that was taken back", |s| {
        begin(s, 1 << 20);
        let none = [&[0, INITIAL_WINDOW_SIZE][..], &[0; 4]].concat();
        s.write_all(&frame(SETTINGS, 0, 0, &none)).expect("writes");
        send(s, 1, PAGE, &[]);
    }),
];

const CSS: &str = include_str!("../../../../shop/src/assets/style.css");

/// Runs them all at once against an address.
fn all_are_closed(address: SocketAddr, clients: &[Client]) {
    let times: Vec<_> = thread::scope(|scope| {
        let run = |&(name, act): &Client| {
            scope.spawn(move || {
                let mut stream = TcpStream::connect(address).expect("connects");
                stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
                let started = Instant::now();
                act(&mut stream);
                (name, stays(stream, started))
            })
        };
        let running: Vec<_> = clients.iter().map(run).collect();
        running.into_iter().map(|client| client.join().expect("a client")).collect()
    });
    for (name, after) in times {
        assert!(after >= Duration::from_millis(700), "{name} closed early: {after:?}");
        assert!(after < Duration::from_millis(1900), "{name} closed late: {after:?}");
    }
}

#[test]
fn whoever_has_no_window_for_a_response_is_closed_whatever_else_it_does() {
    let server = Server::start(&[&SHORT[..], &["--metrics", "127.0.0.1:0"]].concat());
    all_are_closed(server.address, &CLIENTS);
    let mut metrics = TcpStream::connect(server.metrics.expect("an address")).expect("connects");
    metrics.write_all(get("/metrics").as_bytes()).expect("writes");
    let text = read_all(&mut metrics);
    assert!(text.contains("gingersnap_connections_closed_total{reason=\"unread\"} 8\n"), "{text}");
}

#[cfg(feature = "tls")]
#[test]
fn over_tls_a_response_without_a_window_is_closed_as_well() {
    let (server, cert) = crate::tls::start(&SHORT);
    let mut stream = crate::tls::connect(&server, cert, b"h2");
    begin_with(&mut stream, &[&[0, INITIAL_WINDOW_SIZE][..], &[0; 4]].concat());
    send(&mut stream, 1, PAGE, &[]);
    let after = stays(stream, Instant::now());
    assert!(after >= Duration::from_millis(700) && after < Duration::from_millis(1900), "{after:?}");
}

#[test]
fn a_window_that_opens_in_time_gets_everything() {
    let server = Server::start(&SHORT);
    let mut stream = server.connect();
    begin(&mut stream, 0);
    send(&mut stream, 1, "/style.css", &[]);
    let mut body = Vec::new();
    for part in [1, 1000, 1 << 20] {
        thread::sleep(Duration::from_millis(200));
        stream.write_all(&room(1, part)).expect("writes");
        stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
        while let Ok((kind, flags, payload)) = read(&mut stream) {
            if kind == DATA {
                body.extend(payload);
                if flags & END_STREAM != 0 {
                    break;
                }
            }
        }
    }
    assert!(body == CSS.as_bytes(), "{} bytes", body.len());
}

#[test]
fn eight_that_do_not_read_do_not_keep_the_metrics_from_the_monitor() {
    let server = Server::start(&["--metrics", "127.0.0.1:0"]);
    let address = server.metrics.expect("an address");
    let blind: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(address).expect("connects");
            begin(&mut stream, 0);
            send(&mut stream, 1, "/metrics", &[]);
            stream
        })
        .collect();
    let blind = blind.into_iter().map(|stream| thread::spawn(move || stays(stream, Instant::now())));
    let blind: Vec<_> = blind.collect();
    until("there is room again", || {
        let mut stream = TcpStream::connect(address).expect("connects");
        stream.write_all(get("/metrics").as_bytes()).expect("writes");
        status(&read_all(&mut stream)) == 200
    });
    for client in blind {
        assert!(client.join().expect("a client") < Duration::from_secs(10));
    }
}

#[test]
fn who_goes_away_leaves_its_streams_and_the_connection_ends() {
    let server = Server::start(&SHORT);
    let mut stream = server.connect();
    begin(&mut stream, 0);
    send(&mut stream, 1, PAGE, &[]);
    stream.write_all(&frame(GOAWAY, 0, 0, &[0; 8])).expect("writes");
    let after = stays(stream, Instant::now());
    assert!(after < Duration::from_millis(1900), "{after:?}");
}
