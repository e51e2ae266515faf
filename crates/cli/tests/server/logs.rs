//! The log on standard error: its level, its form, and the access log.

use std::{
    fs::{self, File},
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    browser::Browser,
    help::{Dir, Server, command, get, status},
};

/// What a server logs, with these options, while `visit` uses it.
fn logged(options: &[&str], level: &str, visit: impl FnOnce(&Server)) -> String {
    let (dir, log) = (Dir::new(), Dir::new());
    let path = log.path().join("log");
    let file = Stdio::from(File::create(&path).expect("a file"));
    let mut server = Server::start_logging(dir, options, level, file);
    visit(&server);
    server.signal("-TERM");
    assert!(server.wait().success());
    fs::read_to_string(path).expect("a log")
}

fn access(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains("gingersnap_server::access")).collect()
}

#[test]
fn the_access_log_has_a_line_for_each_request_whatever_the_level() {
    for level in ["off", "info", "debug"] {
        let log = logged(&["--access-log"], level, |server| {
            assert_eq!(status(&server.ask(get("/healthz?secret=1"))), 200);
            assert_eq!(status(&server.ask(get("/nowhere"))), 404);
        });
        let lines = access(&log);
        assert_eq!(lines.len(), 2, "{log}");
        let health = "request method=\"GET\" path=\"/healthz\" status=200 bytes=2 us=";
        assert!(lines[0].contains(health) && lines[0].contains(" client=127.0.0.1:"), "{log}");
        assert!(lines[1].contains("path=\"/nowhere\" status=404 bytes="), "{log}");
        assert!(!log.contains("secret"), "{log}");
    }
    let log = logged(&[], "info", |server| drop(server.ask(get("/healthz"))));
    assert!(access(&log).is_empty(), "{log}");
}

#[test]
fn the_access_log_is_not_cut_and_has_no_cookie() {
    let mut cookies = Vec::new();
    let log = logged(&["--access-log", "--log-format", "json"], "trace", |server| {
        let mut browser = Browser::new(server);
        browser.submit("/login", "email=ada@example.com").says("You are logged in.");
        (0..150).for_each(|_| drop(browser.get("/")));
        cookies = browser.cookies.into_values().collect();
    });
    assert!(access(&log).len() > 150, "{}", access(&log).len());
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(!log.contains(&cookie) && !log.contains("ada@example.com"), "{log}");
    }
}

#[test]
fn a_client_that_leaves_early_has_a_line_too() {
    let log = logged(&["--access-log"], "off", |server| {
        let started = Instant::now();
        drop(server.ask("POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nemai"));
        assert!(started.elapsed() < Duration::from_secs(20));
    });
    let lines = access(&log);
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("method=\"POST\" path=\"/login\""), "{log}");
}

#[test]
fn json_is_an_object_a_line() {
    let log = logged(&["--log-format", "json", "--access-log"], "debug", |server| {
        drop(server.ask(get("/healthz")));
    });
    // Only the ring's announcement is for people: it is no line of the log.
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| !line.starts_with("gingersnap: "))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(lines.iter().all(|it| it["timestamp"].is_string() && it["level"].is_string()), "{log}");
    let loaded = lines.iter().find(|it| it["message"] == "key ring loaded").expect("the ring");
    assert_eq!((&loaded["generation"], &loaded["level"]), (&1.into(), &"INFO".into()));
    let request = lines.iter().find(|it| it["target"] == "gingersnap_server::access").expect("a request");
    let debugged = lines.iter().find(|it| it["message"] == "request" && it["target"] != request["target"]);
    for it in [request, debugged.expect("an event of the log")] {
        assert!(it["us"].as_u64().is_some_and(|us| (1..60_000_000).contains(&us)), "{it}");
    }
    assert_eq!(
        (&request["status"], &request["bytes"], &request["path"]),
        (&200.into(), &2.into(), &"/healthz".into())
    );
}

#[test]
fn the_level_is_an_option_which_goes_before_the_environment() {
    let said = |options: &[&str], level: &str| {
        logged(options, level, |server| drop(server.ask(get("/healthz")))).contains("DEBUG gingersnap_server")
    };
    assert!(said(&["--log-level", "debug"], "off"));
    assert!(!said(&["--log-level", "warn"], "debug"));
    assert!(said(&[], "debug") && !said(&[], "info"));
    // What is not ours is asked for by name.
    let trace = logged(&["--log-level", "trace"], "off", |server| drop(server.ask(get("/healthz"))));
    assert!(trace.lines().all(|line| line.contains("gingersnap")), "{trace}");
}

#[test]
fn a_level_that_is_none_is_an_error() {
    let error = "gingersnap: error: --log-level, or GINGERSNAP_LOG: neither a level nor directives\n\
                 gingersnap: hint: trace, debug, info, warn, error or off; or directives: warn,gingersnap=debug\n";
    let dir = Dir::new();
    for (options, level) in [(&["--log-level", "inof"][..], "info"), (&[], "gingersnap=loud")] {
        let mut start = command(&dir, &[&["--listen", "127.0.0.1:0"], options].concat());
        let output = start.env("GINGERSNAP_LOG", level).output().expect("runs");
        assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stderr)), (Some(2), error));
    }
}
