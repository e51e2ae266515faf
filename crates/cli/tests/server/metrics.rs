//! `/metrics`, on an address of its own.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpListener, TcpStream},
};

use crate::{
    browser::{Browser, Page},
    help::{Dir, command, get, program, read_all, read_one, status},
    node::{Node, OFTEN, Ring, bytes_of, until},
};

/// Names of the series' families, without a histogram's endings.
const FAMILIES: [(&str, &str); 20] = [
    ("gingersnap_build_info", "gauge"),
    ("gingersnap_connections", "gauge"),
    ("gingersnap_connections_closed_total", "counter"),
    ("gingersnap_connections_turned_away_total", "counter"),
    ("gingersnap_cookies_refused_total", "counter"),
    ("gingersnap_http_request_duration_seconds", "histogram"),
    ("gingersnap_keyring_generation", "gauge"),
    ("gingersnap_keyring_info", "gauge"),
    ("gingersnap_keyring_loaded_age_seconds", "gauge"),
    ("gingersnap_keyring_registration_failures_total", "counter"),
    ("gingersnap_keyring_reload_failures_total", "counter"),
    ("gingersnap_keyring_reloads_total", "counter"),
    ("gingersnap_limit_body_bytes", "gauge"),
    ("gingersnap_limit_connections", "gauge"),
    ("gingersnap_limit_connections_per_address", "gauge"),
    ("gingersnap_limit_head_bytes", "gauge"),
    ("gingersnap_limit_head_fields", "gauge"),
    ("gingersnap_limit_phase_seconds", "gauge"),
    ("gingersnap_limit_streams", "gauge"),
    ("gingersnap_unknown_keys_total", "counter"),
];

/// Those of a node with a store.
const STORE_FAMILIES: [(&str, &str); 13] = [
    ("gingersnap_cut_off_persons", "gauge"),
    ("gingersnap_ended_sign_ins", "gauge"),
    ("gingersnap_ends_age_seconds", "gauge"),
    ("gingersnap_ends_bytes", "gauge"),
    ("gingersnap_sessions_gave_way_total", "counter"),
    ("gingersnap_sessions_spilled_total", "counter"),
    ("gingersnap_store_answered_age_seconds", "gauge"),
    ("gingersnap_store_call_duration_seconds", "histogram"),
    ("gingersnap_store_clock_offset_seconds", "gauge"),
    ("gingersnap_store_conflicts_total", "counter"),
    ("gingersnap_store_errors_total", "counter"),
    ("gingersnap_store_purge_failures_total", "counter"),
    ("gingersnap_store_purged_total", "counter"),
];

#[test]
fn every_metric_has_a_type_and_says_what_it_is() {
    let ring = Ring::new();
    shows_these(&Node::start(&ring, &OFTEN), &FAMILIES);
    let node = Node::start(&ring, &[&OFTEN[..], &["--store", "memory:"]].concat());
    until("the store is asked", || node.metrics().contains("gingersnap_store_call_duration_seconds_count"));
    let mut families = [&FAMILIES[..], &STORE_FAMILIES].concat();
    families.sort_unstable();
    shows_these(&node, &families);
}

#[track_caller]
fn shows_these(node: &Node, families: &[(&str, &str)]) {
    Browser::new(&node.server).get("/");
    let text = node.metrics();
    // Each once, in whatever order.
    let mut types: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    types.sort_unstable();
    assert_eq!(types, families.iter().map(|(name, kind)| format!("{name} {kind}")).collect::<Vec<_>>());
    for (name, _) in families {
        let help = text.lines().find_map(|line| line.strip_prefix(&format!("# HELP {name} ")));
        assert!(help.is_some_and(|help| help.ends_with('.')), "{name}: {help:?}");
    }
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        assert!(families.iter().any(|(name, _)| series.starts_with(name)), "{line}");
        assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{line}");
    }
}

#[test]
fn metrics_are_nowhere_but_on_their_own_address() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    assert_eq!(Browser::new(&node.server).get("/metrics").status, 404);
    let metrics = node.server.metrics.expect("an address");
    assert_ne!(metrics, node.server.address);
    for (path, expected) in [("/metrics", 200), ("/", 404), ("/healthz", 404), ("/login", 404)] {
        let mut stream = TcpStream::connect(metrics).expect("connects");
        stream.write_all(get(path).as_bytes()).expect("writes");
        let page = Page::parse(&read_all(&mut stream));
        assert_eq!(page.status, expected, "{path}");
        if expected == 200 {
            assert_eq!(page.fields("content-type"), ["text/plain; version=0.0.4; charset=utf-8"]);
        }
    }
}

#[test]
fn a_taken_port_for_metrics_is_an_error_and_creates_no_ring() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let dir = Dir::new();
    let output = command(&dir, &["--listen", "127.0.0.1:0", "--metrics", &address]).output().expect("runs");
    let error = format!(
        "gingersnap: error: cannot listen on {address}: Address already in use (os error 98)\n\
         gingersnap: hint: another program has the port; choose one with --metrics, or port 0 for a free one\n"
    );
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(3), &*error));
    assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0);
}

