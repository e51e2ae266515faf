//! `/readyz`. That it is degraded without the newest ring is in `faults`.

use std::{io::Write as _, net::TcpStream};

use crate::{
    browser::{Browser, Page},
    help::{Server, get, read_all},
    node::{Node, OFTEN, Ring, SELDOM, until, until_read},
};

#[test]
fn a_node_in_order_says_what_it_holds() {
    let ring = Ring::new();
    let node = Node::start(&ring, &[&SELDOM[..], &["--node", "web-1"]].concat());
    let mut browser = node.signed_in("ada@example.com");
    let page = browser.get("/readyz");
    assert_eq!(page.status, 200);
    assert_eq!(page.fields("content-type"), ["application/json"]);
    assert_eq!(page.fields("cache-control"), ["no-store"]);
    // It looks at no session.
    for field in ["set-cookie", "vary"] {
        assert_eq!(page.fields(field), Vec::<&str>::new());
    }
    let ready = node.ready();
    let seconds = ready["seconds_since_confirmed"].as_u64().expect("seconds");
    assert!(seconds < 60, "{seconds}");
    let expected = format!(
        "{{\"status\":\"ready\",\"generation\":1,\"active_key\":\"{}\",\"seconds_since_confirmed\":{seconds},\"node\":\"web-1\"}}",
        ring.key("active")
    );
    assert_eq!(ready, serde_json::from_str::<serde_json::Value>(&expected).expect("JSON"));
}

#[test]
fn a_node_is_called_after_its_host_and_port() {
    let server = Server::start(&[]);
    let page = Page::parse(&server.ask(get("/readyz")));
    page.says(&format!(":{}\"}}", server.address.port()));
    let ready: serde_json::Value = serde_json::from_str(&page.body).expect("JSON");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
    assert_eq!(ready["node"].as_str().expect("a name").split(':').next(), Some(host.trim()));
}

#[test]
fn a_node_that_cannot_seal_is_not_ready() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let active = ring.key("active");
    ring.keys(&["disable", &active]);
    node.until_ready("status", "not ready");
    let page = Browser::new(&node.server).get("/readyz");
    assert_eq!((page.status, page.fields("content-type")), (503, vec!["application/json"]));
    assert_eq!(node.ready()["reason"], "no key of the ring seals now");
    assert!(node.ready()["active_key"].is_null());
    ring.keys(&["enable", &active]);
    ring.keys(&["rotate", "--now"]);
    node.until_ready("status", "ready");
}

#[test]
fn a_server_that_stops_is_not_ready() {
    let mut server = Server::start(&["--client-timeout", "600s"]);
    let mut partial = server.connect();
    partial.write_all(b"GET /readyz HTTP/1.1\r\n").expect("writes");
    until_read(&server, &partial);
    assert_eq!(Page::parse(&server.ask(get("/readyz"))).status, 200);
    server.signal("-TERM");
    until("nobody is let in", || TcpStream::connect(server.address).is_err());
    partial.write_all(b"host: a\r\n\r\n").expect("writes");
    let page = Page::parse(&read_all(&mut partial));
    assert_eq!((page.status, page.fields("cache-control")), (503, vec!["no-store"]));
    page.says("{\"status\":\"not ready\",\"reason\":\"the server is stopping\",");
    assert_eq!(server.wait().code(), Some(0));
}
