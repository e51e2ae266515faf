//! Data that `save()` sealed: it goes out whatever else fails, unless it is for somebody whose sign-in does not.

use axum::Router;
use axum::routing::get;
use gingersnap::{Identity, Session, SessionError, View};
use http::StatusCode;

use crate::browser::{Browser, Cart, Line, TestClock, Visits, builder};

const FAILS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

async fn save(cart: &mut Session<Cart>, item: &str) {
    cart.lines.push(Line { item: item.into(), qty: 1 });
    cart.save().await.unwrap();
}

async fn show(cart: View<Cart>, who: Identity) -> String {
    let items = cart.lines.iter().map(|line| line.item.as_str());
    format!("{} {:?}", who.subject().unwrap_or("nobody"), items.collect::<Vec<_>>())
}

fn browser() -> Browser {
    let routes = Router::new()
        .route("/", get(show))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop).unwrap()))
        .route("/save", get(async |mut cart: Session<Cart>| save(&mut cart, "tea").await))
        .route(
            "/save-and-fail",
            get(async |mut cart: Session<Cart>| {
                save(&mut cart, "milk").await;
                FAILS
            }),
        )
        .route(
            "/in-save-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                who.sign_in("bob").await.unwrap();
                save(&mut cart, "bobs").await;
                FAILS
            }),
        )
        .route(
            "/renew-save-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                who.renew().await.unwrap();
                save(&mut cart, "renewed").await;
                FAILS
            }),
        )
        .route(
            "/save-renew-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                save(&mut cart, "milk").await;
                who.renew().await.unwrap();
                FAILS
            }),
        )
        .route(
            "/out-save-and-fail",
            get(async |mut who: Identity, request: axum::extract::Request| {
                who.sign_out().await.unwrap();
                let mut cart = Session::<Cart>::from_parts(&request.into_parts().0).await.unwrap();
                save(&mut cart, "nobodys").await;
                FAILS
            }),
        )
        .route(
            "/save-beside-too-large",
            get(async |mut cart: Session<Cart>, mut visits: Session<Big>| {
                save(&mut cart, "paid").await;
                visits.0 = "x".repeat(5000);
            }),
        );
    Browser::new(routes.layer(builder(&TestClock::new()).session::<Big>("big").build().unwrap()))
}

#[derive(Clone, Default, serde::Deserialize, serde::Serialize)]
struct Big(String);

impl gingersnap::SessionData for Big {
    const TAG: &'static str = "big";
    const VERSION: u16 = 1;
}

#[track_caller]
fn ends(paths: &'static [&'static str], shown: &'static str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let mut browser = browser();
        for path in paths {
            browser.get(path).await;
        }
        assert_eq!(browser.get("/").await.body, shown, "{place}");
    }
}

#[tokio::test]
async fn saved_data_goes_out_with_a_failed_response() {
    ends(&["/save", "/save-and-fail"], "nobody [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/save-and-fail"], "ann [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/save-renew-and-fail"], "ann [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/renew-save-and-fail"], "ann [\"tea\", \"renewed\"]").await;
}

#[tokio::test]
async fn data_saved_under_a_sign_in_that_is_not_sent_is_not_sent_either() {
    ends(&["/save", "/in-save-and-fail"], "nobody [\"tea\"]").await;
    ends(&["/in", "/save", "/in-save-and-fail"], "ann [\"tea\"]").await;
}

#[tokio::test]
async fn what_nobody_saved_after_a_sign_out_goes_out_with_it_whatever_the_status() {
    ends(&["/in", "/save", "/out-save-and-fail"], "nobody [\"nobodys\"]").await;
}

#[tokio::test]
async fn saved_data_goes_out_where_another_session_fails() {
    let mut browser = browser();
    let answer = browser.get("/save-beside-too-large").await;
    assert!(matches!(answer.error, Some(SessionError::DoesNotFit(_))));
    assert_eq!((answer.status, answer.sets().as_str()), (500, "__Host-session"));
    assert_eq!(browser.get("/").await.body, "nobody [\"paid\"]");
}

#[tokio::test]
async fn a_save_without_a_change_sends_nothing() {
    async fn saves(mut visits: Session<Visits>) {
        visits.0 = 0;
        visits.save().await.unwrap();
    }
    let layer = builder(&TestClock::new()).build().unwrap();
    assert_eq!(Browser::new(Router::new().route("/", get(saves)).layer(layer)).get("/").await.sets(), "");
}
