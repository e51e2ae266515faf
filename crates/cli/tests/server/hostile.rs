//! `Cookie` fields that no browser and no HTTP library would send, byte for byte over a connection.

use std::net::TcpStream;

use crate::{
    browser::{Browser, Page},
    frames::{GOAWAY, HEADERS, PROTOCOL_ERROR, begin, is_ok, read_body, read_until, send},
    help::Server,
    pairs::{junk, layouts, strangers},
};

/// Ada, logged in with something in her cart, and somebody else's cookies.
struct Scene {
    server: Server,
    ada: String,
    mallory: Vec<(String, String)>,
}

impl Scene {
    fn new() -> Self {
        let server = Server::start(&[]);
        let shopper = |email: &str, quantity: u8| {
            let mut browser = Browser::new(&server);
            browser.submit("/login", &format!("email={email}"));
            browser.submit("/cart-items", &format!("item=gingersnaps&qty={quantity}"));
            browser.cookies
        };
        let (ada, mallory) = (shopper("ada@example.com", 2), shopper("mallory@example.com", 9));
        let ada = ada.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mallory = mallory.into_iter().filter(|(name, _)| name != "__Host-visits").collect();
        Self { server, ada, mallory }
    }

    /// Asks for what every cookie holds: a page that sets none.
    fn ask(&self, fields: &[Vec<u8>]) -> Page {
        let mut request = b"GET /session HTTP/1.1\r\nhost: a\r\nconnection: close\r\n".to_vec();
        for field in fields {
            request.extend([b"cookie: ", &field[..], b"\r\n"].concat());
        }
        request.extend(b"\r\n");
        let page = Page::parse(&self.server.ask(request));
        assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
        page
    }

    #[track_caller]
    fn finds_ada(&self, fields: &[Vec<u8>]) {
        let page = self.ask(fields);
        assert_eq!(page.status, 200);
        page.says("ada@example.com");
        // A cart that was written once, and is hers.
        page.says("<dt>Written</dt><dd>1 time</dd>");
        page.says("<dt>Belongs to</dt><dd>you</dd>");
        page.does_not_say("mallory@example.com");
    }

    #[track_caller]
    fn finds_nobody(&self, fields: &[Vec<u8>]) {
        let page = self.ask(fields);
        assert_eq!(page.status, 200);
        page.says("no cookie of ours yet");
        page.does_not_say("@example.com");
    }
}

/// True if HTTP/1.1 allows these bytes in a field (RFC 9110 §5.5).
fn is_allowed(pair: &[u8]) -> bool {
    pair.iter().all(|byte| *byte == b'\t' || !byte.is_ascii_control())
}

#[test]
fn what_passes_http_does_not_disturb_the_session() {
    let scene = Scene::new();
    let (ada, mut sent) = (scene.ada.as_bytes(), 0);
    for (name, value) in &scene.mallory {
        for pair in strangers(name, value).iter().filter(|pair| is_allowed(pair)) {
            scene.finds_nobody(std::slice::from_ref(pair));
            // In turn: the library's own tests send each pair in every layout.
            let layouts = layouts(&[pair, ada, pair]);
            scene.finds_ada(&layouts[sent % layouts.len()]);
            sent += 1;
        }
        for pair in junk(name, value) {
            let layouts = layouts(&[&pair, ada]);
            scene.finds_ada(&layouts[sent % layouts.len()]);
            sent += 1;
        }
    }
    assert!(sent > 1000, "{sent}");
}

#[test]
fn what_http_does_not_allow_is_400_and_nothing_is_lost() {
    let scene = Scene::new();
    let (name, value) = &scene.mallory[0];
    for pair in strangers(name, value).iter().filter(|pair| !is_allowed(pair)) {
        let page = scene.ask(&[[scene.ada.as_bytes(), b"; ", pair].concat()]);
        assert_eq!(page.status, 400, "{}", pair.escape_ascii());
        page.does_not_say("@example.com");
    }
    scene.finds_ada(&[scene.ada.clone().into_bytes()]);
}

