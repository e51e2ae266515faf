//! Handlers that need somebody who is signed in, and the answers to others.

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use gingersnap::{Identity, SessionError, SignedIn};
use http::StatusCode;
use http::request::Parts;

use crate::browser::{Answer, Browser, START, TestClock, builder};

async fn in_as(Path(subject): Path<String>, mut who: Identity) -> Result<(), SessionError> {
    who.sign_in(subject).await.map(drop)
}

fn browser(clock: &TestClock, routes: Router) -> Browser {
    Browser::new(routes.route("/in/{subject}", get(in_as)).layer(builder(clock).build().unwrap()))
}

/// Asks who is signed in, in all ways.
fn members() -> Router {
    let name = |who: Option<&str>| who.unwrap_or("nobody").to_owned();
    Router::new()
        .route("/must", get(async |who: SignedIn| who.subject().to_owned()))
        .route("/may", get(async move |who: Option<SignedIn>| name(who.as_ref().map(SignedIn::subject))))
        .route("/must-anew", get(async |who: SignedIn<600>| who.subject().to_owned()))
        .route(
            "/may-anew",
            get(async move |who: Option<SignedIn<600>>| name(who.as_ref().map(|it| it.subject()))),
        )
        .route(
            "/again",
            get(async |mut who: SignedIn| who.reauthenticate().await.map(|done| done.to_string())),
        )
}

#[track_caller]
fn unauthorized(answer: &Answer, error: &SessionError, text: &str) {
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (401, "", ""));
    assert_eq!(answer.error.as_ref(), Some(error));
    assert_eq!(error.to_string(), text);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn who_must_be_signed_in_and_is_not_gets_401() {
    let mut browser = browser(&TestClock::new(), members());
    for path in ["/must", "/must-anew"] {
        unauthorized(&browser.get(path).await, &SessionError::NotSignedIn, "nobody is signed in");
    }
    for path in ["/may", "/may-anew"] {
        assert_eq!(browser.get(path).await.body, "nobody");
    }
    browser.get("/in/ann").await;
    for path in ["/must", "/may", "/must-anew", "/may-anew"] {
        assert_eq!(browser.get(path).await.body, "ann", "{path}");
    }
}

#[tokio::test]
async fn an_authentication_that_is_too_old_is_401_until_it_is_renewed() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, members());
    browser.get("/in/ann").await;
    clock.advance(599);
    assert_eq!(browser.get("/must-anew").await.body, "ann");
    clock.advance(1);
    let text = "who is signed in must prove again who they are: it is too long ago";
    unauthorized(&browser.get("/must-anew").await, &SessionError::AuthenticationTooOld, text);
    assert_eq!(browser.get("/may-anew").await.body, "nobody");
    assert_eq!(browser.get("/may").await.body, "ann");
    assert_eq!(browser.get("/again").await.body, "true");
    assert_eq!(browser.get("/must-anew").await.body, "ann");
}

#[tokio::test]
async fn who_may_be_known_later_is_503_and_not_nobody() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, members());
    browser.get("/in/ann").await;
    clock.set(START - 61);
    for path in ["/must", "/may"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{path}");
        assert_eq!(answer.headers["retry-after"], "5");
        let text = "the session may be accepted later and is left alone: the token was sealed more than 60 seconds in the future";
        assert_eq!(answer.error.unwrap().to_string(), text);
    }
    clock.set(START);
    assert_eq!(browser.get("/must").await.body, "ann");
}

#[tokio::test]
async fn who_must_sign_in_is_redirected_in_one_place() {
    async fn shape(response: Response) -> Response {
        let page = match response.extensions().get::<SessionError>() {
            Some(SessionError::NotSignedIn) => Redirect::to("/login").into_response(),
            Some(SessionError::AuthenticationTooOld) => Redirect::to("/login?again").into_response(),
            Some(_) | None => return response,
        };
        (response.headers().clone(), page).into_response()
    }
    let clock = TestClock::new();
    let layer = builder(&clock).build().unwrap();
    let mut browser =
        Browser::new(members().route("/in/{subject}", get(in_as)).layer(layer).layer(map_response(shape)));
    let answer = browser.get("/must").await;
    assert_eq!((answer.status, &answer.headers["location"]), (303, &"/login".parse().unwrap()));
    assert_eq!(answer.headers["cache-control"], "no-store");
    browser.get("/in/ann").await;
    clock.advance(600);
    let answer = browser.get("/must-anew").await;
    assert_eq!((answer.status, &answer.headers["location"]), (303, &"/login?again".parse().unwrap()));
    assert_eq!(browser.get("/must").await.body, "ann");
}

/// A person whom the application still knows: `bob` was deleted since he signed in.
struct AuthUser(String);

impl<S: Sync> FromRequestParts<S> for AuthUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let mut who = <SignedIn>::from_parts(parts).await.map_err(IntoResponse::into_response)?;
        match who.subject() {
            "bob" => {
                who.sign_out().await.map_err(IntoResponse::into_response)?;
                Err((StatusCode::UNAUTHORIZED, "no such user").into_response())
            }
            name => Ok(Self(name.to_uppercase())),
        }
    }
}

#[tokio::test]
async fn an_extractor_of_ones_own_asks_who_is_signed_in_and_may_sign_them_out() {
    let show = async |user: AuthUser| user.0;
    let mut browser = browser(&TestClock::new(), Router::new().route("/", get(show)));
    unauthorized(&browser.get("/").await, &SessionError::NotSignedIn, "nobody is signed in");
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/").await.body, "ANN");
    browser.get("/in/bob").await;
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.body.as_str()), (401, "no such user"));
    assert_eq!(answer.sets(), "-__Host-id");
}
