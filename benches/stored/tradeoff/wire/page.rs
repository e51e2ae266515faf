//! The page and its resources, behind a session layer.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::token::{Padding, Suite};
use gingersnap::{
    Clock as _, Entropy as _, OsEntropy, Policy, Session, SessionData, SessionLayer, SystemClock,
};
use http::{Request, header};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

pub(super) const RESOURCES: usize = 30;
/// Requests for pages and resources that have come.
static ASKED: AtomicUsize = AtomicUsize::new(0);

pub(super) fn asked() -> usize {
    ASKED.load(Ordering::Relaxed)
}

/// As long as it is told to be, whatever it says.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Text {
    changes: [u8; 4],
    text: String,
}

impl SessionData for Text {
    const TAG: &'static str = "text";
    const VERSION: u16 = 1;
}

/// `/read` and `/write` are pages, and `/read/1` and `/write/1` their resources; `/set/100` begins a session of so many bytes.
pub(super) fn router() -> Router {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = Keyring::init(Suite::default(), 30 * 86_400, SystemClock.now(), &mut random).expect("a ring");
    let layer = SessionLayer::builder(ring, "wire").session::<Text>("session").policy(Policy::relaxed());
    Router::new()
        .route("/set/{length}", get(set))
        .route("/read", get(async |session: Session<Text>| page(&session, "read")))
        .route("/read/{number}", get(async |session: Session<Text>| resource(&session)))
        .route("/write", get(async |mut session: Session<Text>| page(changed(&mut session), "write")))
        .route("/write/{number}", get(async |mut session: Session<Text>| resource(changed(&mut session))))
        .layer(layer.padding(Padding::None).build().expect("a sound configuration"))
}

async fn set(Path(length): Path<usize>, mut session: Session<Text>) {
    *session = Text { changes: [0; 4], text: "x".repeat(length) };
}

fn changed(session: &mut Text) -> &Text {
    session.changes = u32::from_le_bytes(session.changes).wrapping_add(1).to_le_bytes();
    session
}

fn page(session: &Text, kind: &str) -> Html<String> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    let images: String =
        (0..RESOURCES).map(|number| format!("<img src='/{kind}/{number}' alt=''>")).collect();
    let length = session.text.len();
    // An icon of its own would be one more resource, which the browser asks for when it likes.
    Html(format!("<!doctype html><link rel=icon href='data:,'><title>{length}</title>{images}"))
}

fn resource(session: &Text) -> impl IntoResponse + use<> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    let comment = format!("<!-- {} -->", session.text.len());
    let image = format!("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'>{comment}</svg>");
    ([(header::CONTENT_TYPE, "image/svg+xml")], image)
}

/// The length of the text whose cookie, name and value, has so many octets.
pub(super) async fn data_for(app: &Router, octets: usize) -> usize {
    let (mut fits, mut too_many) = (0, octets);
    while fits + 1 < too_many {
        let middle = fits.midpoint(too_many);
        let request = Request::get(format!("/set/{middle}")).body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("an answer");
        let field = response.headers().get(header::SET_COOKIE).and_then(|field| field.to_str().ok());
        // What does not fit a cookie is an error without one.
        let pair = field.and_then(|field| field.split(';').next()).map(|pair| pair.len() - 1);
        if pair.is_some_and(|pair| pair <= octets) { fits = middle } else { too_many = middle }
    }
    fits
}
