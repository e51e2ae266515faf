//! The answer of a refusal, and the service that it never reaches.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::{get, post};
use futures_util::FutureExt as _;
use gingersnap::{GuardError, GuardFuture, GuardRefusal, GuardService, OriginGuard};
use http::{Request, Response, StatusCode};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::{answer, request};

const REFUSED: [(GuardRefusal, &str, &str, &str); 4] = [
    (
        GuardRefusal::Repeated,
        "repeated",
        "Sec-Fetch-Site or Origin stands twice in the request",
        "origin=https://shop.example|origin=https://evil.example",
    ),
    (
        GuardRefusal::OtherSite,
        "other_site",
        "the browser says that the request comes from another origin",
        "sec-fetch-site=cross-site|origin=https://evil.example",
    ),
    (
        GuardRefusal::OtherOrigin,
        "other_origin",
        "the request's Origin is not ours",
        "origin=https://evil.example|cookie=secret=word",
    ),
    (
        GuardRefusal::NoOrigin,
        "no_origin",
        "the request bears a cookie and does not say where it comes from",
        "cookie=secret=word",
    ),
];

#[test]
fn a_refusal_is_a_403_without_body_and_header_and_bears_its_reason() {
    for (reason, name, text, fields) in REFUSED {
        let request = request("POST", "/", &format!("host=shop.example|{fields}"));
        let (response, _) = answer(&OriginGuard::https(), request);
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(response.body(), "");
        assert!(response.headers().is_empty());
        assert_eq!(response.extensions().get(), Some(&reason));
        assert_eq!((reason.name(), reason.to_string().as_str()), (name, text));
    }
}

#[test]
fn a_refusal_is_an_event_with_its_reason_alone() {
    for (_, name, _, fields) in REFUSED {
        let request = request("POST", "/", &format!("host=shop.example|{fields}"));
        let (_, events) = answer(&OriginGuard::https(), request);
        assert_eq!(events, [format!("INFO request from another origin refused reason={name:?}")]);
    }
}

#[test]
fn what_is_refused_reaches_no_handler() {
    let calls = AtomicU32::new(0);
    let inner = service_fn(async |_: Request<()>| {
        calls.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Response::new(()))
    });
    let service = OriginGuard::https().layer(inner);
    let call = |fields| {
        service.clone().oneshot(request("POST", "/", fields)).now_or_never().unwrap().unwrap();
        calls.load(Ordering::SeqCst)
    };
    assert_eq!(call("sec-fetch-site=cross-site"), 0);
    assert_eq!(call("sec-fetch-site=same-origin"), 1);
}

#[test]
fn the_services_errors_come_through() {
    let inner = service_fn(async |_: Request<()>| Err::<Response<()>, _>("the service's own"));
    let answered = OriginGuard::https().layer(inner).oneshot(request("GET", "/", "")).now_or_never().unwrap();
    assert_eq!(answered.unwrap_err(), "the service's own");
}

/// Around axum's router the path is whole; inside `nest` it has lost its prefix.
#[tokio::test]
async fn an_axum_router_takes_the_layer_and_shapes_its_refusals() {
    let shape = |response: Response<Body>| match response.extensions().get::<GuardRefusal>() {
        Some(reason) => Response::new(Body::from(reason.name())),
        None => response,
    };
    let inside = Router::new()
        .route("/in", post(async || "inside"))
        .layer(OriginGuard::https().exempt("/in").unwrap());
    let app = Router::new()
        .route("/out", get(async || "page").post(async || "outside"))
        .nest("/nested", inside)
        .layer(OriginGuard::https().exempt("/nested/in").unwrap())
        .layer(tower::util::MapResponseLayer::new(shape));
    for (method, target, expected) in
        [("GET", "/out", "page"), ("POST", "/out", "other_site"), ("POST", "/nested/in", "inside")]
    {
        let request = request(method, target, "sec-fetch-site=cross-site").map(|()| Body::empty());
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(to_bytes(response.into_body(), 1000).await.unwrap(), expected, "{method} {target}");
    }
}

const fn goes_anywhere<T: Send + Sync + 'static>() {}

const _: () = {
    goes_anywhere::<OriginGuard>();
    goes_anywhere::<GuardService<()>>();
    goes_anywhere::<GuardFuture<()>>();
    goes_anywhere::<GuardRefusal>();
    goes_anywhere::<GuardError>();
};
