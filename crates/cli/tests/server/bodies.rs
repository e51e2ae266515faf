use std::{
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use crate::{
    browser::Page,
    help::{SHORT, Server, read_all},
};

fn head(length: usize) -> String {
    format!(
        "POST /cart-items HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n"
    )
}

#[test]
fn a_body_that_does_not_come_in_time_is_a_408_and_the_connection_closes() {
    let server = Server::start(&SHORT);
    let chunked = "transfer-encoding: chunked\r\n\r\n4\r\nitem\r\n";
    for (request, trickles) in [
        (head(100), false),
        (head(100), true),
        (head(100).replace("content-length: 100\r\n\r\n", chunked), false),
        (head(2) + "i", false),
    ] {
        let started = Instant::now();
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).expect("writes");
        if trickles {
            let mut stream = stream.try_clone().expect("a second handle");
            thread::spawn(move || {
                while stream.write_all(b"x").is_ok() {
                    thread::sleep(Duration::from_millis(50));
                }
            });
        }
        let page = Page::parse(&read_all(&mut stream));
        assert_eq!(page.status, 408, "{request}");
        assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
        assert!(started.elapsed() < Duration::from_millis(2900), "{:?}", started.elapsed());
    }
}

#[test]
fn a_request_in_flight_is_finished_after_the_signal() {
    let mut server = Server::start(&[]);
    let form = "item=gingersnaps&qty=2";
    let mut stream = server.connect();
    stream.write_all((head(form.len()) + "item=ginger").as_bytes()).expect("writes");
    thread::sleep(Duration::from_millis(200));
    server.signal("-TERM");
    thread::sleep(Duration::from_millis(500));
    stream.write_all(b"snaps&qty=2").expect("writes");
    let page = Page::parse(&read_all(&mut stream));
    page.leads_to("/");
    assert!(page.fields("set-cookie").iter().any(|cookie| cookie.starts_with("__Host-session=")));
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_body_that_never_comes_does_not_hold_up_the_end() {
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let mut stream = server.connect();
    stream.write_all(head(100).as_bytes()).expect("writes");
    thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
