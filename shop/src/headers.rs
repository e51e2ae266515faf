//! The security headers of every answer.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::headers::{HeaderMapExt as _, ReferrerPolicy, StrictTransportSecurity};

use crate::site::Site;

/// Adds the headers; HSTS only where browsers reach the service by https, since it would shut them out.
pub(crate) async fn add(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Our own forms keep their Origin, and nobody else learns a path.
    headers.typed_insert(ReferrerPolicy::SAME_ORIGIN);
    if site.https {
        headers.typed_insert(StrictTransportSecurity::excluding_subdomains(ONE_YEAR));
    }
    response
}

/// Headers that have no type.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// No script, no frame, no plugin, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

const ONE_YEAR: Duration = Duration::from_hours(365 * 24);
