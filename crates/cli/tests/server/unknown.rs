//! Tokens of keys that a node does not have: it looks for them, seldom, and deletes nothing.

use std::{
    io::Write as _,
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    browser::{Browser, Page},
    help::{read_one, status},
    node::{Node, Ring, SELDOM, bytes_of, removes_nothing, until},
};

#[test]
fn a_key_that_the_node_does_not_have_is_fetched_and_nobody_is_signed_out() {
    let ring = Ring::new();
    let behind = Node::start(&ring, &SELDOM);
    // The first ring has the next key too, as its standby; not the one after it.
    ring.keys(&["rotate", "--now"]);
    ring.keys(&["rotate", "--now"]);
    let ahead = Node::start(&ring, &SELDOM);
    let cookies = ahead.signed_in("ada@example.com").cookies;
    assert_eq!(behind.ready()["generation"], 1);

    let mut ada = Browser::new(&behind.server);
    ada.cookies.clone_from(&cookies);
    let started = Instant::now();
    let page = ada.get("/session");
    page.does_not_say("ada@example.com");
    removes_nothing(&page);
    // Her changes fail until then, instead of replacing her cookies.
    let page = ada.post("/cart-items", "item=rye-loaf&qty=1");
    let is_behind = behind.ready()["generation"] == 1;
    assert!(page.status == 503 || (page.status == 303 && !is_behind), "{}", page.status);
    removes_nothing(&page);
    until("she is signed in again", || {
        let page = ada.get("/session");
        removes_nothing(&page);
        page.body.contains("ada@example.com")
    });
    let after = started.elapsed();
    assert_eq!(behind.ready()["generation"], 3);
    assert_eq!(ada.cookies["__Host-id"], cookies["__Host-id"]);
    assert!(after < Duration::from_secs(5), "{after:?}");
    assert!(behind.metric("gingersnap_unknown_keys_total") >= 1.0);
    assert!(behind.metric("gingersnap_cookies_refused_total{reason=\"unknown_newer_key\"}") >= 1.0);
}

/// The token with other bytes.
fn changed(token: &str, change: impl FnOnce(&mut [u8])) -> String {
    let mut bytes = bytes_of(token);
    change(&mut bytes);
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Asks with each of these logins over one connection, all refused; returns the time.
#[track_caller]
fn ask_with(stream: &mut TcpStream, logins: &[String]) -> Duration {
    let started = Instant::now();
    for login in logins {
        let request = format!("GET /session/left HTTP/1.1\r\nhost: a\r\ncookie: __Host-id={login}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("writes");
        let response = read_one(stream);
        assert_eq!(status(&response), 200);
        let page = Page::parse(&response);
        page.says("\"logged_in\":false");
        removes_nothing(&page);
    }
    started.elapsed()
}

#[test]
fn a_flood_of_unknown_keys_costs_one_reload_a_second_and_no_more_than_any_refusal() {
    let ring = Ring::new();
    let node = Node::start(&ring, &SELDOM);
    let login = node.signed_in("ada@example.com").cookies["__Host-id"].clone();
    let forged: Vec<_> =
        (0..BATCH).map(|_| changed(&login, |bytes| *bytes.last_mut().expect("a tag") ^= 1)).collect();
    let mut stream = node.server.connect();
    let started = Instant::now();
    let (mut of_unknown, mut of_forged) = (Duration::MAX, Duration::MAX);
    let mut batches = 0;
    // The least time of each is compared: on a busy machine it takes more of them to find it.
    while batches < LEAST_BATCHES || (!as_quick(of_unknown, of_forged) && batches < MOST_BATCHES) {
        let unknown: Vec<_> = (0..BATCH)
            .map(|n| changed(&login, |bytes| bytes[1..4].copy_from_slice(&made_up(batches * BATCH + n))))
            .collect();
        of_unknown = of_unknown.min(ask_with(&mut stream, &unknown));
        of_forged = of_forged.min(ask_with(&mut stream, &forged));
        batches += 1;
    }
    until("the node looks for them", || node.metric("gingersnap_keyring_reloads_total") >= 1.0);
    let reloads = node.metric("gingersnap_keyring_reloads_total");
    let seconds = started.elapsed().as_secs_f64();
    assert!(reloads <= seconds + 1.0, "{reloads} reloads in {seconds} s");
    let flood = f64::from(BATCH * batches);
    let unknown = node.metric("gingersnap_cookies_refused_total{reason=\"unknown_key\"}")
        + node.metric("gingersnap_cookies_refused_total{reason=\"unknown_newer_key\"}");
    // One of them may be the ring's own by chance.
    assert!((flood - 2.0..=flood).contains(&unknown), "{unknown}");
    assert_eq!(node.metric("gingersnap_unknown_keys_total"), unknown);
    assert!(as_quick(of_unknown, of_forged), "{of_unknown:?}, forged: {of_forged:?}");
}

fn as_quick(one: Duration, other: Duration) -> bool {
    one < other.mul_f64(1.5)
}

/// A made-up id of a key, spread over all ids.
fn made_up(n: u32) -> [u8; 3] {
    let [a, b, c, _] = n.wrapping_mul(2_654_435_761).to_be_bytes();
    [a, b, c]
}

const BATCH: u32 = 250;
const LEAST_BATCHES: u32 = 16;
const MOST_BATCHES: u32 = 128;

/// What a stranger sees when they put something into the cart with this cookie.
fn answer_to(node: &Node, token: &str) -> (u16, Vec<String>, String) {
    let mut stranger = Browser::new(&node.server);
    stranger.cookies.insert("__Host-session".into(), token.into());
    let page = stranger.post("/cart-items", "item=rye-loaf&qty=1");
    let names = ["cache-control", "content-type", "location", "retry-after", "vary"];
    let fields = names.iter().flat_map(|name| page.fields(name)).map(str::to_owned).collect();
    (page.status, fields, page.body)
}

/// What `SECURITY.md` says that a client can tell, and no more.
#[test]
fn a_stranger_can_tell_by_made_up_cookies_which_ids_are_disabled_or_unknown_and_nothing_of_the_reasons() {
    let ring = Ring::new();
    let standby = ring.key("standby");
    ring.keys(&["disable", &standby]);
    let node = Node::start(&ring, &SELDOM);
    let token = node.signed_in("ada@example.com").cookies["__Host-session-own"].clone();
    let with_id = |id: [u8; 3]| changed(&token, |bytes| bytes[1..4].copy_from_slice(&id));
    let of = |hex: &str| [0, 2, 4].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"));
    let (disabled, unknown) =
        (answer_to(&node, &with_id(of(&standby))), answer_to(&node, &with_id(made_up(0))));
    let suite = answer_to(&node, &changed(&with_id(made_up(0)), |bytes| bytes[0] = 3));
    assert_eq!(disabled.0, 503);
    assert_eq!(disabled, unknown);
    assert_eq!(disabled, suite);
    // Sealed long before the node last looked at its ring, and with a key that it has: dead, and as if there were none.
    let old =
        changed(&with_id(made_up(0)), |bytes| bytes[4..8].copy_from_slice(&1_700_000_000_u32.to_be_bytes()));
    let forged = changed(&token, |bytes| *bytes.last_mut().expect("a tag") ^= 1);
    let none = answer_to(&node, "x");
    assert_eq!(none.0, 303);
    for dead in [&old, &forged, &token] {
        assert_eq!(answer_to(&node, dead), none);
    }
    for reason in ["disabled", "unknown", "suite", "key", "forged"] {
        assert!(!disabled.2.contains(reason), "{reason}: {}", disabled.2);
    }
}
