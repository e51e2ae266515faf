//! `Set-Cookie` fields, octet for octet.

use axum::Router;
use axum::routing::get as route;
use gingersnap::cookie::{CookieSettings, Prefix, SameSite};
use gingersnap::{Flash, Identity, Level, Session};

use crate::{Text, get, layer, set_cookies};

fn app(settings: CookieSettings) -> Router {
    Router::new()
        .route("/set", route(async |mut text: Session<Text>| text.0.push('x')))
        .route("/destroy", route(async |text: Session<Text>| text.destroy()))
        .route("/in", route(async |mut who: Identity| who.sign_in("ann").await.map(drop).unwrap()))
        .route("/out", route(async |mut who: Identity| who.sign_out().await.unwrap()))
        .route("/flash", route(async |mut flash: Flash| flash.push(Level::Info, "hello")))
        .layer(layer().session::<Text>("session").cookies(settings).build().unwrap())
}

/// The field that is set on `path`, with the token, which must be base64url, taken out.
async fn sets(settings: CookieSettings, path: &str) -> String {
    let field = set_cookies(&get(&app(settings), path, "").await).remove(0);
    let (name, rest) = field.split_once('=').unwrap();
    let (token, attributes) = rest.split_once(';').unwrap();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert!(token.is_empty() || token.len() >= 54);
    format!("{name}={};{attributes}", if token.is_empty() { "" } else { "…" })
}

#[tokio::test]
async fn the_default_is_host_prefixed_secure_http_only_and_lax() {
    for (path, name) in [("/set", "session"), ("/in", "id"), ("/flash", "flash")] {
        let expected = format!("__Host-{name}=…; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(sets(CookieSettings::default(), path).await, expected);
    }
}

#[tokio::test]
async fn removing_has_the_same_attributes_and_no_time_left() {
    for (path, name) in [("/destroy", "session"), ("/out", "id")] {
        let expected = format!("__Host-{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(sets(CookieSettings::default(), path).await, expected);
    }
}

#[tokio::test]
async fn a_partitioned_cookie_says_so_when_it_is_set_and_when_it_is_removed() {
    let settings =
        CookieSettings { same_site: SameSite::None, partitioned: true, ..CookieSettings::default() };
    let attributes = "Path=/; Secure; HttpOnly; SameSite=None; Partitioned";
    assert_eq!(sets(settings.clone(), "/set").await, format!("__Host-session=…; {attributes}"));
    assert_eq!(sets(settings, "/destroy").await, format!("__Host-session=; {attributes}; Max-Age=0"));
}

#[tokio::test]
async fn every_setting_has_its_attribute() {
    let settings = |prefix, path: &str, same_site| CookieSettings {
        prefix,
        path: path.into(),
        same_site,
        ..CookieSettings::default()
    };
    let http = settings(Prefix::HostHttp, "/", SameSite::Strict);
    assert_eq!(
        sets(http.clone(), "/set").await,
        "__Host-Http-session=…; Path=/; Secure; HttpOnly; SameSite=Strict"
    );
    assert_eq!(
        sets(http, "/destroy").await,
        "__Host-Http-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
    );
    assert_eq!(
        sets(settings(Prefix::Secure, "/shop", SameSite::None), "/set").await,
        "__Secure-session=…; Path=/shop; Secure; HttpOnly; SameSite=None"
    );
}

#[tokio::test]
async fn insecure_http_has_neither_prefix_nor_secure() {
    let settings = CookieSettings::insecure_http();
    assert_eq!(sets(settings.clone(), "/set").await, "session=…; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(sets(settings, "/destroy").await, "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

#[tokio::test]
async fn a_token_in_a_url_or_another_header_is_ignored() {
    let app = app(CookieSettings::default());
    let field = set_cookies(&get(&app, "/set", "").await).remove(0);
    let pair = field.split(';').next().unwrap();
    let request = http::Request::get(format!("/set?{pair}")).header("x-cookie", pair);
    let request = request.header("authorization", format!("Bearer {pair}")).body(axum::body::Body::empty());
    let response = tower::ServiceExt::oneshot(app, request.unwrap()).await.unwrap();
    assert_eq!(set_cookies(&response)[0].len(), field.len());
}
