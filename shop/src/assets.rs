//! The style sheet, the icon, and the picture of `docs/TRADEOFF.md`: they never change under one address, so browsers keep them.

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

/// The style sheet's address: its content is part of it.
pub(crate) fn style_href() -> String {
    format!("/style.css?{:x}", const { fingerprint(STYLE) })
}

/// The icon's address.
pub(crate) fn icon_href() -> String {
    format!("/icon.svg?{:x}", const { fingerprint(ICON) })
}

/// The address of the picture that tells when a session belongs in a cookie, and when in a store.
pub(crate) fn decision_href() -> String {
    format!("/tradeoff.svg?{:x}", const { fingerprint(DECISION) })
}

pub(crate) async fn style() -> impl IntoResponse {
    (headers("text/css; charset=utf-8"), STYLE)
}

pub(crate) async fn icon() -> impl IntoResponse {
    (headers("image/svg+xml"), ICON)
}

pub(crate) async fn decision() -> impl IntoResponse {
    (headers("image/svg+xml"), DECISION)
}

fn headers(kind: &'static str) -> [(HeaderName, &'static str); 2] {
    [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")]
}

/// FNV-1a, 32 bits: it tells versions of a file apart, no more.
const fn fingerprint(text: &str) -> u32 {
    let mut rest = text.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    while let [byte, tail @ ..] = rest {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        rest = tail;
    }
    hash
}

const STYLE: &str = include_str!("assets/style.css");
const ICON: &str = include_str!("assets/icon.svg");
const DECISION: &str = include_str!("../../docs/tradeoff/decision.svg");
