//! The project's documents and the source of the shop's sessions, under the paths that they have in the repository.

use axum::Router;
use axum::http::header;
use axum::routing::get;

/// A file of the repository.
pub(crate) struct Document {
    pub(crate) path: &'static str,
    pub(crate) name: &'static str,
    text: &'static str,
}

macro_rules! documents {
    ($($path:literal $name:literal)*) => {
        &[$(Document { path: $path, name: $name, text: include_str!(concat!("../..", $path)) }),*]
    };
}

/// The documentation, for somebody who starts with it.
pub(crate) const DOCUMENTATION: &[Document] = documents! {
    "/README.md" "Read me"
    "/docs/TRADEOFF.md" "Cookie or store"
    "/docs/OPERATIONS.md" "Operations"
    "/docs/FORMAT.md" "Format"
    "/SECURITY.md" "Security"
};

/// The source of what the shop shows.
pub(crate) const SOURCE: &[Document] = documents! {
    "/shop/src/sessions.rs" "Sessions"
    "/shop/src/cart.rs" "Cart"
    "/shop/src/order.rs" "Order"
    "/docs/ARCHITECTURE.md" "Where the rest is"
};

/// Serves them all as text.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    DOCUMENTATION
        .iter()
        .chain(SOURCE)
        .fold(Router::new(), |router, document| router.route(document.path, get((HEADERS, document.text))))
}

const HEADERS: [(header::HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
