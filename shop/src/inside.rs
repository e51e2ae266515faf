//! The contents of the cookies, for the person who owns them.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use gingersnap::{Clock as _, Flash, Identity, Passive, Place, Report, SystemClock, Timestamp, View, cookie};
use serde_json::{Value, json};

use crate::app::App;
use crate::cart::{Cart, Visits};
use crate::format::{duration, utc};
use crate::frame::{Frame, html};
use crate::homes::{self, Home};
use crate::preferences::Preferences;
use crate::sessions;

/// The contents of the cookies.
#[derive(Template)]
#[template(path = "inside.html")]
struct Cookies {
    frame: Frame,
    cards: Vec<Card>,
    /// True if the server has something of it.
    is_stored: bool,
}

/// `GET /session`
pub(crate) async fn show(
    State(app): State<App>,
    cart: View<Cart>,
    visits: View<Visits>,
    preferences: View<Preferences>,
    identity: Identity,
    mut flash: Flash,
    headers: HeaderMap,
) -> Response {
    let card = |title, report: Option<Report>| {
        let report = report?;
        let raw = raw(&headers, &report.cookie);
        Some(Card::new(title, report, raw))
    };
    let cards = [
        card("Your login", identity.report()).map(|card| of_login(card, &identity)),
        card("When you were here", identity.activity_report()),
        card("Your cart", cart.report()).map(|card| card.at(sessions::place(&app.site))),
        card("Your visits", visits.report()).map(|card| card.at(sessions::default_place(&app.site))),
        card("Your name and address", preferences.report()).map(|card| card.at(sessions::place(&app.site))),
        card("Messages for you", flash.report()),
    ];
    let cards: Vec<_> = cards.into_iter().flatten().collect();
    let is_stored = cards.iter().any(|card| card.report.record.is_some());
    html(StatusCode::OK, &Cookies { frame: Frame::new("session", &identity, &mut flash), cards, is_stored })
}

fn of_login(card: Card, identity: &Identity) -> Card {
    let end = |at: Timestamp| format!("{} (in {})", utc(at), duration(SystemClock.now().until(at)));
    let remembered = identity.expires_at().is_some();
    let ends = if remembered { "You stay logged in until" } else { "Ends, if you stay away" };
    card.with("You last logged in", identity.authenticated_at().map(utc))
        .with(ends, identity.ends_at().map(end))
}

/// `GET /session/left`: the time that is left of a login. Asking does not put its end off.
pub(crate) async fn left(_: Passive, identity: Identity) -> Json<Value> {
    let left = identity.ends_at().map(|end| SystemClock.now().until(end));
    Json(json!({ "logged_in": left.is_some(), "seconds_left": left }))
}

/// The cookie as the browser sent it.
fn raw(headers: &HeaderMap, name: &str) -> String {
    let fields = headers.get_all(header::COOKIE).iter().map(|field| field.as_bytes());
    let value = cookie::values(fields, name.as_bytes()).next().unwrap_or_default();
    format!("{name}={}", String::from_utf8_lossy(value))
}

/// One cookie.
struct Card {
    title: &'static str,
    report: Report,
    /// A name and a text each.
    facts: Vec<(&'static str, String)>,
    raw: String,
    /// Where it could be; of a session's data.
    homes: Option<[Home; 2]>,
    /// Numbers of bytes: from `low` on it is rather full, from `high` on nearly full.
    low: usize,
    high: usize,
}

impl Card {
    fn new(title: &'static str, report: Report, raw: String) -> Self {
        let (low, high) = (report.limit / 4 * 3, report.limit / 10 * 9);
        Self { title, facts: facts(&report), report, raw, homes: None, low, high }
    }

    /// The same for a session that is kept at this place.
    fn at(mut self, place: Place) -> Self {
        self.facts.insert(0, ("Lives", homes::words(&self.report, place).to_owned()));
        self.homes = homes::of(&self.report);
        self
    }

    fn with(mut self, name: &'static str, fact: Option<String>) -> Self {
        self.facts.extend(fact.map(|fact| (name, fact)));
        self
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let written = |times: u32| format!("{times} {}", if times == 1 { "time" } else { "times" });
    let owner = |is_owned| if is_owned { "you" } else { "whoever uses this browser" };
    let facts = [
        ("Sealed by key", Some(report.key_id.to_string())),
        ("Sealed at", Some(utc(report.sealed_at))),
        ("Session began", report.started_at.map(utc)),
        ("Written", report.generation.map(written)),
        ("Belongs to", report.is_owned.map(owner).map(ToOwned::to_owned)),
    ];
    facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect()
}
