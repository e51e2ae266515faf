//! A request that nobody looks at takes no message away and is no activity.

use axum::Router;
use axum::routing::get;
use gingersnap::{Flash, Identity, Level};
use http::Request;

use crate::browser::{Browser, START, TestClock, builder};

async fn show(mut flash: Flash, who: Identity) -> String {
    let texts = flash.messages().into_iter().map(|message| message.text).collect::<Vec<_>>();
    format!("{}: {}", who.subject().unwrap_or("nobody"), texts.join(" "))
}

/// Ann, who has a message, and whose activity is due.
async fn ann() -> Browser {
    let clock = TestClock::new();
    let routes = Router::new()
        .route("/", get(show))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/say", get(async |mut flash: Flash| flash.push(Level::Info, "hello")))
        .layer(builder(&clock).build().unwrap());
    let mut browser = Browser::new(routes);
    browser.get("/in").await;
    browser.get("/say").await;
    clock.set(START + 1_800);
    browser
}

fn request(method: &str, field: Option<(&str, &str)>) -> Request<String> {
    let request = Request::builder().method(method).uri("/");
    let request = field.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(String::new()).unwrap()
}

#[tokio::test]
async fn what_nobody_looks_at_takes_no_message_away_and_is_no_activity() {
    for (method, field) in [
        ("HEAD", None),
        ("GET", Some(("Sec-Purpose", "prefetch"))),
        ("GET", Some(("Sec-Purpose", "prefetch;prerender"))),
        ("GET", Some(("Sec-Purpose", "prefetch;anonymous-client-ip"))),
        ("GET", Some(("sec-purpose", "Prefetch, prerender"))),
        ("GET", Some(("Purpose", "prefetch"))),
        ("GET", Some(("Purpose", "preview"))),
        ("GET", Some(("X-Moz", "prefetch"))),
    ] {
        let mut browser = ann().await;
        let answer = browser.send(request(method, field)).await;
        assert_eq!((answer.status, answer.sets().as_str()), (200, ""), "{method} {field:?}");
        if method == "GET" {
            assert_eq!(answer.body, "ann: hello", "{field:?}");
        }
        let answer = browser.get("/").await;
        assert_eq!(
            (answer.body.as_str(), answer.sets().as_str()),
            ("ann: hello", "-__Host-flash __Host-seen")
        );
    }
}

#[tokio::test]
async fn what_somebody_looks_at_does_both() {
    for field in [
        None,
        Some(("Sec-Purpose", "")),
        Some(("Sec-Purpose", "prefetched")),
        Some(("Purpose", "x-prefetch")),
        Some(("Sec-Fetch-Mode", "navigate")),
    ] {
        let answer = ann().await.send(request("GET", field)).await;
        assert_eq!(
            (answer.body.as_str(), answer.sets().as_str()),
            ("ann: hello", "-__Host-flash __Host-seen"),
            "{field:?}"
        );
    }
}

/// Changes by a handler in such a request count all the same.
#[tokio::test]
async fn what_is_written_for_nobodys_eyes_is_sent() {
    let mut browser = ann().await;
    let mut asks = request("GET", Some(("Sec-Purpose", "prefetch")));
    *asks.uri_mut() = "/say".parse().unwrap();
    assert_eq!(browser.send(asks).await.sets(), "__Host-flash");
    assert_eq!(browser.get("/").await.body, "ann: hello hello");
}
