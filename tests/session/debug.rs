//! `Debug` shows no data, and the types go where handlers go.

use axum::Router;
use axum::routing::get;
use gingersnap::{
    ChangeError, Flash, Identity, Level, Map, Message, Parked, Report, Session, SessionError, SessionLayer,
    SessionLayerBuilder, SessionService, View,
};

use crate::browser::{Browser, Cart, Line, TestClock, builder};

const SECRET: &str = "hunter2";

async fn fill(mut cart: Session<Cart>, mut who: Identity, mut flash: Flash) {
    cart.lines.push(Line { item: SECRET.into(), qty: 1 });
    who.sign_in(SECRET).await.unwrap();
    flash.push(Level::Info, SECRET);
}

async fn show(view: View<Cart>, cart: Session<Cart>, who: Identity, mut flash: Flash) -> String {
    assert_eq!(
        (cart.lines[0].item.as_str(), who.subject(), flash.messages().len()),
        (SECRET, Some(SECRET), 1)
    );
    let reports = [cart.report(), view.report(), who.report(), flash.report()];
    let reports = reports.map(Option::unwrap);
    let handles = format!("{view:?} {cart:?} {who:?} {flash:?}");
    format!("{handles} {:?} | {reports:?}", cart.park())
}

#[tokio::test]
async fn no_handle_and_no_report_shows_data() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let layer_text = format!("{layer:?}");
    let mut browser =
        Browser::new(Router::new().route("/fill", get(fill)).route("/", get(show)).layer(layer));
    browser.get("/fill").await;
    let text = browser.get("/").await.body;
    let (handles, reports) = text.split_once(" | ").unwrap();
    assert_eq!(
        handles,
        "View { is_new: false, .. } Session { is_new: false, .. } Identity { is_signed_in: true, .. } Flash { .. } Parked { .. }"
    );
    assert!(!reports.contains(SECRET));
    assert!(reports.contains("fields: [(\"lines\", 10)]"), "{reports}");
    assert_eq!(layer_text, "SessionLayer { .. }");
}

#[tokio::test]
async fn a_report_counts_the_octets_that_the_browser_sent() {
    let layer = builder(&TestClock::new()).build().unwrap();
    async fn octets(mut cart: Session<Cart>, who: Identity, flash: Flash) -> String {
        let of = |report: Option<Report>| report.unwrap().octets;
        let before = of(cart.report());
        cart.lines.push(Line::default());
        cart.save().await.unwrap();
        format!("{} {} {} {}", before, of(who.report()), of(flash.report()), of(cart.report()))
    }
    let mut browser =
        Browser::new(Router::new().route("/fill", get(fill)).route("/", get(octets)).layer(layer));
    browser.get("/fill").await;
    let len = |browser: &Browser, name: &str| name.len() + browser.jar[name].len();
    let before =
        ["__Host-session-own", "__Host-id", "__Host-flash"].map(|name| len(&browser, name).to_string());
    let answer = browser.get("/").await;
    assert_eq!(answer.body, format!("{} {}", before.join(" "), len(&browser, "__Host-session-own")));
}

const fn goes_anywhere<T: Send + Sync + 'static>() {}

const _: () = {
    goes_anywhere::<Session<Cart>>();
    goes_anywhere::<View<Cart>>();
    goes_anywhere::<Parked<Cart>>();
    goes_anywhere::<Session<Map>>();
    goes_anywhere::<Identity>();
    goes_anywhere::<Flash>();
    goes_anywhere::<Message>();
    goes_anywhere::<Report>();
    goes_anywhere::<SessionError>();
    goes_anywhere::<ChangeError<String>>();
    goes_anywhere::<SessionLayer>();
    goes_anywhere::<SessionLayerBuilder>();
    goes_anywhere::<SessionService<()>>();
};
