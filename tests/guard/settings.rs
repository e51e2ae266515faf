//! Origins that could never match are refused when they are set.

use gingersnap::{GuardError, OriginGuard};

#[track_caller]
fn fails(set: Result<OriginGuard, GuardError>, error: &GuardError, text: &str) {
    let got = set.unwrap_err();
    assert_eq!(got, *error);
    assert_eq!(got.to_string(), text);
}

#[test]
fn what_is_not_an_origin_cannot_be_ours_or_allowed() {
    for bad in [
        "",
        "shop.example",
        "https://",
        "https:///",
        "https://shop.example/",
        "https://shop.example/cart",
        "https://shop.example?a",
        "https://shop.example#a",
        " https://shop.example",
        "https://shop.example ",
        "https://user@shop.example",
        "https://shop.example:",
        "https://shop.example:65536",
        "https://bäckerei.example",
        "https://[::1",
        "https://::1",
        "wss://shop.example",
        "ftp://shop.example",
        "*",
        "Null",
    ] {
        let error = GuardError::NotAnOrigin(bad.into());
        let text = format!(
            "{bad:?} is not an origin: write scheme, host and perhaps port, with nothing after, as in https://shop.example; a name beyond ASCII in its xn-- form"
        );
        fails(OriginGuard::at(bad), &error, &text);
        fails(OriginGuard::https().allow(bad), &error, &text);
    }
}

#[test]
fn a_wildcard_is_for_allow_and_stands_before_a_name_of_ones_own() {
    for good in ["https://*.shop.example", "https://*.a.b.example:8443", "http://*.localhost:3000"] {
        assert!(OriginGuard::https().allow(good).is_ok(), "{good}");
        assert!(OriginGuard::at(good).is_err(), "{good}");
    }
    for bad in [
        "https://*",
        "https://*.",
        "https://*shop.example",
        "https://a.*.example",
        "https://*.*.example",
        "https://*.[::1]",
        "https://*..example",
        "https://*.example.com.",
        "https://*.shop.example/",
    ] {
        assert!(matches!(OriginGuard::https().allow(bad), Err(GuardError::NotAnOrigin(_))), "{bad}");
    }
    let text =
        "\"https://*.com\" is everybody's: put * before a name of your own, as in https://*.example.com";
    fails(OriginGuard::https().allow("https://*.com"), &GuardError::TooWide("https://*.com".into()), text);
}

#[test]
fn the_shells_of_apps_are_for_allow_and_schemes_that_are_anybodys_are_not() {
    for good in [
        "capacitor://localhost",
        "tauri://localhost",
        "ionic://localhost",
        "app://obsidian.md",
        "chrome-extension://abc",
    ] {
        assert!(OriginGuard::https().allow(good).is_ok(), "{good}");
        assert!(OriginGuard::at(good).is_err(), "{good}");
    }
    for bad in [
        "capacitor://",
        "capacitor:localhost",
        "1app://localhost",
        "a b://localhost",
        "file://localhost",
        "data://a",
        "blob://a",
        "javascript://a",
        "about://blank",
        "wss://a",
        "tauri://localhost/",
        "tauri://user@localhost",
        "://localhost",
    ] {
        assert!(matches!(OriginGuard::https().allow(bad), Err(GuardError::NotAnOrigin(_))), "{bad}");
    }
}

#[test]
fn null_cannot_be_ours_or_allowed() {
    let text = "the origin null is everybody's: name the page's own, which it sends unless its Referrer-Policy is no-referrer or it is sandboxed";
    fails(OriginGuard::at("null"), &GuardError::Null, text);
    fails(OriginGuard::https().allow("null"), &GuardError::Null, text);
}

#[test]
fn what_is_not_a_path_cannot_be_exempt() {
    for bad in
        ["", "oauth", "https://shop.example/oauth", "/oauth?code=1", "/oauth#a", "/o auth", "/bäckerei"]
    {
        let text = format!(
            "{bad:?} is not a path: write it as requests do, from / on and without a query, as in /oauth/callback"
        );
        fails(OriginGuard::https().exempt(bad), &GuardError::NotAPath(bad.into()), &text);
    }
}

#[test]
fn origins_and_paths_as_requests_write_them_are_taken() {
    for good in [
        "https://shop.example",
        "http://localhost:3000",
        "https://xn--bckerei-5wa.example",
        "https://shop.example.",
        "https://a_b.example:8443",
        "http://192.0.2.1",
        "http://[2001:db8::1]:8080",
    ] {
        assert!(OriginGuard::at(good).is_ok(), "{good}");
        assert!(OriginGuard::https().allow(good).is_ok(), "{good}");
    }
    for good in ["/", "/oauth/callback", "/a%20b;c=d/"] {
        assert!(OriginGuard::https().exempt(good).is_ok(), "{good}");
    }
}
