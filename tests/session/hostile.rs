//! Other cookies beside ours, through the layer: nobody is signed out by them, and nobody in.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::cookie::{CookieSettings, values};
use gingersnap::{Identity, Session, View};
use http::{HeaderMap, HeaderValue};

use crate::browser::{Browser, TestClock, Visits, builder};
use crate::events::Events;
use crate::pairs::{junk, layouts, strangers};

async fn show(who: Identity, visits: View<Visits>, headers: HeaderMap) -> String {
    let fields = headers.get_all("cookie").iter().map(HeaderValue::as_bytes);
    let lang = values(fields, b"lang").map(|it| it.escape_ascii().to_string()).collect::<String>();
    format!("{} {} {lang}", who.subject().unwrap_or("nobody"), visits.0)
}

fn app(cookies: CookieSettings) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/count", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route(
            "/in/{subject}",
            get(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it).await.map(drop).unwrap()),
        )
        .layer(builder(&TestClock::new()).cookies(cookies).build().unwrap())
}

/// A browser in which `subject` is signed in and has counted so many visits.
async fn signed_in(app: &Router, subject: &str, visits: usize) -> Browser {
    let mut browser = Browser::new(app.clone());
    browser.get(&format!("/in/{subject}")).await;
    for _ in 0..visits {
        browser.get("/count").await;
    }
    browser
}

/// A victim, whose cookies have these names, and an attacker's cookies of the same.
struct Scene {
    ann: Browser,
    names: [&'static str; 2],
    good: String,
    evil: [String; 2],
}

impl Scene {
    async fn new() -> Self {
        let app = app(CookieSettings::default());
        let (ann, mut mallory) = (signed_in(&app, "ann", 2).await, signed_in(&app, "mallory", 7).await);
        let names = ["__Host-id", "__Host-visits-own"];
        let evil = names.map(|name| mallory.jar.remove(name).unwrap());
        Self { good: ann.cookies(), ann, names, evil }
    }

    /// Sends these fields; returns the answer, which must set nothing, and the number of events.
    async fn sees(&self, fields: &[Vec<u8>]) -> (String, usize) {
        let events = Events::start();
        let answer = self.ann.send_with("/", fields).await;
        assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
        (answer.body, events.take().len())
    }
}

/// True if an HTTP library would hand it to us. `tests/cookie` shows the parser the rest.
fn is_sendable(pair: &[u8]) -> bool {
    HeaderValue::from_bytes(pair).is_ok()
}

#[tokio::test]
async fn no_stranger_signs_anybody_in_or_out() {
    let scene = Scene::new().await;
    let (good, lang) = (scene.good.as_bytes(), &b"lang=de"[..]);
    let mut sent = 0;
    for (name, evil) in scene.names.iter().zip(&scene.evil) {
        for pair in strangers(name, evil).iter().filter(|pair| is_sendable(pair)) {
            let shown = pair.escape_ascii();
            assert_eq!(scene.sees(std::slice::from_ref(pair)).await, ("nobody 0 ".into(), 0), "{shown}");
            // `tests/cookie` reads each pair in every layout; here they take turns.
            for pairs in [[pair, good, lang], [good, lang, pair], [lang, pair, good]] {
                let layouts = layouts(&pairs);
                let fields = &layouts[sent % layouts.len()];
                assert_eq!(scene.sees(fields).await, ("ann 2 de".into(), 0), "{shown}");
            }
            sent += 1;
        }
    }
    assert!(sent > 1000, "{sent}");
}

#[tokio::test]
async fn junk_under_our_own_name_is_an_event_and_nothing_else() {
    let scene = Scene::new().await;
    let good = scene.good.as_bytes();
    for (name, evil) in scene.names.iter().zip(&scene.evil) {
        for pair in junk(name, evil).iter().filter(|pair| is_sendable(pair)) {
            for fields in [vec![pair, good], vec![good, pair]].iter().flat_map(|it| layouts(it)) {
                assert_eq!(scene.sees(&fields).await, ("ann 2 ".into(), 1), "{}", pair.escape_ascii());
            }
        }
    }
}

#[tokio::test]
async fn a_megabyte_under_our_name_hides_nothing() {
    let scene = Scene::new().await;
    for name in scene.names {
        let megabyte = format!("{name}={}", "A".repeat(1 << 20));
        let (good, megabyte) = (scene.good.as_bytes(), megabyte.as_bytes());
        for fields in [[megabyte, good], [good, megabyte]].iter().flat_map(|it| layouts(it)) {
            assert_eq!(scene.sees(&fields).await, ("ann 2 ".into(), 1));
        }
    }
}

#[tokio::test]
async fn three_junk_cookies_leave_the_real_one_and_a_fourth_signs_out_with_an_event() {
    let scene = Scene::new().await;
    let junk = ["__Host-id=1", "__Host-id=2", "__Host-id=3", "__Host-id=4"];
    let fields = |junk: &[&str]| [junk, &[scene.good.as_str()]].concat().join("; ").into_bytes();
    assert_eq!(scene.sees(&[fields(&junk[..3])]).await, ("ann 2 ".into(), 1));

    let events = Events::start();
    let answer = scene.ann.send_with("/", &[fields(&junk)]).await;
    // It is not known who she is, so her data is not shown. Her cookies stay, for when the others are gone.
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("nobody 0 ", ""));
    let reason = "reason=\"too_many_cookies\" unsettled=false";
    assert_eq!(events.take(), [format!("INFO cookie refused cookie=\"__Host-id\" {reason}")]);
    assert_eq!(scene.sees(&[fields(&[])]).await, ("ann 2 ".into(), 0));
}

#[tokio::test]
async fn without_a_prefix_another_persons_login_beside_ones_own_signs_out() {
    let app = app(CookieSettings::insecure_http());
    let (ann, mallory) = (signed_in(&app, "ann", 2).await, signed_in(&app, "mallory", 7).await);
    let tossed = format!("id={}", mallory.jar["id"]);
    let good = ann.cookies();
    for fields in [[&good, &tossed], [&tossed, &good]] {
        let events = Events::start();
        assert_eq!(ann.send_with("/", &fields).await.body, "nobody 0 ");
        assert_eq!(events.take(), ["INFO cookie refused cookie=\"id\" reason=\"conflict\" unsettled=false"]);
    }
    // Data of the attacker's is as if absent, whether or not it is beside one's own.
    let tossed = format!("visits-own={}", mallory.jar["visits-own"]);
    for fields in [[&good, &tossed], [&tossed, &good]] {
        assert_eq!(ann.send_with("/", &fields).await.body, "ann 2 ");
    }
    let own = format!("id={}", ann.jar["id"]);
    assert_eq!(ann.send_with("/", &[&own, &tossed]).await.body, "ann 0 ");
}

/// The attacks that a name without a prefix cannot prevent, as SECURITY.md says.
#[tokio::test]
async fn without_a_prefix_a_stranger_can_be_signed_in_and_an_anonymous_session_replaced() {
    let app = app(CookieSettings::insecure_http());
    let mallory = signed_in(&app, "mallory", 0).await;
    let mut anonymous = Browser::new(app.clone());
    for _ in 0..3 {
        anonymous.get("/count").await;
    }
    let mut victim = Browser::new(app);
    victim.get("/count").await;
    let own = victim.cookies();
    assert_eq!(victim.send_with("/", &[&own, &mallory.cookies()]).await.body, "mallory 1 ");
    assert_eq!(victim.send_with("/", &[&own, &anonymous.cookies()]).await.body, "nobody 3 ");
}
