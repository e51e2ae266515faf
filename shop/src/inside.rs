//! The contents of the cookies, for the person who owns them.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use gingersnap::{Clock as _, Flash, Identity, Report, SystemClock, Timestamp, View, cookie};

use crate::app::App;
use crate::card::{About, Card};
use crate::cart::{Cart, Visits};
use crate::frame::{Frame, html};
use crate::holds::Fact;
use crate::preferences::Preferences;
use crate::{holds, left, sessions};

/// The contents of the cookies.
#[derive(Template)]
#[template(path = "inside.html")]
struct Cookies {
    frame: Frame,
    cards: Vec<Card>,
    /// True if the server has something of it.
    is_stored: bool,
    /// How long one is still logged in.
    left: Option<String>,
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
    let now = SystemClock.now();
    let (place, default_place) = (sessions::place(&app.site), sessions::default_place(&app.site));
    let (activity, waiting) = (identity.activity_report(), flash.report());
    let seen = holds::activity(activity.as_ref(), now);
    let frame = Frame::new("session", &identity, &mut flash);
    let came = Came { headers, now };
    let cards = [
        came.card(LOGIN, identity.report(), holds::login(&identity, now)),
        came.card(ACTIVITY, activity, seen),
        came.card(CART, cart.report(), holds::cart(&cart)).map(|card| card.at(place)),
        came.card(VISITS, visits.report(), holds::visits(&visits)).map(|card| card.at(default_place)),
        came.card(PREFERENCES, preferences.report(), holds::preferences(&preferences))
            .map(|card| card.at(place)),
        came.card(MESSAGES, waiting, holds::messages(&frame.messages)),
    ];
    let cards: Vec<_> = cards.into_iter().flatten().collect();
    let is_stored = cards.iter().any(|card| card.report.record.is_some());
    html(StatusCode::OK, &Cookies { frame, cards, is_stored, left: left::words(&identity, now) })
}

/// What came with the request, and when.
struct Came {
    headers: HeaderMap,
    now: Timestamp,
}

impl Came {
    /// The card of a cookie with these values; none if it did not come.
    fn card(&self, about: About, report: Option<Report>, holds: Vec<Fact>) -> Option<Card> {
        let report = report?;
        let raw = self.raw(&report.cookie);
        Some(Card::new(about, report, holds, raw, self.now))
    }

    /// The cookie as the browser sent it.
    fn raw(&self, name: &str) -> String {
        let fields = self.headers.get_all(header::COOKIE).iter().map(|field| field.as_bytes());
        let value = cookie::values(fields, name.as_bytes()).next().unwrap_or_default();
        format!("{name}={}", String::from_utf8_lossy(value))
    }
}

const LOGIN: About = About {
    title: "Your login",
    purpose: "It says who you are, so that you need not tell us on every page.",
};
const ACTIVITY: About = About {
    title: "When you were here",
    purpose: "It ends a login that nobody uses. We write it down now and then, not with every page.",
};
const CART: About = About { title: "Your cart", purpose: "It says what you have chosen." };
const VISITS: About = About {
    title: "Your visits",
    purpose: "It counts for this browser, whoever is logged in, and knows no name.",
};
const PREFERENCES: About =
    About { title: "Your name and address", purpose: "It says what you told us on your account page." };
const MESSAGES: About = About {
    title: "Messages for you",
    purpose: "It carries a message to the next page that you open. This is that page, so it is gone now.",
};
