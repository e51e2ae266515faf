//! What the cookies hold, for the person who owns them.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use gingersnap::{Flash, Identity, Report, View, cookie};

use super::{
    cart::{Cart, Visits},
    pages::{Card, Cookies, Frame, html},
};

/// `GET /session`
pub(super) async fn show(
    cart: View<Cart>,
    visits: View<Visits>,
    identity: Identity,
    mut flash: Flash,
    headers: HeaderMap,
) -> Response {
    let reports = [
        ("Your login", identity.report()),
        ("Your cart", cart.report()),
        ("Your visits", visits.report()),
        ("Messages for you", flash.report()),
    ];
    let card = |(title, report): (_, Option<Report>)| {
        let report = report?;
        let raw = raw(&headers, &report.cookie);
        Some(Card::new(title, report, raw))
    };
    let cards = reports.into_iter().filter_map(card).collect();
    html(StatusCode::OK, &Cookies { frame: Frame::new("session", &identity, &mut flash), cards })
}

/// The cookie as the browser sent it.
fn raw(headers: &HeaderMap, name: &str) -> String {
    let fields = headers.get_all(header::COOKIE).iter().map(|field| field.as_bytes());
    let value = cookie::values(fields, name.as_bytes()).next().unwrap_or_default();
    format!("{name}={}", String::from_utf8_lossy(value))
}
