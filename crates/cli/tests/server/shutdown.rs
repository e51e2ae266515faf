use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    frames::send,
    help::{Server, get, read_all, read_one, status},
    windows::{begin, stays},
};

/// Sends the signal; returns the time until the server ended with status 0.
#[track_caller]
fn ends(server: &mut Server, signal: &str) -> Duration {
    let started = Instant::now();
    server.signal(signal);
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{status}");
    started.elapsed()
}

/// A client that asks for 30 MB, more than both ends buffer, and never reads.
fn stuck_reader(server: &Server) -> TcpStream {
    let stream = server.connect();
    let requests = "GET /style.css HTTP/1.1\r\nhost: a\r\n\r\n".repeat(4000);
    (&stream).write_all(requests.as_bytes()).expect("writes");
    // Once an answer is there, so is its place among the connections.
    assert_eq!(stream.peek(&mut [0; 1]).expect("an answer"), 1);
    stream
}

#[test]
fn an_idle_server_ends_at_once_on_either_signal() {
    for signal in ["-TERM", "-INT"] {
        assert!(ends(&mut Server::start(&[]), signal) < Duration::from_secs(2), "{signal}");
    }
}

#[test]
fn a_kept_connection_does_not_delay_the_end() {
    let mut server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
    assert_eq!(status(&read_one(&mut stream)), 200);
    assert!(ends(&mut server, "-TERM") < Duration::from_secs(2));
}

#[test]
fn the_end_comes_within_ten_seconds_whatever_clients_do() {
    // Patient enough with clients that only the shutdown's own limit can end them.
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let silent = server.connect();
    let mut partial = server.connect();
    partial.write_all(b"POST /cart-items HTTP/1.1\r\nhost: a\r\n").expect("writes");
    let stuck = stuck_reader(&server);
    let mut shut = server.connect();
    begin(&mut shut, 0);
    send(&mut shut, 1, "/style.css", &[]);
    let shut = thread::spawn(move || stays(shut, Instant::now()));
    let after = ends(&mut server, "-TERM");
    assert!(after < Duration::from_secs(10), "{after:?}");
    drop((silent, partial, stuck));
    shut.join().expect("a client");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let _stuck = stuck_reader(&server);
    server.signal("-TERM");
    thread::sleep(Duration::from_millis(300));
    assert!(ends(&mut server, "-TERM") < Duration::from_secs(2));
}

#[test]
fn a_client_that_never_reads_is_closed_without_a_signal() {
    let server = Server::start(&["--client-timeout", "6s", "--max-connections", "1"]);
    let _stuck = stuck_reader(&server);
    assert_eq!(status(&server.ask(get("/healthz"))), 503);
    // Its place is free again, once the server's and the client's buffers were full for 3 seconds.
    let started = Instant::now();
    while status(&server.ask(get("/healthz"))) != 200 {
        assert!(started.elapsed() < Duration::from_secs(20), "still there");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_client_that_reads_too_little_is_closed_without_a_signal() {
    let server = Server::start(&["--client-timeout", "2s", "--max-connections", "1"]);
    let mut stuck = stuck_reader(&server);
    thread::spawn(move || {
        // 10 KiB in a second: less than the 16 that it is to take.
        while stuck.read(&mut [0; 1024]).is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let started = Instant::now();
    while status(&server.ask(get("/healthz"))) != 200 {
        assert!(started.elapsed() < Duration::from_secs(7), "still there");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_client_that_reads_all_of_it_in_time_gets_all_of_it() {
    let server = Server::start(&["--client-timeout", "2s"]);
    let mut stream = stuck_reader(&server);
    let (mut all, mut part) = (0, vec![0; 1 << 20]);
    // 39 MB in four seconds, twice what a request has: it has so long for each part.
    while all < 4000 * 9731 {
        thread::sleep(Duration::from_millis(100));
        let read = stream.read(&mut part).expect("more");
        assert_ne!(read, 0, "closed after {all} bytes");
        all += read;
    }
}

#[test]
fn after_the_signal_nobody_is_let_in() {
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let mut partial = server.connect();
    partial.write_all(b"GET /healthz HTTP/1.1\r\n").expect("writes");
    thread::sleep(Duration::from_millis(100));
    server.signal("-TERM");
    thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(server.address).is_err());
    // A request that had begun is finished, and the connection is then closed.
    partial.write_all(b"host: a\r\n\r\n").expect("writes");
    let answer = read_all(&mut partial);
    assert_eq!(status(&answer), 200, "{answer}");
    assert_eq!(server.wait().code(), Some(0));
}
