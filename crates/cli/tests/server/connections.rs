use std::{
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use crate::help::{Server, get, read_all, read_one, status};

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

#[test]
fn a_connection_is_kept_between_requests() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
        assert_eq!(status(&read_one(&mut stream)), 200);
    }
}