#[test]
fn the_listener_of_the_metrics_has_few_places() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let address = node.server.metrics.expect("an address");
    let idle: Vec<_> = (0..8).map(|_| in_use(address)).collect();
    let mut refused = TcpStream::connect(address).expect("connects");
    assert_eq!(status(&read_all(&mut refused)), 503);
    drop(idle);
    // And the shop is open.
    assert_eq!(Browser::new(&node.server).get("/").status, 200);
}

/// A connection that is in, since it was answered.
fn in_use(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.write_all(b"GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n").expect("writes");
    assert_eq!(status(&read_one(&mut stream)), 404);
    stream
}

#[test]
fn the_ring_in_use_is_the_only_one_shown() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let infos = || {
        let text = node.metrics();
        let lines = text.lines().filter(|line| line.starts_with("gingersnap_keyring_info"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    for generation in 1..4 {
        assert_eq!(infos(), [format!("gingersnap_keyring_info{{active_key=\"{}\"}} 1", ring.key("active"))]);
        assert_eq!(node.metric("gingersnap_keyring_generation"), f64::from(generation));
        ring.keys(&["rotate", "--now"]);
        node.until_ready("generation", generation + 1);
    }
    ring.keys(&["disable", &ring.key("active")]);
    node.until_ready("status", "not ready");
    assert_eq!(infos(), ["gingersnap_keyring_info{active_key=\"none\"} 1"]);
}

#[test]
fn refused_cookies_are_counted_by_reason_whatever_is_logged() {
    let ring = Ring::new();
    for level in ["off", "info"] {
        let node = Node::start_with_log(&ring.path(), &OFTEN, level);
        let mut browser = node.signed_in("ada@example.com");
        let login = browser.cookies["__Host-id"].clone();
        let mut bytes = bytes_of(&login);
        *bytes.last_mut().expect("a tag") ^= 1;
        let forged = base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
        for (value, reason) in [(forged.as_str(), "forged"), ("x", "not_base64url"), ("AAAA", "too_short")] {
            let series = format!("gingersnap_cookies_refused_total{{reason=\"{reason}\"}}");
            let before = node.metric(&series);
            browser.cookies.insert("__Host-id".into(), value.into());
            browser.get("/session/left");
            assert_eq!(node.metric(&series), before + 1.0, "{value}");
        }
        assert_eq!(node.metric("gingersnap_cookies_refused_total"), 3.0);
        assert_eq!(node.logged(&["cookie refused"]), if level == "off" { 0 } else { 3 });
    }
}

#[test]
fn requests_are_counted_and_timed_by_class() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let mut browser = Browser::new(&node.server);
    for path in ["/", "/login", "/healthz", "/account", "/nowhere"] {
        browser.get(path);
    }
    let count =
        |class| node.metric(&format!("gingersnap_http_request_duration_seconds_count{{status=\"{class}\"}}"));
    assert_eq!([count("2xx"), count("3xx"), count("4xx")], [3.0, 1.0, 1.0]);
    let all = "gingersnap_http_request_duration_seconds_bucket{status=\"2xx\",le=\"+Inf\"}";
    assert_eq!(node.metric(all), 3.0);
    assert!(node.metric("gingersnap_http_request_duration_seconds_sum{status=\"2xx\"}") > 0.0);
}

#[test]
fn connections_and_the_limits_in_force_are_shown() {
    let ring = Ring::new();
    let limits = ["--max-connections", "77", "--client-timeout", "60s"];
    let node = Node::start(&ring, &[&OFTEN[..], &limits].concat());
    assert_eq!(node.metric("gingersnap_limit_connections "), 77.0);
    assert_eq!(node.metric("gingersnap_limit_connections_per_address "), 128.0);
    assert_eq!(node.metric("gingersnap_limit_phase_seconds"), 30.0);
    assert_eq!(node.metric("gingersnap_limit_head_bytes"), 65536.0);
    assert_eq!(node.metric("gingersnap_limit_body_bytes"), 16384.0);
    let kept: Vec<_> = (0..3).map(|_| node.server.connect()).collect();
    until("three are in use", || node.metric("gingersnap_connections ") == 3.0);
    drop(kept);
    until("none is", || node.metric("gingersnap_connections ") == 0.0);
}

#[test]
fn a_scrape_says_what_the_program_was_built_from_as_its_version_does() {
    let node = Node::start(&Ring::new(), &OFTEN);
    let scraped = node.metrics();
    let line = scraped.lines().find(|it| it.starts_with("gingersnap_build_info{")).expect("the build");
    assert!(line.ends_with("} 1"), "{line}");
    let output = program(&Dir::new(), &["--version"]).output().expect("runs");
    let version = String::from_utf8(output.stdout).expect("text");
    let told = |name: &str| version.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default().trim();
    for (label, value) in
        [("version", told("gingersnap ")), ("features", told("features:")), ("target", told("target:"))]
    {
        assert!(!value.is_empty() && line.contains(&format!("{label}=\"{value}\"")), "{line} {version}");
    }
    assert_eq!(told("features:").contains("tls"), cfg!(feature = "tls"), "{version}");
    let commit = told("commit:");
    let is_hash = commit.len() == 12 && commit.bytes().all(|it| it.is_ascii_hexdigit());
    assert!(
        is_hash && line.contains(&format!("commit=\"{commit}\"")) || commit == "unknown",
        "{line} {version}"
    );
}
