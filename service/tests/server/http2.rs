//! HTTP/2 over TLS, frame by frame.

use std::{
    io::{Read, Write},
    thread,
    time::{Duration, Instant},
};

use crate::{
    help::SHORT,
    tls::{connect, start},
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&len[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// `GET https://a/healthz` and so many fields more, in HPACK without Huffman and without the dynamic table.
fn head(fields: usize) -> Vec<u8> {
    let path = b"/healthz";
    let mut block = vec![0x82, 0x87, 0x01, 1, b'a', 0x04, u8::try_from(path.len()).expect("short")];
    block.extend_from_slice(path);
    for n in 0..fields {
        let name = format!("x-{n:03}");
        block.extend([0x00, 5]);
        block.extend_from_slice(name.as_bytes());
        block.extend([1, b'y']);
    }
    block
}

/// Reads frames until one of `kind`; its payload.
fn read_until(stream: &mut impl Read, kind: u8) -> std::io::Result<Vec<u8>> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(len).expect("fits")];
        stream.read_exact(&mut payload)?;
        if head[3] == kind && (kind != SETTINGS || head[4] == 0) {
            return Ok(payload);
        }
    }
}

fn ask(stream: &mut (impl Read + Write), id: u8, fields: usize) -> Vec<u8> {
    stream.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, id, &head(fields))).expect("writes");
    read_until(stream, HEADERS).expect("an answer")
}

/// `:status 200` is entry 8 of the static table, others are literal or huffman-coded.
fn is_ok(block: &[u8]) -> bool {
    block.first() == Some(&0x88)
}

#[test]
fn speaks_http_2_and_bounds_its_streams_and_fields() {
    let (server, cert) = start(&[]);
    let mut stream = connect(&server, cert, b"h2");
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).expect("writes");
    let settings = read_until(&mut stream, SETTINGS).expect("settings");
    let max_concurrent_streams = [0, 3, 0, 0, 0, 64];
    assert!(settings.chunks(6).any(|setting| setting == max_concurrent_streams), "{settings:?}");

    assert!(is_ok(&ask(&mut stream, 1, 0)));
    assert_eq!(read_until(&mut stream, DATA).expect("a body"), b"ok");
    assert!(is_ok(&ask(&mut stream, 3, 64)));
    assert!(!is_ok(&ask(&mut stream, 5, 65)));
}

#[test]
fn pings_do_not_keep_a_connection_without_requests() {
    let (server, cert) = start(&SHORT);
    let mut stream = connect(&server, cert, b"h2");
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).expect("writes");
    assert!(is_ok(&ask(&mut stream, 1, 0)));
    let started = Instant::now();
    while stream.write_all(&frame(PING, 0, 0, &[0; 8])).is_ok() && read_until(&mut stream, PING).is_ok() {
        assert!(started.elapsed() < Duration::from_millis(1900), "still open");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(started.elapsed() > Duration::from_millis(700), "closed early: {:?}", started.elapsed());
}
