//! A command goes by this machine's clock, and so it must be that of the ring's place.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::*;

/// A Redis server without a ring, whose clock is this much ahead; returns its URL.
fn server_ahead(seconds: i64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap(), seconds));
        }
    });
    format!("redis://127.0.0.1:{port}/0")
}

/// Answers requests until the client has left.
fn answer(mut stream: TcpStream, ahead: i64) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    loop {
        // An array of strings, each a line with its length and one with itself.
        let count: usize = lines.next()?.ok()?.strip_prefix('*')?.parse().ok()?;
        let words: Vec<_> =
            (0..count).filter_map(|_| lines.next().and_then(|_| lines.next())?.ok()).collect();
        let answer = match words.first()?.as_str() {
            "TIME" => {
                let time = SystemClock.now().unix().strict_add_signed(ahead).to_string();
                format!("*2\r\n${}\r\n{time}\r\n$1\r\n0\r\n", time.len())
            }
            "PING" => "+PONG\r\n".into(),
            "HSTRLEN" => ":0\r\n".into(),
            "HMGET" => "*2\r\n$-1\r\n$-1\r\n".into(),
            _ => "+OK\r\n".into(),
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

#[test]
fn a_command_whose_clock_is_not_its_places_is_refused() {
    let place = Place::empty("clock");
    place.file("backup.json", ring_of(1).to_bytes());
    for (ahead, which) in [(64, "behind"), (7_205, "behind"), (-64, "ahead of"), (-86_400, "ahead of")] {
        let url = server_ahead(ahead);
        for line in [
            "keys init --plaintext",
            "keys list",
            "keys lint",
            "keys rotate",
            "keys tick",
            "keys prune --yes",
            "keys emergency --yes",
            "keys rollout",
            "keys import --plaintext backup.json",
            "keys restore --plaintext --yes backup.json",
        ] {
            let args: Vec<_> = line.split(' ').chain(["--keys", &url]).collect();
            let output = place.run(&args);
            let said = text(&output.stderr);
            let start = "gingersnap: error: this machine's clock is ";
            let end = format!(
                " {which} that of {url}#default\n\
                 gingersnap: hint: run NTP here and there; the two may differ by 60 s\n"
            );
            assert!(said.starts_with(start) && said.ends_with(&end), "{line} {ahead}: {said}");
            assert_eq!((output.status.code(), output.stdout), (Some(1), Vec::new()));
        }
    }
}

#[test]
fn a_clock_may_differ_by_a_minute() {
    let place = Place::empty("clock_minute");
    for ahead in [-57, 0, 57] {
        let url = server_ahead(ahead);
        let error = format!(
            "gingersnap: error: cannot read {url}#default: there is no ring of this name\n\
             gingersnap: hint: `gingersnap keys init` makes one\n"
        );
        place.fails(&["keys", "list", "--keys", &url], 2, &error);
    }
}
