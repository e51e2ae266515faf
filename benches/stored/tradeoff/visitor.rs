//! A visitor over HTTP/1.1: a browser's cookies, and requests that are ready to be written.
//!
//! The client runs beside the servers that it measures, so it does no more than it must: one write, and as many reads as
//! the answer takes.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use httparse::{EMPTY_HEADER, Response, Status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Default)]
pub(crate) struct Visitor {
    cookies: BTreeMap<String, String>,
    /// The requests as they are written; none before the first answer.
    read: Arc<[u8]>,
    write: Arc<[u8]>,
}

/// What went over the network for one request.
#[derive(Clone, Copy)]
pub(crate) struct Exchange {
    pub(crate) status: u16,
    pub(crate) up: usize,
    pub(crate) down: usize,
}

impl Visitor {
    /// Begins a session with so many lines in the cart.
    pub(crate) async fn seed(&mut self, connection: &mut Connection, lines: usize) -> io::Result<Exchange> {
        self.send(connection, &head("POST", &format!("/seed/{lines}"), &self.cookies)).await
    }

    /// Reads the cart, or changes it.
    pub(crate) async fn visit(&mut self, connection: &mut Connection, writes: bool) -> io::Result<Exchange> {
        let request = Arc::clone(if writes { &self.write } else { &self.read });
        self.send(connection, &request).await
    }

    async fn send(&mut self, connection: &mut Connection, request: &[u8]) -> io::Result<Exchange> {
        connection.stream.write_all(request).await?;
        let mut set = Vec::new();
        let (status, down) = connection.answer(&mut set).await?;
        if !set.is_empty() {
            self.cookies.extend(set);
            self.read = head("GET", "/read", &self.cookies).into();
            self.write = head("POST", "/write", &self.cookies).into();
        }
        Ok(Exchange { status, up: request.len(), down })
    }
}

/// A request as a browser sends it, with the fewest fields.
fn head(method: &str, path: &str, cookies: &BTreeMap<String, String>) -> Vec<u8> {
    let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookie = if pairs.is_empty() { String::new() } else { format!("cookie: {}\r\n", pairs.join("; ")) };
    let length = if method == "POST" { "content-length: 0\r\n" } else { "" };
    let agent = "user-agent: Mozilla/5.0 (X11; Linux x86_64)\r\naccept: text/html\r\n";
    format!("{method} {path} HTTP/1.1\r\nhost: shop.example\r\n{agent}{cookie}{length}\r\n").into_bytes()
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(16 * 1024) })
    }

    /// Reads one answer to its end: its status and its octets; the cookies that it sets are added to `set`.
    async fn answer(&mut self, set: &mut Vec<(String, String)>) -> io::Result<(u16, usize)> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some((status, length)) = parse(&self.answer, set)? {
                while self.answer.len() < length {
                    if self.stream.read_buf(&mut self.answer).await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                return Ok((status, length));
            }
        }
    }
}

/// The status and the octets of an answer whose head has come; none before.
fn parse(answer: &[u8], set: &mut Vec<(String, String)>) -> io::Result<Option<(u16, usize)>> {
    let mut fields = [EMPTY_HEADER; 32];
    let mut response = Response::new(&mut fields);
    let parsed = response.parse(answer).map_err(io::Error::other)?;
    let Status::Complete(head) = parsed else { return Ok(None) };
    let mut body = 0;
    for field in response.headers.iter() {
        let value = str::from_utf8(field.value).map_err(io::Error::other)?;
        if field.name.eq_ignore_ascii_case("content-length") {
            body = value.parse().map_err(io::Error::other)?;
        } else if field.name.eq_ignore_ascii_case("set-cookie") {
            let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
            set.extend(pair.map(|(name, value)| (name.into(), value.into())));
        }
    }
    Ok(Some((response.code.unwrap_or_default(), head + body)))
}
