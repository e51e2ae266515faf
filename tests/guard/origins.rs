//! Our own origin.

use gingersnap::GuardRefusal::OtherOrigin;
use gingersnap::OriginGuard;

use crate::{ask, request};

/// True if `origin` is that of a request whose `Host` field is `host`.
fn is_ours(guard: &OriginGuard, host: &str, origin: &str) -> bool {
    match ask(guard, request("POST", "/", &format!("host={host}|origin={origin}|cookie=a=b"))) {
        Ok(()) => true,
        Err(reason) => {
            assert_eq!(reason, OtherOrigin, "{host} {origin}");
            false
        }
    }
}

#[track_caller]
fn holds(guard: &OriginGuard, table: &[(bool, &str, &str)]) {
    for (expected, host, origin) in table {
        assert_eq!(is_ours(guard, host, origin), *expected, "Host: {host}, Origin: {origin}");
    }
}

#[test]
fn scheme_host_and_port_are_the_origin() {
    holds(
        &OriginGuard::https(),
        &[
            (true, "shop.example", "https://shop.example"),
            (true, "shop.example:8443", "https://shop.example:8443"),
            (false, "shop.example", "http://shop.example"),
            (false, "shop.example:8443", "https://shop.example"),
            (false, "shop.example", "https://shop.example:8443"),
            (false, "shop.example:8443", "https://shop.example:84430"),
            (false, "shop.example", "https://evil.example"),
            (false, "shop.example", "https://sub.shop.example"),
            (false, "shop.example", "https://example"),
            (false, "shop.example", "https://shop.example.evil.example"),
        ],
    );
}

#[test]
fn the_port_of_the_scheme_is_the_same_as_none() {
    holds(
        &OriginGuard::https(),
        &[
            (true, "shop.example:443", "https://shop.example"),
            (true, "shop.example", "https://shop.example:443"),
            (false, "shop.example:80", "https://shop.example"),
            (false, "shop.example:443", "http://shop.example"),
        ],
    );
    holds(
        &OriginGuard::insecure_http(),
        &[
            (true, "shop.example:80", "http://shop.example"),
            (false, "shop.example:443", "http://shop.example"),
            (false, "shop.example:80", "https://shop.example:80"),
        ],
    );
}

#[test]
fn case_does_not_count_and_a_dot_at_the_end_does() {
    holds(
        &OriginGuard::https(),
        &[
            (true, "Shop.Example", "https://shop.example"),
            (true, "shop.example", "HTTPS://SHOP.EXAMPLE"),
            (true, "shop.example.", "https://shop.example."),
            (false, "shop.example.", "https://shop.example"),
            (false, "shop.example", "https://shop.example."),
        ],
    );
}

#[test]
fn addresses_are_hosts_too() {
    holds(
        &OriginGuard::insecure_http(),
        &[
            (true, "127.0.0.1:8080", "http://127.0.0.1:8080"),
            (true, "[::1]:8080", "http://[::1]:8080"),
            (true, "[::1]", "http://[::1]:80"),
            (true, "[0:0::1]", "http://[::1]"),
            (true, "[2001:DB8::A]", "http://[2001:db8::a]"),
            (false, "[::1]", "http://[::2]"),
            (false, "[::1]", "http://127.0.0.1"),
        ],
    );
}

#[test]
fn what_is_no_host_is_nobodys_origin() {
    let hosts = [
        "",
        ":",
        ":80",
        "shop.example:",
        "shop.example:+80",
        "shop.example:80:80",
        "shop.example:65616",
        "user@shop.example",
        "user:pass@shop.example",
        "shop.example/",
        "shop.example#",
        "shop.example?",
        "shop example",
        "shop.example,evil.example",
        "shop%2eexample",
        "http://shop.example",
        "[::1",
        "::1",
        "[::1]80",
        "[::1]x",
        "[]",
        "[::1%25eth0]",
        "[shop.example]",
        "*",
        "caf\u{e9}.example",
        "\t",
    ];
    for host in hosts {
        let origin = format!("http://{host}");
        assert!(!is_ours(&OriginGuard::insecure_http(), host, &origin), "{host}");
    }
}

#[test]
fn what_is_no_origin_is_not_ours() {
    for origin in [
        "shop.example",
        "//shop.example",
        "https:shop.example",
        "https:/shop.example",
        "https:///shop.example",
        "https://shop.example/",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://shop.example https://shop.example",
        "https://shop.example,",
        "wss://shop.example",
        "null",
    ] {
        assert!(!is_ours(&OriginGuard::https(), "shop.example", origin), "{origin}");
    }
}

#[test]
fn the_requests_own_authority_stands_above_the_host_field() {
    let guard = OriginGuard::https();
    let ask = |target, fields| ask(&guard, request("POST", target, fields));
    let target = "https://shop.example/cart";
    assert_eq!(ask(target, "origin=https://shop.example|cookie=a=b"), Ok(()));
    assert_eq!(ask(target, "host=other.example|origin=https://shop.example|cookie=a=b"), Ok(()));
    assert_eq!(ask(target, "host=other.example|origin=https://other.example|cookie=a=b"), Err(OtherOrigin));
    // The scheme is the guard's: behind a proxy that speaks http to us, browsers still speak https.
    assert_eq!(ask("http://shop.example/", "origin=https://shop.example|cookie=a=b"), Ok(()));
    assert_eq!(ask("http://shop.example/", "origin=http://shop.example|cookie=a=b"), Err(OtherOrigin));
    let with_user = "https://shop.example@evil.example/";
    assert_eq!(ask(with_user, "host=shop.example|origin=https://shop.example|cookie=a=b"), Err(OtherOrigin));
    assert_eq!(ask(with_user, "origin=https://evil.example|cookie=a=b"), Err(OtherOrigin));
}

#[test]
fn without_one_host_no_origin_is_ours() {
    for host in ["", "host=shop.example|host=shop.example|", "host=shop.example|host=evil.example|"] {
        for origin in ["https://", "https://shop.example", "https://evil.example"] {
            let request = request("POST", "/", &format!("{host}origin={origin}|cookie=a=b"));
            assert_eq!(ask(&OriginGuard::https(), request), Err(OtherOrigin), "{host}{origin}");
        }
    }
}

#[test]
fn behind_a_proxy_the_named_origin_counts_and_the_host_does_not() {
    for named in ["https://bakery.example", "HTTPS://Bakery.Example:443"] {
        holds(
            &OriginGuard::at(named).unwrap(),
            &[
                (true, "shop.example:8080", "https://bakery.example"),
                (true, "", "https://bakery.example:443"),
                (false, "shop.example:8080", "https://shop.example:8080"),
                (false, "bakery.example", "http://bakery.example"),
                (false, "bakery.example:8443", "https://bakery.example:8443"),
            ],
        );
    }
    holds(
        &OriginGuard::at("http://bakery.example:81").unwrap(),
        &[
            (true, "shop.example", "http://bakery.example:81"),
            (false, "bakery.example", "https://bakery.example:81"),
        ],
    );
}
