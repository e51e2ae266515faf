//! Requests to count the instructions of: of a session in its cookie.
//!
//! `CASE NUMBER` sends NUMBER requests in process, on one thread: `untouched`, `read`, `signed-in` or `write`.

use std::env;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::Response;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{
    Entropy as _, Identity, Map, NoEntropy, OsEntropy, Policy, Session, SessionLayer, SessionLayerBuilder,
    Timestamp, View,
};
use tower::ServiceExt as _;

/// Sends what the arguments ask for, to sessions that `settings` has the last word on.
pub(crate) fn run(settings: impl FnOnce(SessionLayerBuilder) -> SessionLayerBuilder) {
    let arguments: Vec<String> = env::args().collect();
    let [_, case, number] = arguments.as_slice() else {
        println!("instructions: `benches/instructions.sh` counts");
        return;
    };
    let Ok(number) = number.parse::<u32>() else { return };
    let app = app(settings);
    let signs_in = case == "signed-in";
    let cookies = cookies(&send(&app, if signs_in { "/in" } else { "/write" }, ""));
    let (path, cookies) = match case.as_str() {
        "untouched" => ("/untouched", cookies),
        "read" => ("/read", cookies),
        "signed-in" => ("/who", cookies),
        "write" => ("/write", cookies),
        other => panic!("no case {other}"),
    };
    for _ in 0..number {
        assert!(send(&app, path, &cookies).status().is_success());
    }
}

fn app(settings: impl FnOnce(SessionLayerBuilder) -> SessionLayerBuilder) -> Router {
    let mut random = |bytes: &mut [u8]| -> Result<(), NoEntropy> { OsEntropy.fill(bytes) };
    let ring = Keyring::init(Suite::default(), 30 * 86_400, now(), &mut random).unwrap();
    let sessions = SessionLayer::builder(ring, "benches")
        .session::<Map>("session")
        .policy(Policy::standard().idle_timeout(None))
        .clock(now);
    let sessions = settings(sessions).build().unwrap();
    let write = async |mut cart: Session<Map>| {
        let lines = cart.get::<u64>("lines").unwrap_or_default();
        cart.insert("lines", lines + 1);
    };
    let sign_in = async |mut who: Identity, mut cart: Session<Map>| {
        who.sign_in("ann").await.unwrap();
        cart.insert("lines", 10u64);
    };
    let read = async |cart: View<Map>| cart.get::<u64>("lines").unwrap().to_string();
    let who = async |who: Identity, cart: View<Map>| {
        format!("{} {}", who.subject().unwrap(), cart.get::<u64>("lines").unwrap())
    };
    Router::new()
        .route("/untouched", get(async || "nothing"))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/in", get(sign_in))
        .route("/who", get(who))
        .layer(sessions)
}

/// The standard library's clock: valgrind cannot run the faster one of `SystemClock`, which reads the vDSO.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_unix(since.unwrap().as_secs())
}

/// Nothing here waits: the answer is there when it is first asked for.
fn send(app: &Router, path: &str, cookies: &str) -> Response {
    let request = Request::get(path).header(COOKIE, cookies).body(Body::empty()).unwrap();
    let answer = pin!(app.clone().oneshot(request));
    match answer.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.unwrap(),
        Poll::Pending => panic!("{path} waits for something"),
    }
}

fn cookies(answer: &Response) -> String {
    let fields = answer.headers().get_all(SET_COOKIE).iter();
    let pairs: Vec<_> = fields.map(|field| field.to_str().unwrap().split(';').next().unwrap()).collect();
    pairs.join("; ")
}
