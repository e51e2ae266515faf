//! A WebSocket bears our cookies, whoever opens it (cross-site WebSocket hijacking).

use gingersnap::GuardRefusal::{NoOrigin, OtherOrigin, OtherSite};
use gingersnap::OriginGuard;

use crate::{ask, request};

#[test]
fn opening_a_websocket_is_held_to_the_table() {
    let guard = OriginGuard::https().allow("https://app.example").unwrap();
    let guard = guard.exempt("/feed").unwrap();
    let open = |target, fields: &str| {
        let always = "connection=Upgrade|upgrade=websocket|host=shop.example|cookie=a=b";
        ask(&guard, request("GET", target, &format!("{always}|{fields}")))
    };
    // Chromium sends no Sec-Fetch-Site here.
    assert_eq!(open("/live", "origin=https://shop.example"), Ok(()));
    assert_eq!(open("/live", "origin=https://app.example"), Ok(()));
    assert_eq!(open("/live", "origin=https://evil.example"), Err(OtherOrigin));
    assert_eq!(open("/live", "origin=http://shop.example"), Err(OtherOrigin));
    assert_eq!(open("/live", "origin=wss://shop.example"), Err(OtherOrigin));
    assert_eq!(open("/live", ""), Err(NoOrigin));
    // Others do.
    assert_eq!(open("/live", "origin=https://shop.example|sec-fetch-site=same-origin"), Ok(()));
    assert_eq!(open("/live", "origin=https://app.example|sec-fetch-site=same-site"), Ok(()));
    assert_eq!(open("/live", "origin=https://evil.example|sec-fetch-site=cross-site"), Err(OtherSite));
    assert_eq!(open("/live", "origin=https://sub.shop.example|sec-fetch-site=same-site"), Err(OtherSite));
    // No page began it: an extension, or the browser itself.
    assert_eq!(open("/live", "sec-fetch-site=none"), Ok(()));
    assert_eq!(open("/feed", "origin=https://evil.example"), Ok(()));
}

#[test]
fn websocket_is_found_in_any_case_and_place() {
    let fields = "host=shop.example|origin=https://evil.example|cookie=a=b";
    let get = |method, upgrade: &str| {
        ask(&OriginGuard::https(), request(method, "/", &format!("{upgrade}|{fields}")))
    };
    for upgrade in [
        "upgrade=WebSocket",
        "upgrade=WEBSOCKET",
        "upgrade=h2c, websocket",
        "upgrade=h2c,\twebsocket ,x",
        "upgrade=websocket/13",
        "upgrade=h2c|upgrade=websocket",
        "upgrade=,websocket",
    ] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert_eq!(get(method, upgrade), Err(OtherOrigin), "{method} {upgrade}");
        }
    }
    for upgrade in
        ["upgrade=h2c", "upgrade=websockets", "upgrade=web,socket", "upgrade=", "x-upgrade=websocket"]
    {
        assert_eq!(get("GET", upgrade), Ok(()), "{upgrade}");
    }
}

#[test]
fn the_connect_of_http2_is_held_to_the_table() {
    let connect =
        |fields| ask(&OriginGuard::https(), request("CONNECT", "https://shop.example/live", fields));
    assert_eq!(connect("origin=https://shop.example|cookie=a=b"), Ok(()));
    assert_eq!(connect("origin=https://evil.example|cookie=a=b"), Err(OtherOrigin));
    assert_eq!(connect("cookie=a=b"), Err(NoOrigin));
}
