//! `Vary` and `Cache-Control`.

use axum::Router;
use axum::extract::Query;
use axum::response::IntoResponse;
use axum::routing::get;
use gingersnap::{Flash, Identity, Session, View};
use http::{HeaderMap, HeaderValue};

use crate::browser::{Browser, TestClock, Visits, builder};
use crate::events::Events;

/// Answers with the `vary` and `cache-control` fields that the query asks for.
async fn own(Query(fields): Query<Vec<(String, String)>>) -> HeaderMap {
    fields
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect()
}

async fn read(_: View<Visits>, fields: Query<Vec<(String, String)>>) -> HeaderMap {
    own(fields).await
}

async fn write(mut visits: Session<Visits>, fields: Query<Vec<(String, String)>>) -> HeaderMap {
    visits.0 += 1;
    own(fields).await
}

fn browser() -> Browser {
    let routes = Router::new()
        .route("/own", get(own))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/identity", get(|_: Identity| async {}))
        .route("/flash", get(|_: Flash| async {}))
        .route("/fails", get(|_: Session| async {}));
    Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()))
}

async fn fields(path: &str) -> (Vec<String>, Vec<String>) {
    let answer = browser().get(path).await;
    let all = |name| answer.headers.get_all(name).iter().map(|it| it.to_str().unwrap().to_owned()).collect();
    (all("vary"), all("cache-control"))
}

#[track_caller]
fn becomes(
    path: &'static str,
    vary: &'static [&str],
    cache_control: &'static [&str],
) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let (got_vary, got_cache_control) = fields(path).await;
        assert_eq!(got_vary, vary, "{place}");
        assert_eq!(got_cache_control, cache_control, "{place}");
    }
}

#[tokio::test]
async fn every_touch_makes_a_response_private() {
    for path in ["/read", "/write", "/identity", "/flash", "/fails"] {
        becomes(path, &["Cookie"], &["no-store"]).await;
    }
}

#[tokio::test]
async fn an_untouched_response_is_left_as_it_is() {
    becomes("/own", &[], &[]).await;
    becomes("/own?vary=accept&cache-control=public", &["accept"], &["public"]).await;
}

#[tokio::test]
async fn what_a_handler_calls_public_is_not() {
    becomes("/read?cache-control=public", &["Cookie"], &["no-store"]).await;
    becomes("/read?cache-control=public,%20max-age=60", &["Cookie"], &["no-store"]).await;
    becomes("/read?cache-control=public&cache-control=max-age=60", &["Cookie"], &["no-store"]).await;
    becomes("/read?cache-control=x-private", &["Cookie"], &["no-store"]).await;
    becomes("/read?cache-control=no-cache", &["Cookie"], &["no-store"]).await;
}

#[tokio::test]
async fn what_a_handler_calls_private_stays_unless_a_cookie_is_set() {
    becomes("/read?cache-control=private,%20max-age=60", &["Cookie"], &["private, max-age=60"]).await;
    becomes("/read?cache-control=max-age=0,NO-STORE", &["Cookie"], &["max-age=0,NO-STORE"]).await;
    becomes("/write?cache-control=private,%20max-age=60", &["Cookie"], &["no-store"]).await;
    becomes("/write?cache-control=no-store", &["Cookie"], &["no-store"]).await;
}

async fn cache_control_of(fields: &[&str]) -> Vec<String> {
    let encoded = |field: &&str| field.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let query: Vec<_> = fields.iter().map(|field| format!("cache-control={}", encoded(field))).collect();
    self::fields(&format!("/read?{}", query.join("&"))).await.1
}

