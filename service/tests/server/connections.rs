use std::{io::Write as _, thread, time::Duration};

use crate::help::{Server, get, read_all, read_one, status};

#[test]
fn one_connection_more_than_allowed_is_turned_away_until_there_is_room() {
    let server = Server::start(&["--max-connections", "2"]);
    let mut kept = server.connect();
    let other = server.connect();
    for stream in [&kept, &other] {
        (&mut &*stream).write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
    }
    assert_eq!(status(&read_one(&mut kept)), 200);

    let refused = read_all(&mut server.connect());
    assert_eq!(status(&refused), 503);
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused}");

    drop(other);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(status(&server.ask(get("/healthz"))), 200);
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
