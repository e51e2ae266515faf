//! What strangers can have the log say.

use std::{io::Write as _, time::Duration};

use crate::{
    frames::{HEADERS, PING, begin, frame, read_until, send},
    help::{read_one, status},
    node::{Node, Ring, SELDOM},
};

/// Four of every name that the shop has: 32 that are refused.
fn junk() -> String {
    ["id", "seen", "flash", "session", "session-own", "theme", "visits", "visits-own"]
        .iter()
        .flat_map(|name| (0..4).map(move |n| format!("__Host-{name}={n}")))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn a_flood_of_refused_cookies_is_counted_and_logs_little() {
    let ring = Ring::new();
    let node = Node::start(&ring, &SELDOM);
    let mut stream = node.server.connect();
    let request = format!("GET /session HTTP/1.1\r\nhost: a\r\ncookie: {}\r\n\r\n", junk());
    for _ in 0..REQUESTS {
        stream.write_all(request.as_bytes()).expect("writes");
        assert_eq!(status(&read_one(&mut stream)), 200);
    }
    let refused = node.metric("gingersnap_cookies_refused_total");
    // One of each name at most.
    assert!(refused >= f64::from(REQUESTS) && refused <= f64::from(REQUESTS * 8), "{refused}");
    let lines = node.logged(&["cookie refused"]);
    assert!((100..=300).contains(&lines), "{lines}");
    assert!(node.logged(&["more events like the last one are not logged for up to 10 s"]) >= 1);
}

#[test]
fn what_the_protocols_library_says_is_bounded_too() {
    let ring = Ring::new();
    let node = Node::start(&ring, &SELDOM);
    let mut stream = node.server.connect();
    begin(&mut stream);
    // Each is a warning of the library: the answer to a ping that it has not sent.
    stream.write_all(&frame(PING, 1, 0, &[7; 8]).repeat(5000)).expect("writes");
    send(&mut stream, 1, "/healthz", &[]);
    read_until(&mut stream, HEADERS).expect("an answer");
    std::thread::sleep(Duration::from_millis(100));
    let lines = node.logged(&["PING"]);
    assert!((1..=200).contains(&lines), "{lines}");
}

const REQUESTS: u32 = 300;
