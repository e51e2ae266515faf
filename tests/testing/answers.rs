//! The cookies that a response set, and assertions about them.

use axum::body::Body;
use futures_util::stream;
use gingersnap::testing::{Answer, TestCookie};
use http::Response;

use crate::app::{browser, sessions};

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The answer of the last of these paths.
async fn answer(paths: &[&str]) -> Answer {
    let mut browser = browser(&sessions());
    let mut answer = browser.get("/untouched").await;
    for path in paths {
        answer = browser.get(path).await;
    }
    answer
}

#[tokio::test]
async fn an_answer_has_status_headers_body_and_cookies() {
    let answer = answer(&["/untouched"]).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.set_cookies.len()), (200, "hello", 0));
    assert_eq!(answer.headers.get("content-length").unwrap(), "5");
    assert!(answer.error.is_none());
}

#[tokio::test]
async fn cookies_are_told_by_name_and_those_removed_with_a_minus() {
    assert_eq!(answer(&["/in/ada"]).await.sets(), "__Host-id");
    let answer = answer(&["/in/ada", "/add/tea", "/out"]).await;
    assert_eq!(answer.sets(), "-__Host-id -__Host-cart-own");
    answer.assert_sets("-__Host-id -__Host-cart-own");
    answer.assert_sets("-__Host-cart-own -__Host-id");
}

#[tokio::test]
async fn a_cookie_is_taken_apart() {
    let answer = answer(&["/add/tea"]).await;
    let cookie = answer.set_cookie("__Host-cart");
    assert_eq!((cookie.name.as_str(), cookie.attributes.as_str()), ("__Host-cart", ATTRIBUTES));
    assert_eq!((cookie.max_age(), cookie.is_removal()), (None, false));
    assert_eq!(
        answer.headers.get("set-cookie").unwrap(),
        &format!("__Host-cart={}; {ATTRIBUTES}", cookie.value)
    );
    assert_eq!(cookie.to_string(), format!("__Host-cart={}", cookie.value));
}

#[tokio::test]
async fn a_removal_is_a_cookie_with_no_age() {
    let answer = answer(&["/add/tea", "/empty"]).await;
    let cookie = TestCookie {
        name: "__Host-cart".into(),
        value: String::new(),
        attributes: format!("{ATTRIBUTES}; Max-Age=0"),
    };
    assert_eq!(answer.set_cookies, [cookie]);
    assert!(answer.set_cookie("__Host-cart").is_removal());
}

#[tokio::test]
async fn any_response_can_be_read() {
    let response = Response::builder().status(418).header("set-cookie", "theme=dark; Max-Age=60; Path=/");
    let answer = Answer::of(response.body(Body::from(&b"\xfftea"[..])).unwrap()).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (418, "\u{fffd}tea", "theme"));
    assert_eq!(answer.set_cookie("theme").max_age(), Some(60));
    let streamed = stream::iter(["in ", "two"].map(Ok::<_, String>));
    assert_eq!(Answer::of(Response::new(Body::from_stream(streamed))).await.body, "in two");
}

#[tokio::test]
#[should_panic(expected = "the body broke off: gone")]
async fn a_body_that_breaks_off_fails_the_test() {
    let body = Body::from_stream(stream::iter([Ok("a"), Err("gone")]));
    Answer::of(Response::new(body)).await;
}

#[tokio::test]
async fn what_no_session_had_a_part_in_is_untouched() {
    answer(&["/untouched"]).await.assert_untouched();
    let own = Response::builder().header("vary", "Accept, X-Cookie").body(String::new()).unwrap();
    Answer::of(own).await.assert_untouched();
}

#[tokio::test]
#[should_panic(
    expected = "the response should be untouched, has Vary: Cookie, and sets \"\" with status 200"
)]
async fn a_read_is_not_untouched() {
    answer(&["/"]).await.assert_untouched();
}

#[tokio::test]
#[should_panic(expected = "the response should be untouched, and sets \"theme\" with status 200")]
async fn a_cookie_of_the_applications_own_is_not_untouched() {
    let own = Response::builder().header("set-cookie", "theme=dark").body(String::new()).unwrap();
    Answer::of(own).await.assert_untouched();
}

#[tokio::test]
#[should_panic(
    expected = "the response should set \"__Host-cart\", and sets \"-__Host-id -__Host-cart-own\" with status 200"
)]
async fn a_cookie_too_many_fails_the_test() {
    answer(&["/in/ada", "/add/tea", "/out"]).await.assert_sets("__Host-cart");
}

#[tokio::test]
#[should_panic(expected = "the response should set \"__Host-cart\", and sets \"\" with status 500, \
                           because the cookie __Host-cart-own needs 5578 octets and may have 4096; bytes by field: data 4099")]
async fn a_cookie_that_could_not_be_sent_fails_the_test_and_says_why() {
    answer(&["/fill"]).await.assert_sets("__Host-cart");
}

#[tokio::test]
#[should_panic(expected = "the response should set \"\", and sets \"__Host-cart\" with status 200")]
async fn a_cookie_that_none_should_be_fails_the_test() {
    answer(&["/add/tea"]).await.assert_sets("");
}

#[tokio::test]
#[should_panic(
    expected = "the response should set or remove \"__Host-id\", and sets \"__Host-cart\" with status 200"
)]
async fn a_cookie_that_is_not_set_fails_the_test() {
    answer(&["/add/tea"]).await.set_cookie("__Host-id");
}
