//! The rules, one after another.

use gingersnap::GuardRefusal::{self, NoOrigin, OtherOrigin, OtherSite, Repeated};
use gingersnap::OriginGuard;

use crate::{ask, request};

const UNSAFE: [&str; 8] = ["POST", "PUT", "PATCH", "DELETE", "QUERY", "TRACE", "CONNECT", "get"];

/// `POST` and the other methods to a shop on `http://shop.example:8080`.
#[track_caller]
fn holds(guard: &OriginGuard, table: &[(Result<(), GuardRefusal>, &str)]) {
    for (expected, fields) in table {
        for method in UNSAFE {
            let request = request(method, "/cart", &format!("host=shop.example:8080|{fields}"));
            assert_eq!(ask(guard, request), *expected, "{method} {fields}");
        }
    }
}

#[test]
fn safe_methods_pass_from_everywhere() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        let fields = "host=shop.example|sec-fetch-site=cross-site|origin=http://evil.example|cookie=a=b";
        assert_eq!(ask(&OriginGuard::https(), request(method, "/", fields)), Ok(()), "{method}");
    }
}

#[test]
fn every_other_method_is_held_to_the_table() {
    holds(
        &OriginGuard::insecure_http(),
        &[
            (Ok(()), "sec-fetch-site=same-origin|cookie=a=b"),
            (Ok(()), "sec-fetch-site=none|cookie=a=b"),
            // The browser's word about the site stands above the origin, in both directions.
            (Ok(()), "sec-fetch-site=same-origin|origin=null|cookie=a=b"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=http://shop.example:8080"),
            (Err(OtherSite), "sec-fetch-site=cross-site"),
            (Err(OtherSite), "sec-fetch-site=same-site"),
            (Err(OtherSite), "sec-fetch-site=Same-Origin"),
            (Err(OtherSite), "sec-fetch-site=same-origin, none"),
            (Err(OtherSite), "sec-fetch-site=ours"),
            (Err(OtherSite), "sec-fetch-site="),
            (Ok(()), "origin=http://shop.example:8080|cookie=a=b"),
            (Err(OtherOrigin), "origin=http://evil.example:8080"),
            (Err(OtherOrigin), "origin=null"),
            (Err(OtherOrigin), "origin="),
            (Err(NoOrigin), "cookie=a=b"),
            (Err(NoOrigin), "cookie="),
            (Ok(()), ""),
        ],
    );
}

#[test]
fn a_field_that_stands_twice_is_refused_whatever_it_says() {
    let guard = OriginGuard::insecure_http().allow("https://app.example").unwrap();
    holds(
        &guard,
        &[
            (Err(Repeated), "sec-fetch-site=same-origin|sec-fetch-site=cross-site"),
            (Err(Repeated), "sec-fetch-site=same-origin|sec-fetch-site=same-origin"),
            (Err(Repeated), "origin=http://shop.example:8080|origin=http://evil.example"),
            (Err(Repeated), "origin=https://app.example|origin=https://app.example"),
            (Err(Repeated), "sec-fetch-site=same-origin|origin=null|origin=null"),
        ],
    );
}

#[test]
fn with_a_wildcard_every_subdomain_passes_and_nothing_else() {
    let guard = OriginGuard::https().allow("https://*.example.com").unwrap();
    let guard = guard.allow("http://*.example.org:81").unwrap();
    holds(
        &guard,
        &[
            (Ok(()), "sec-fetch-site=same-site|origin=https://app.example.com|cookie=a=b"),
            (Ok(()), "sec-fetch-site=cross-site|origin=https://a.b.EXAMPLE.com:443|cookie=a=b"),
            (Ok(()), "origin=http://a.example.org:81|cookie=a=b"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://example.com"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://.example.com"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://a..example.com"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://evilexample.com"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://app.example.com.evil.example"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=http://app.example.com"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://app.example.com:8443"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://*.example.com"),
            (Err(OtherOrigin), "origin=https://a.example.org:81|cookie=a=b"),
        ],
    );
}

#[test]
fn the_shell_of_an_app_passes_by_its_own_scheme() {
    let guard = OriginGuard::https().allow("capacitor://localhost").unwrap();
    let guard = guard.allow("tauri://localhost").unwrap();
    holds(
        &guard,
        &[
            (Ok(()), "sec-fetch-site=cross-site|origin=capacitor://localhost|cookie=a=b"),
            (Ok(()), "origin=tauri://localhost|cookie=a=b"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=ionic://localhost"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=capacitor://evil"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=http://localhost"),
            (Err(OtherOrigin), "origin=capacitor://localhost.evil.example"),
        ],
    );
}

#[test]
fn an_allowed_origin_passes_whatever_the_browser_calls_it() {
    let guard = OriginGuard::insecure_http().allow("https://app.example").unwrap();
    let guard = guard.allow("http://other.example:81").unwrap();
    holds(
        &guard,
        &[
            (Ok(()), "sec-fetch-site=cross-site|origin=https://app.example|cookie=a=b"),
            (Ok(()), "sec-fetch-site=same-site|origin=http://other.example:81|cookie=a=b"),
            (Ok(()), "sec-fetch-site=|origin=https://app.example|cookie=a=b"),
            (Ok(()), "origin=https://app.example|cookie=a=b"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=http://app.example"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://app.example.evil.example"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=https://app.example, https://app.example"),
            (Err(OtherSite), "sec-fetch-site=cross-site|origin=null"),
            (Err(OtherOrigin), "origin=https://other.example:81"),
            (Err(OtherOrigin), "origin=null"),
        ],
    );
}

#[test]
fn an_exempt_path_passes_and_no_path_like_it_does() {
    let guard = OriginGuard::https().exempt("/oauth/callback").unwrap().exempt("/hook").unwrap();
    let from_elsewhere =
        "host=shop.example|sec-fetch-site=cross-site|origin=https://evil.example|origin=null|cookie=a=b";
    for target in
        ["/oauth/callback", "/oauth/callback?code=1", "https://shop.example/oauth/callback?state=2", "/hook"]
    {
        assert_eq!(ask(&guard, request("POST", target, from_elsewhere)), Ok(()), "{target}");
    }
    for target in [
        "/",
        "/oauth",
        "/oauth/callback/",
        "/oauth/callback/x",
        "/oauth//callback",
        "/oauth/%63allback",
        "/OAuth/callback",
        "/a/oauth/callback",
        "/?/oauth/callback",
    ] {
        assert_eq!(ask(&guard, request("POST", target, from_elsewhere)), Err(Repeated), "{target}");
    }
}