#[tokio::test]
async fn what_only_looks_private_is_not() {
    for fields in [
        &[r#"private="set-cookie, no-store""#][..],
        &[r#"private="set-cookie""#],
        &["private=set-cookie"],
        &[r#"private="""#],
        &[r#"community="UCI, private", max-age=60"#],
        &[r#"community="a\", private", max-age=60"#],
        &[r#"community="a\\\", private", max-age=60"#],
        &[r#"max-age=60, x="no-store"#, "private"],
        &[r#"x=", private, ""#],
        &[r#""private""#],
        &["max-age=60 private"],
        &["private; max-age=60"],
        &["private = x"],
        &["no-store=yes"],
        &["=private"],
        &["x=, private="],
        &["private public"],
        &["public, private"],
        &["private, s-maxage=60"],
        &["private", "public, max-age=60"],
        &["must-understand, no-store"],
        &["no-store, max-age=60, Must-Understand"],
        &[""],
        &[","],
        &["no-cache, must-revalidate"],
    ] {
        assert_eq!(cache_control_of(fields).await, ["no-store"], "{fields:?}");
    }
}

#[tokio::test]
async fn what_is_private_however_it_is_written_stays() {
    for fields in [
        &["private"][..],
        &["PRIVATE ,\tmax-age=60"],
        &[",, private,"],
        &["max-age=60", "Private"],
        &[r#"community="UCI, \"public\"", private"#],
        &[r#"community="a\\", private"#],
        &[r#"private="set-cookie", private"#],
        &["no-store, public"],
        &["no-cache,\t No-Store \t, max-age=\"0\""],
        &["must-understand, private, no-store"],
    ] {
        assert_eq!(cache_control_of(fields).await, fields, "{fields:?}");
    }
}

#[tokio::test]
async fn vary_is_added_to_and_not_repeated() {
    becomes("/read?vary=Accept", &["Accept", "Cookie"], &["no-store"]).await;
    becomes("/read?vary=accept,%20COOKIE", &["accept, COOKIE"], &["no-store"]).await;
    becomes("/read?vary=*", &["*"], &["no-store"]).await;
    becomes("/read?vary=x-cookie", &["x-cookie", "Cookie"], &["no-store"]).await;
}

#[tokio::test]
async fn every_cookie_that_is_set_or_removed_is_marked_sensitive_and_stays_so() {
    use tower::ServiceExt as _;
    let sets = async |mut who: Identity, mut visits: Session<Visits>, mut flash: Flash| {
        who.sign_in("ann").await.unwrap();
        visits.0 += 1;
        flash.push(gingersnap::Level::Info, "hello");
    };
    let saves = async |mut visits: Session<Visits>| {
        visits.0 += 1;
        visits.save().await.unwrap();
        http::StatusCode::INTERNAL_SERVER_ERROR
    };
    let fails = async |mut who: Identity| {
        who.sign_out().await.unwrap();
        http::StatusCode::BAD_GATEWAY
    };
    let routes =
        Router::new().route("/sets", get(sets)).route("/saves", get(saves)).route("/fails", get(fails));
    let routes = routes.route("/out", get(async |mut who: Identity| who.sign_out().await.unwrap()));
    let routes = routes.layer(builder(&TestClock::new()).build().unwrap());
    let mut cookies = String::new();
    for path in ["/sets", "/saves", "/out", "/fails"] {
        let request =
            http::Request::get(path).header("cookie", &cookies).body(axum::body::Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        let set = response.headers().get_all("set-cookie").iter().collect::<Vec<_>>();
        assert!(!set.is_empty(), "{path}");
        assert!(set.iter().all(|field| field.is_sensitive()), "{path}");
        let shown = format!("{:?}", response.headers());
        assert_eq!(shown.matches("\"set-cookie\": Sensitive").count(), set.len(), "{shown}");
        assert!(!shown.contains("__Host-"), "{shown}");
        if path == "/sets" {
            let pairs = set.iter().map(|field| field.to_str().unwrap().split(';').next().unwrap().to_owned());
            cookies = pairs.collect::<Vec<_>>().join("; ");
        }
    }
}

#[tokio::test]
async fn more_bytes_of_cookies_than_the_response_budget_are_an_event() {
    async fn fill(
        axum::extract::Path(len): axum::extract::Path<usize>,
        mut cart: Session<crate::browser::Cart>,
    ) -> impl IntoResponse {
        cart.lines.push(crate::browser::Line { item: "x".repeat(len), qty: 1 });
    }
    let layer = builder(&TestClock::new()).padding(gingersnap::token::Padding::None).build().unwrap();
    let mut browser = Browser::new(Router::new().route("/{len}", get(fill)).layer(layer));
    let events = Events::start();
    let small = browser.get("/2211").await.headers["set-cookie"].len();
    assert_eq!((small, events.take()), (3071, vec![]));
    browser.jar.clear();
    let large = browser.get("/2213").await.headers["set-cookie"].len();
    assert_eq!(
        events.take(),
        [format!(
            "WARN Set-Cookie fields pass the response budget; a proxy with default buffers may answer 502 bytes={large}"
        )]
    );
}
