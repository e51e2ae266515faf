//! Tools to test applications: a browser, a clock, and cookies made and opened without a request.
//!
//! ```
//! use axum::Router;
//! use axum::routing::{get, post};
//! use gingersnap::testing::{self, Browser, Mint, TestClock};
//! use gingersnap::{Identity, Session, SessionData, SessionLayer, View};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Default, Deserialize, Serialize)]
//! struct Cart {
//!     items: Vec<String>,
//! }
//!
//! impl SessionData for Cart {
//!     const TAG: &'static str = "cart";
//!     const VERSION: u16 = 1;
//! }
//!
//! fn app(sessions: SessionLayer) -> Router {
//!     Router::new()
//!         .route("/", get(async |cart: View<Cart>| cart.items.join(", ")))
//!         .route("/add", post(async |mut cart: Session<Cart>, item: String| cart.items.push(item)))
//!         .route("/who", get(async |who: Identity| who.subject().unwrap_or("nobody").to_owned()))
//!         .layer(sessions)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // In a `#[tokio::test]`:
//! let clock = TestClock::new();
//! let sessions = SessionLayer::builder(testing::keyring(), "shop test").session::<Cart>("cart");
//! let sessions = sessions.clock(clock.clone()).build().unwrap();
//! let mut browser = Browser::new(app(sessions.clone()));
//!
//! browser.post("/add", "tea").await.assert_sets("__Host-cart");
//! assert_eq!(browser.get("/").await.body, "tea");
//!
//! let ada = Mint::of(&sessions).aged(50 * 60).identity("ada"); // who logged in 50 minutes ago
//! browser.insert(ada);
//! assert_eq!(browser.get("/who").await.body, "ada");
//!
//! // What a handler would see of the browser's cookies; `Session`, `Flash` and the others work as well.
//! let request = testing::request(&sessions, &browser.cookies());
//! assert_eq!(View::<Cart>::from_parts(&request).await.unwrap().items, ["tea"]);
//!
//! clock.advance(60 * 60); // an hour later she was idle too long
//! assert_eq!(browser.get("/who").await.body, "nobody");
//! assert_eq!(browser.get("/").await.body, "tea");
//! # }
//! ```
//!
//! It comes with the feature `testing`, for `[dev-dependencies]`. Everything here panics where a test should fail, and must not
//! be part of a running application. The documentation of [`Browser`] says how it differs from a real one.

mod answer;
mod browser;
mod clock;
mod cookie;
mod late;
mod mint;
pub mod store;

use std::fmt::Display;
use std::sync::Arc;

use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderValue, Request};

pub use answer::Answer;
pub use browser::Browser;
pub use clock::TestClock;
pub use cookie::TestCookie;
pub use late::deny_late_changes;
pub use mint::Mint;

use crate::keyring::Keyring;
use crate::layer::{OsEntropy, SessionLayer};
use crate::session::{Exchange, SessionData, print_of};
use crate::token::Suite;
use crate::{Entropy as _, Timestamp};

/// A ring of fresh random keys: one is active at any time that a test's clock shows, and one is standby.
///
/// Its longest session is 400 days, so that any policy fits.
#[track_caller]
pub fn keyring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring =
        Keyring::init(Suite::default(), Keyring::MAX_LONGEST_SESSION, Timestamp::from_unix(0), &mut random);
    must(ring, "no key ring")
}

/// A request that went through `sessions` with this `Cookie` field, as a handler's extractors meet it.
///
/// `Session::from_parts`, `View::from_parts`, `Identity::from_parts` and `Flash::from_parts` open its cookies as the layer does.
/// They show who is signed in, which data is theirs, when it began, and why something was refused. It is also the way to test a
/// function that takes a `Session` without a router. There is no response: changes go nowhere.
#[track_caller]
pub fn request(sessions: &SessionLayer, cookies: &str) -> Parts {
    let cookies = must(HeaderValue::from_bytes(cookies.as_bytes()), "this cannot be a Cookie field");
    let mut parts = Request::new(()).into_parts().0;
    parts.headers.insert(COOKIE, cookies);
    parts.extensions.insert(Arc::new(Exchange::new(Arc::clone(&sessions.settings), None)));
    parts
}

/// The print of `T`'s shape, as four hexadecimal digits. Pin it in a test: if a struct is changed without a new
/// [`VERSION`](SessionData::VERSION), the test fails before the change loses the sessions that are out.
///
/// ```
/// use gingersnap::{SessionData, testing};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Default, Deserialize, Serialize)]
/// struct Cart {
///     lines: Vec<(String, u32)>,
/// }
///
/// impl SessionData for Cart {
///     const TAG: &'static str = "cart";
///     const VERSION: u16 = 1;
/// }
///
/// // In a `#[test]`. Where it fails, raise the version, write `migrate`, and pin the new pair beside the old one, which
/// // the older struct must go on having.
/// assert_eq!((Cart::VERSION, &*testing::print::<Cart>()), (1, "1f44"));
/// ```
pub fn print<T: SessionData>() -> String {
    let [first, second] = print_of::<T>();
    format!("{first:02x}{second:02x}")
}

/// Unwraps a result without which a test cannot go on.
#[track_caller]
fn must<T, E: Display>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => fail(&format!("{what}: {error}")),
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "so a test fails")]
fn fail(what: &str) -> ! {
    panic!("{what}")
}
