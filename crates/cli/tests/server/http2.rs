//! HTTP/2 over TLS, frame by frame.

use std::{
    io::{Read, Write},
    thread,
    time::{Duration, Instant},
};

use crate::{
    frames::{DATA, HEADERS, PING, SETTINGS, begin, frame, is_ok, read_until, send},
    help::SHORT,
    tls::{connect, start},
};

fn ask(stream: &mut (impl Read + Write), id: u8, fields: usize) -> Vec<u8> {
    let names = (0..fields).map(|n| format!("x-{n:03}")).collect::<Vec<_>>();
    let fields = names.iter().map(|name| (name.as_str(), &b"y"[..])).collect::<Vec<_>>();
    send(stream, id, "/healthz", &fields);
    read_until(stream, HEADERS).expect("an answer")
}

#[test]
fn speaks_http_2_and_bounds_its_streams_and_fields() {
    let (server, cert) = start(&[]);
    let mut stream = connect(&server, cert, b"h2");
    begin(&mut stream);
    let settings = read_until(&mut stream, SETTINGS).expect("settings");
    let max_concurrent_streams = [0, 3, 0, 0, 0, 64];
    assert!(settings.chunks(6).any(|setting| setting == max_concurrent_streams), "{settings:?}");

    assert!(is_ok(&ask(&mut stream, 1, 0)));
    assert_eq!(read_until(&mut stream, DATA).expect("a body"), b"ok");
    assert!(is_ok(&ask(&mut stream, 3, 64)));
    assert!(!is_ok(&ask(&mut stream, 5, 65)));
}

#[test]
fn a_cookie_that_is_set_is_in_no_table() {
    let (server, cert) = start(&[]);
    let mut stream = connect(&server, cert, b"h2");
    begin(&mut stream);
    for id in [1, 3] {
        send(&mut stream, id, "/", &[]);
        let block = read_until(&mut stream, HEADERS).expect("an answer");
        // A literal that is never indexed (RFC 7541 §6.2.3), with entry 55 of the static table as its name.
        assert!(block.windows(2).any(|bytes| bytes == [0x1f, 55 - 15]), "{block:x?}");
    }
}

#[test]
fn pings_do_not_keep_a_connection_without_requests() {
    let (server, cert) = start(&SHORT);
    let mut stream = connect(&server, cert, b"h2");
    begin(&mut stream);
    assert!(is_ok(&ask(&mut stream, 1, 0)));
    let started = Instant::now();
    while stream.write_all(&frame(PING, 0, 0, &[0; 8])).is_ok() && read_until(&mut stream, PING).is_ok() {
        assert!(started.elapsed() < Duration::from_millis(1900), "still open");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(started.elapsed() > Duration::from_millis(700), "closed early: {:?}", started.elapsed());
}
