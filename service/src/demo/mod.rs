//! The login-and-cart application.

mod headers;

use axum::{Router, http::header, middleware::from_fn_with_state, routing::get};

use crate::serve::{Failure, LoadedRing, Site};

/// The application on its session layer.
pub(crate) fn router(_ring: LoadedRing, _site: &Site) -> Result<Router, Failure> {
    Ok(Router::new().route("/healthz", get(healthz)))
}

/// What every answer wears, those of the limits around the application too.
pub(crate) fn dress(app: Router, site: &Site) -> Router {
    app.layer(from_fn_with_state(site.clone(), headers::add))
}

/// Says that the process answers; touches no session.
async fn healthz() -> impl axum::response::IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok")
}
