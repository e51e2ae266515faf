//! As much of HTTP/2 as the tests need: frames, and HPACK without Huffman and without the dynamic table.

use std::io::{Read, Write};

/// A frame, on one of the first streams.
pub(crate) fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&len[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// `GET https://a` and a path, then these fields, in HPACK without Huffman and without the dynamic table.
fn head(path: &str, fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut block = vec![0x82, 0x87, 0x01];
    string(&mut block, b"a");
    block.push(0x04);
    string(&mut block, path.as_bytes());
    for (name, value) in fields {
        block.push(0x00);
        string(&mut block, name.as_bytes());
        string(&mut block, value);
    }
    block
}

/// A string's length (RFC 7541 §5.1, with a prefix of 7 bits), and the string.
fn string(block: &mut Vec<u8>, bytes: &[u8]) {
    match bytes.len().checked_sub(127) {
        None => block.push(u8::try_from(bytes.len()).expect("short")),
        Some(mut rest) => {
            block.push(127);
            while rest >= 128 {
                block.push(u8::try_from(rest % 128 + 128).expect("a byte"));
                rest /= 128;
            }
            block.push(u8::try_from(rest).expect("a byte"));
        }
    }
    block.extend_from_slice(bytes);
}

/// Begins a connection.
pub(crate) fn begin(stream: &mut impl Write) {
    begin_with(stream, &[]);
}

/// Begins a connection with these settings.
pub(crate) fn begin_with(stream: &mut impl Write, settings: &[u8]) {
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, settings)].concat()).expect("writes");
}

/// Sends a request without a body, in as many frames as its head needs.
pub(crate) fn send(stream: &mut impl Write, id: u8, path: &str, fields: &[(&str, &[u8])]) {
    let block = head(path, fields);
    let last = block.chunks(FRAME).count() - 1;
    for (at, part) in block.chunks(FRAME).enumerate() {
        let (kind, flags) = if at == 0 { (HEADERS, END_STREAM) } else { (CONTINUATION, 0) };
        let end = if at == last { END_HEADERS } else { 0 };
        stream.write_all(&frame(kind, flags | end, id, part)).expect("writes");
    }
}

/// Reads frames until one of `kind`; its payload.
pub(crate) fn read_until(stream: &mut impl Read, kind: u8) -> std::io::Result<Vec<u8>> {
    loop {
        let (found, flags, payload) = read(stream)?;
        if found == kind && (kind != SETTINGS || flags == 0) {
            return Ok(payload);
        }
    }
}

/// Reads frames until a stream's body has ended; the body.
pub(crate) fn read_body(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (kind, flags, payload) = read(stream)?;
        if kind == DATA {
            body.extend(payload);
            if flags & END_STREAM != 0 {
                return Ok(body);
            }
        }
    }
}

/// Reads a frame: its kind, its flags and its payload.
pub(crate) fn read(stream: &mut impl Read) -> std::io::Result<(u8, u8, Vec<u8>)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let len = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; usize::try_from(len).expect("fits")];
    stream.read_exact(&mut payload)?;
    Ok((head[3], head[4], payload))
}

/// `:status 200` is entry 8 of the static table, others are literal or huffman-coded.
pub(crate) fn is_ok(block: &[u8]) -> bool {
    block.first() == Some(&0x88)
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The greatest size of a frame before the server says otherwise.
const FRAME: usize = 16_384;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub(crate) const PROTOCOL_ERROR: [u8; 4] = [0, 0, 0, 1];
