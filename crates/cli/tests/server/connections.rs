use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::help::{Server, get, read_all, read_one, status};
use crate::node::until;

#[test]
fn one_connection_more_than_allowed_is_turned_away_until_there_is_room() {
    let server = Server::start(&["--max-connections", "2"]);
    let (mut kept, mut other) = (server.connect(), server.connect());
    for stream in [&mut kept, &mut other] {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
        assert_eq!(status(&read_one(stream)), 200);
    }

    let refused = read_all(&mut server.connect());
    assert_eq!(status(&refused), 503);
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused}");

    drop(other);
    let dropped = Instant::now();
    while status(&server.ask(get("/healthz"))) != 200 {
        assert!(dropped.elapsed() < Duration::from_secs(3), "its place is still taken");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A connection from another address of this machine.
fn connect_from(from: [u8; 4], server: &Server) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let connected = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind((from, 0).into()).expect("an address");
        socket.connect(server.address).await.expect("connects").into_std().expect("a stream")
    });
    connected.set_nonblocking(false).expect("waits");
    connected
}

/// Asks, and keeps the connection.
fn asked(mut stream: TcpStream) -> (u16, TcpStream) {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
    (status(&read_one(&mut stream)), stream)
}

#[test]
fn one_address_cannot_take_every_place() {
    let options =
        ["--max-connections-per-address", "2", "--proxy", "127.0.0.8/31", "--metrics", "127.0.0.1:0"];
    let server = Server::start(&options);
    let kept: Vec<_> = (0..2).map(|_| asked(server.connect())).collect();
    assert!(kept.iter().all(|(status, _)| *status == 200));
    let refused = read_all(&mut server.connect());
    assert_eq!(status(&refused), 503);
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused}");
    assert_eq!(asked(connect_from([127, 0, 0, 2], &server)).0, 200);
    // A proxy's are not counted.
    let proxy: Vec<_> = (0..5).map(|_| asked(connect_from([127, 0, 0, 9], &server))).collect();
    assert!(proxy.iter().all(|(status, _)| *status == 200));

    let mut metrics = TcpStream::connect(server.metrics.expect("an address")).expect("connects");
    metrics.write_all(get("/metrics").as_bytes()).expect("writes");
    let text = read_all(&mut metrics);
    for line in [
        "gingersnap_connections_turned_away_total{reason=\"one_address\"} 1\n",
        "gingersnap_limit_connections_per_address 2\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    drop(kept);
    until("there is room again", || status(&server.ask(get("/healthz"))) == 200);
}

#[test]
fn a_connection_is_kept_between_requests() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
        assert_eq!(status(&read_one(&mut stream)), 200);
    }
}
