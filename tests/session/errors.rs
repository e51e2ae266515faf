//! Errors reach the handler, not the void.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gingersnap::{Identity, Map, NoEntropy, Session, SessionData, SessionError};
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, TestClock, Visits, builder, ring, with_ring};
use crate::events::Events;
use crate::rings::overridden;

#[derive(Clone, Default, Deserialize, Serialize)]
struct Profile {
    name: String,
    notes: Vec<String>,
    age: u32,
}

impl SessionData for Profile {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 1;
}

async fn fill(Path(len): Path<usize>, mut profile: Session<Profile>) -> impl IntoResponse {
    profile.name = "n".repeat(len);
    profile.notes = vec!["note".into(); 3];
    ([("x-own", "1"), ("set-cookie", "theme=dark")], "a body")
}

async fn ask(Path(len): Path<usize>, mut profile: Session<Profile>) -> String {
    profile.name = "n".repeat(len);
    let told = profile.save().await.unwrap_err().to_string();
    profile.undo();
    told
}

fn routes() -> Router {
    Router::new().route("/fill/{len}", get(fill)).route("/ask/{len}", get(ask))
}

fn browser() -> Browser {
    let layer = builder(&TestClock::new()).session::<Profile>("profile").session::<Map>("map");
    Browser::new(routes().layer(layer.build().unwrap()))
}

const TEXT: &str = "the cookie __Host-profile-own needs 5474 octets and may have 4096; \
                    bytes by field: name 4002, notes 16, age 1";

#[tokio::test]
async fn what_does_not_fit_names_octets_limit_and_bytes_of_each_field() {
    let answer = browser().get("/fill/4000").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, ""));
    let Some(SessionError::DoesNotFit(error)) = answer.error else { panic!("{:?}", answer.error) };
    assert_eq!(error.to_string(), TEXT);
    assert_eq!((error.octets, error.limit, error.cookie.as_str()), (5474, 4096, "__Host-profile-own"));
    assert_eq!(error.fields, [("name".into(), 4002), ("notes".into(), 16), ("age".into(), 1)]);
}

#[tokio::test]
async fn a_failed_commit_keeps_other_cookies_and_drops_body_and_headers() {
    let answer = browser().get("/fill/4000").await;
    assert_eq!(answer.sets(), "theme");
    assert_eq!(answer.headers["set-cookie"], "theme=dark");
    assert!(!answer.headers.contains_key("x-own"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["vary"], "Cookie");
}

#[tokio::test]
async fn save_tells_the_handler_which_can_undo() {
    let answer = browser().get("/ask/4017").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
    assert!(answer.body.starts_with("the cookie __Host-profile-own needs "));
}

#[tokio::test]
async fn a_map_that_does_not_fit_names_its_keys() {
    async fn fill(mut map: Session) {
        map.insert("small", 1);
        map.insert("large", "x".repeat(4000));
    }
    let layer = builder(&TestClock::new()).session::<Map>("map").build().unwrap();
    let answer = Browser::new(Router::new().route("/", get(fill)).layer(layer)).get("/").await;
    let text = answer.error.unwrap().to_string();
    assert!(text.ends_with(" octets and may have 4096; bytes by field: large 4003, small 2"), "{text}");
}

#[tokio::test]
async fn data_that_is_no_struct_is_one_field() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Text(String);
    impl SessionData for Text {
        const TAG: &'static str = "text";
        const VERSION: u16 = 1;
    }
    async fn fill(mut text: Session<Text>) {
        text.0 = "x".repeat(4000);
    }
    let layer = builder(&TestClock::new()).session::<Text>("text").build().unwrap();
    let answer = Browser::new(Router::new().route("/", get(fill)).layer(layer)).get("/").await;
    let text = answer.error.unwrap().to_string();
    assert!(text.ends_with("; bytes by field: data 4002"), "{text}");
}

