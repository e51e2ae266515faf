//! A browser, as far as cookies go.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get};
use gingersnap::testing::Browser;
use http::{HeaderMap, Method, Request, Response};
use tower::{Service, service_fn};

use crate::app::{self, sessions};

/// Sets the cookies of the `x-set` fields, and shows the `Cookie` fields that came.
fn mirror() -> app::Browser {
    async fn answer(request: Request<Body>) -> Response<String> {
        let came = request.headers().get_all("cookie").iter().map(|field| field.to_str().unwrap());
        let body = came.collect::<Vec<_>>().join(" | ");
        let fields = request.headers().get_all("x-set").iter();
        let response =
            fields.fold(Response::builder(), |response, field| response.header("set-cookie", field));
        response.body(body).unwrap()
    }
    Browser::new(Router::new().fallback(any(answer)))
}

async fn set(browser: &mut app::Browser, fields: &[&str]) {
    let request = fields.iter().fold(Request::get("/"), |request, field| request.header("x-set", *field));
    browser.send(request.body(Body::empty()).unwrap()).await;
}

#[tokio::test]
async fn what_is_set_is_sent_back_without_its_attributes() {
    let mut browser = mirror();
    assert_eq!(browser.late("/").await.body, "");
    set(&mut browser, &["b=2; Path=/; Secure; HttpOnly; SameSite=Lax", "a=1;Max-Age=60", "c=x=y"]).await;
    assert_eq!(browser.get("/").await.body, "a=1; b=2; c=x=y");
    assert_eq!(browser.cookies(), "a=1; b=2; c=x=y");
    assert_eq!(browser.jar.get("c").unwrap(), "x=y");
}

#[tokio::test]
async fn a_later_cookie_takes_the_place_of_an_earlier_and_no_age_or_less_removes_it() {
    let mut browser = mirror();
    set(&mut browser, &["a=1", "a=2"]).await;
    assert_eq!(browser.cookies(), "a=2");
    for removal in ["a=; Path=/; Max-Age=0", "a=; max-age = -1; Path=/", "a=3; Max-Age=60; Max-Age=0"] {
        browser.jar.insert("a".into(), "2".into());
        set(&mut browser, &[removal]).await;
        assert_eq!(browser.cookies(), "", "{removal}");
    }
    set(&mut browser, &["a=4; Max-Age=0; Max-Age=60"]).await;
    set(&mut browser, &["b=5; Max-Age=soon; X-Max-Age=0"]).await;
    assert_eq!(browser.cookies(), "a=4; b=5");
}

#[tokio::test]
async fn a_browser_without_cookies_sends_no_cookie_field() {
    let fields = get(async |fields: HeaderMap| fields.contains_key("cookie").to_string());
    let mut browser = Browser::new(Router::new().route("/", fields));
    assert_eq!(browser.get("/").await.body, "false");
    assert_eq!(browser.late("/").await.body, "false");
    assert_eq!(browser.send_with("/", &[""]).await.body, "true");
}

#[tokio::test]
async fn fields_of_ones_own_are_sent_in_place_of_the_jar() {
    let mut browser = mirror();
    set(&mut browser, &["a=1"]).await;
    assert_eq!(browser.send_with("/", &["a=2", "b"]).await.body, "a=2 | b");
    assert_eq!(browser.send_with("/", &[""; 0]).await.body, "");
    let own = Request::get("/").header("cookie", "a=3").body(String::new()).unwrap();
    assert_eq!(browser.send(own).await.body, "a=3");
    assert_eq!(browser.cookies(), "a=1");
}

#[tokio::test]
async fn a_late_answer_counts_when_it_is_kept() {
    let sessions = sessions();
    let mut browser = app::browser(&sessions);
    let late = browser.late("/add/tea").await;
    assert_eq!(browser.get("/").await.body, "");
    browser.keep(&late);
    assert_eq!(browser.get("/").await.body, "tea");
}

#[tokio::test]
async fn a_clone_and_a_browser_moved_elsewhere_go_their_own_ways() {
    let sessions = sessions();
    let mut browser = app::browser(&sessions);
    browser.get("/in/ada").await;
    let mut copy = browser.clone();
    browser.get("/out").await;
    assert_eq!(browser.get("/who").await.body, "nobody");
    assert_eq!(copy.get("/who").await.body, "ada");
    let elsewhere = Router::new().route("/who", get(async || "somebody else"));
    assert_eq!(copy.moved_to(elsewhere).get("/who").await.body, "somebody else");
    let mirrored = copy.moved_to(service_fn(async |request: Request<String>| {
        Ok::<_, Infallible>(Response::new(request.headers().get("cookie").is_some().to_string()))
    }));
    assert_eq!(mirrored.late("/").await.body, "true");
}

#[tokio::test]
async fn closing_the_browser_leaves_what_has_a_max_age() {
    let mut browser = mirror();
    set(&mut browser, &["a=1; Max-Age=60", "b=2", "c=3; Max-Age=60"]).await;
    set(&mut browser, &["c=4"]).await;
    let mut moved = browser
        .moved_to(service_fn(async |_: Request<String>| Ok::<_, Infallible>(Response::new(String::new()))));
    browser.restart();
    moved.restart();
    assert_eq!((browser.cookies().as_str(), moved.cookies().as_str()), ("a=1", "a=1"));
}

#[tokio::test]
async fn a_form_comes_as_from_the_applications_own_page() {
    async fn form(method: Method, fields: HeaderMap, body: String) -> String {
        let field = |name| fields.get(name).unwrap().to_str().unwrap();
        format!("{method} {} {} {body}", field("content-type"), field("sec-fetch-site"))
    }
    let mut browser = Browser::new(Router::new().route("/", any(form)));
    assert_eq!(
        browser.post("/", "email=ada%40example.org").await.body,
        "POST application/x-www-form-urlencoded same-origin email=ada%40example.org"
    );
}

/// Only a clone that was asked whether it is ready may be called.
#[derive(Default)]
struct Careful {
    is_ready: bool,
}

impl Clone for Careful {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<u32>> for Careful {
    type Response = Response<String>;
    type Error = String;
    type Future = Ready<Result<Response<String>, String>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<u32>) -> Self::Future {
        assert!(self.is_ready);
        let number = *request.body();
        ready(if number > 0 { Ok(Response::new(number.to_string())) } else { Err("no number".into()) })
    }
}

#[tokio::test]
async fn any_service_and_any_body_will_do() {
    assert_eq!(Browser::new(Careful::default()).send(Request::new(7)).await.body, "7");
}

#[tokio::test]
#[should_panic(expected = "the application failed: no number")]
async fn a_service_that_fails_fails_the_test() {
    Browser::new(Careful::default()).send(Request::new(0)).await;
}

#[test]
fn debug_shows_the_cookies_names_alone() {
    let mut browser = Browser::new(());
    browser.jar.insert("__Host-id".into(), "secret".into());
    assert_eq!(format!("{browser:?}"), "Browser { cookies: [\"__Host-id\"], .. }");
}