#[test]
fn a_head_full_of_cookies_is_read_and_one_that_is_too_long_is_431() {
    let scene = Scene::new();
    let ada = scene.ada.as_bytes();
    let crowd = |cookies: usize| "a=b; ".repeat(cookies).into_bytes();
    scene.finds_ada(&[[&crowd(10_000), ada].concat()]);
    scene.finds_ada(&[[ada, b"; ", &crowd(10_000)].concat()]);
    scene.finds_ada(&[vec![b"a=b".to_vec(); 100], vec![ada.to_vec()]].concat());
    for fields in
        [vec![[&crowd(14_000), ada].concat()], vec![ada.to_vec(), crowd(14_000)], vec![b"a=b".to_vec(); 1000]]
    {
        assert_eq!(scene.ask(&fields).status, 431);
    }
    scene.finds_ada(&[ada.to_vec()]);
}

/// A connection over which a request with these pairs went by HTTP/2, each in a field of its own.
fn send_by_http2(scene: &Scene, pairs: &[&[u8]]) -> TcpStream {
    let mut stream = scene.server.connect();
    begin(&mut stream);
    let fields = pairs.iter().map(|pair| ("cookie", *pair)).collect::<Vec<_>>();
    send(&mut stream, 1, "/session", &fields);
    stream
}

/// The page, if the answer is 200.
fn ask_by_http2(scene: &Scene, pairs: &[&[u8]]) -> Option<String> {
    let mut stream = send_by_http2(scene, pairs);
    let head = read_until(&mut stream, HEADERS).expect("a head");
    let page = String::from_utf8(read_body(&mut stream).expect("a page")).expect("text");
    is_ok(&head).then_some(page)
}

#[test]
fn over_http_2_every_cookie_of_a_full_jar_may_have_a_field_of_its_own() {
    let scene = Scene::new();
    let own = scene.ada.split("; ").map(str::as_bytes).collect::<Vec<_>>();
    // Chromium keeps 180 cookies for a site, and sends each by itself.
    for others in [0, 57, 58, 61, 62, 180, 600] {
        let pairs = [vec![&b"a=b"[..]; others], own.clone()].concat();
        let page = ask_by_http2(&scene, &pairs).unwrap_or_else(|| panic!("refused, {others} others"));
        assert!(page.contains("ada@example.com"), "{others}: {page}");
    }
    let long = [b"a=".to_vec(), vec![b'b'; 4094]].concat();
    for (others, passes) in [(15, true), (16, false)] {
        let pairs = [vec![&long[..]; others], own.clone()].concat();
        assert_eq!(ask_by_http2(&scene, &pairs).is_some(), passes, "{others} cookies of 4,096 bytes");
    }
}

#[test]
fn over_http_2_what_passes_does_not_disturb_the_session_and_the_rest_ends_the_connection() {
    let scene = Scene::new();
    let own = scene.ada.split("; ").map(str::as_bytes).collect::<Vec<_>>();
    for (name, value) in &scene.mallory {
        let (allowed, not): (Vec<_>, Vec<_>) =
            strangers(name, value).into_iter().partition(|it| is_allowed(it));
        for pairs in allowed.chunks(100) {
            let pairs = pairs.iter().map(Vec::as_slice).collect::<Vec<_>>();
            let (before, after) = pairs.split_at(pairs.len() / 2);
            let page = ask_by_http2(&scene, &[before, &own, after].concat()).expect("a page");
            assert!(page.contains("ada@example.com") && !page.contains("mallory"), "{page}");
        }
        for pair in not {
            let mut stream = send_by_http2(&scene, &[&own[..], &[&pair]].concat());
            let end = read_until(&mut stream, GOAWAY).expect("an end");
            assert_eq!(end[4..], PROTOCOL_ERROR);
        }
    }
}