#[tokio::test]
async fn rejections_and_failed_commits_are_shaped_in_one_place() {
    async fn shape(response: Response) -> Response {
        match response.extensions().get::<SessionError>() {
            Some(error) => (error.status(), format!("sorry: {error}")).into_response(),
            None => response,
        }
    }
    let layer = builder(&TestClock::new()).session::<Profile>("profile").build().unwrap();
    let routes = routes().route("/map", get(|_: Session| async {})).layer(layer);
    let mut browser = Browser::new(routes.layer(axum::middleware::map_response(shape)));
    assert_eq!(browser.get("/fill/4000").await.body, format!("sorry: {TEXT}"));
    assert!(browser.get("/map").await.body.starts_with("sorry: the SessionLayer has no session of type Map"));
}

#[tokio::test]
async fn without_randomness_nothing_is_sealed() {
    struct Dry;
    impl gingersnap::Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
            Err(NoEntropy)
        }
    }
    let routes = Router::new()
        .route("/count", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/read", get(async |visits: Session<Visits>| visits.0.to_string()));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).entropy(Dry).build().unwrap()));
    let events = Events::start();
    let answer = browser.get("/count").await;
    assert_eq!(
        (answer.status, answer.error, answer.set_cookies.len()),
        (503, Some(SessionError::NoEntropy), 0)
    );
    assert_eq!(events.take(), ["ERROR session not sent error=\"the operating system gave no random bytes\""]);
    assert_eq!(browser.get("/in").await.status, 503);
    assert_eq!(browser.get("/read").await.body, "0");
}

#[tokio::test]
async fn without_an_active_key_nothing_is_sealed_and_reading_goes_on() {
    let ring = ring();
    let stopped = overridden(&overridden(&ring, "disabled"), "disabled");
    let layer = with_ring(stopped, &TestClock::new()).build().unwrap();
    let routes = Router::new()
        .route("/count", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/read", get(async |visits: Session<Visits>| visits.0.to_string()));
    let mut browser = Browser::new(routes.layer(layer));
    let answer = browser.get("/count").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
    assert_eq!(answer.error.unwrap().to_string(), "no key of the ring may seal now");
    assert_eq!(browser.get("/read").await.body, "0");
}

#[tokio::test]
async fn the_event_of_a_failed_commit_names_no_key_of_a_map() {
    async fn fill(mut map: Session) {
        map.insert("ann@example.org", "x".repeat(4000));
    }
    let layer = builder(&TestClock::new()).session::<Map>("map").build().unwrap();
    let events = Events::start();
    Browser::new(Router::new().route("/", get(fill)).layer(layer)).get("/").await;
    let event = events.take().remove(0);
    assert!(event.ends_with(" octets and may have 4096\""), "{event}");
}

#[tokio::test]
async fn octets_are_told_however_many_they_are() {
    let answer = browser().get("/fill/100000").await;
    let text = answer.error.unwrap().to_string();
    assert_eq!(
        text,
        "the cookie __Host-profile-own needs 133476 octets and may have 4096; bytes by field: name 100003, notes 16, age 1"
    );
}

#[tokio::test]
async fn a_session_that_no_longer_fits_may_be_touched_and_made_smaller() {
    async fn touch(mut profile: Session<Profile>) {
        profile.age += 0;
    }
    let ring = ring();
    let with_budget = |octets| {
        let layer = with_ring(ring.clone(), &TestClock::new()).session::<Profile>("profile").budget(octets);
        routes().route("/touch", get(touch)).layer(layer.build().unwrap())
    };
    let mut browser = Browser::new(with_budget(4096));
    browser.get("/fill/2000").await;
    let mut browser = browser.moved_to(with_budget(2048));
    let answer = browser.get("/touch").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
    assert_eq!(browser.get("/fill/1000").await.sets(), "theme __Host-profile");
}

#[tokio::test]
async fn a_generic_type_is_named_whole() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Wrap<T>(T);
    impl SessionData for Wrap<std::time::Duration> {
        const TAG: &'static str = "wrap";
        const VERSION: u16 = 1;
    }
    let layer = builder(&TestClock::new()).build().unwrap();
    let routes = Router::new().route("/", get(|_: Session<Wrap<std::time::Duration>>| async {}));
    let error = Browser::new(routes.layer(layer)).get("/").await.error.unwrap();
    assert_eq!(error, SessionError::NotRegistered("Wrap<core::time::Duration>"));
}
