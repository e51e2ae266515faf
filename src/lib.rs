//! Session cookies that snap if you tamper with them, for axum and tower.
//!
//! A session's data is serialized compactly, sealed with an AEAD and carried by the browser: no session database and no lookup,
//! unless you give it a [`store`]. A [`SessionLayer`] gives the handlers below it their [`Session`], [`Identity`] and [`Flash`].
//! The keys are a [`Keyring`](keyring::Keyring), one for all nodes.
//!
//! # Should you use this?
//!
//! It is for an application on axum. It keeps who is signed in, a cart, settings and messages: in cookies, or in a store if data
//! is large or must not come back. It has **not been audited**. Something else is the better choice in these cases:
//!
//! | you need | take |
//! |---|---|
//! | data that outlives sessions, or is searched: orders, accounts | a database, keyed by [`SignedIn::subject`] |
//! | a token that others verify without your keys: another company, a mobile client, an API gateway | a signed JWT or PASETO |
//! | one secret value in a cookie, without timeouts, owners and key rotation | axum-extra's `PrivateCookieJar` |
//! | another framework than axum or tower | its own sessions, or [`token`] and [`cookie`] alone |
//!
//! # A whole program
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use gingersnap::{Session, SessionData, SessionLayer, keystore::FileKeystore};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Default, Deserialize, Serialize, SessionData)]
//! #[session(tag = "visits", version = 1)] // the type's name, in each token; a new version with every change of the struct
//! struct Visits(u32);
//!
//! async fn count(mut visits: Session<Visits>) -> String {
//!     visits.0 += 1; // nothing to call, nothing to return
//!     format!("visit {}", visits.0)
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Made by `gingersnap keys init --plaintext --keys keys.json`.
//!     let ring = FileKeystore::new("keys.json").load()?; // a `Reloader` follows the file
//!     let sessions = SessionLayer::builder(ring, "visits production") // which application, and where
//!         .session::<Visits>("visits") // in the cookie __Host-visits
//!         .build()?;
//!     let app = Router::new().route("/", get(count)).layer(sessions); // after the routes
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     Ok(axum::serve(listener, app).await?)
//! }
//! ```
//!
//! # Finding your way
//!
//! | I want to … | |
//! |---|---|
//! | keep a struct for each visitor | [`SessionData`], then [`Session<T>`](Session) as a handler's argument |
//! | keep names and values, as in Flask | [`Map`] |
//! | read | [`View<T>`](View); `Option<View<T>>` and `Option<Session<T>>` are `None` where there is no session |
//! | write | assign through [`Session<T>`](Session) |
//! | write all or nothing, and know that it fits | [`Session::try_change`] |
//! | write whatever the response's status will be | [`Session::save`] |
//! | keep a language or a theme, whoever is signed in | [`SessionLayerBuilder::browser_session`] |
//! | keep more than fits a cookie, or what must not be put back | [`SessionLayerBuilder::store`], and [`SessionLayerBuilder::place`] |
//! | lose no change though two requests write at once | a store with [`Session::commit`], or [`SessionData::merge`] |
//! | empty a session, or end it | [`Session::clear`], [`Session::destroy`] |
//! | empty everything that the browser has of this layer, as Flask's `session.clear()` | [`Identity::clear_all`] |
//! | sign in and out | [`Identity::sign_in`], [`Identity::sign_out`] |
//! | show people their devices, and end one or all others | a store, then [`Identity::sign_ins`], [`Identity::end`], [`Identity::end_others`] |
//! | end somebody's sign-ins, or erase what is kept of them | a store, then [`SessionLayer::revoker`] |
//! | make one cart of a guest's and a person's | [`SessionData::merge`] |
//! | know what a sign-in did with a guest's data | [`Adoption`] |
//! | remember people who ask for it | [`Identity::sign_in_and_remember`], [`Policy::remember_for`], [`Policy::remember_idle`] |
//! | let in only people who are signed in | [`SignedIn`] |
//! | ask for the password again before something sensitive | `SignedIn<600>`, [`Identity::reauthenticate`] |
//! | a new session id where privileges change | [`Identity::renew`] |
//! | end sessions that are old, or left alone | [`Policy::absolute_timeout`], [`Policy::idle_timeout`], [`Passive`] for polling |
//! | say something on the next page | [`Flash`] |
//! | shape errors in one place | [below](#errors-in-one-place) |
//! | give staff sign-ins of their own, or one of two applications on a host name | [`SessionLayerBuilder::named`] |
//! | keep what a visitor chose for weeks | [`SessionLayerBuilder::lasting`] |
//! | choose names and attributes of cookies | [`SessionLayerBuilder::session`], [`cookie::CookieSettings`] |
//! | rename cookies that are out | [`SessionLayerBuilder::former_cookies`], [`SessionLayerBuilder::former_name`] |
//! | make, rotate or revoke keys | `gingersnap keys`, or the verbs of [`keyring`] |
//! | have nodes take a changed ring while they serve | [`Reloader`] (feature `reload`) |
//! | keep the ring in a database, or encrypted | [`keystore::open`], [`keystore::Envelope`] (features `postgres`, `redis`, `age`) |
//! | change a struct while its cookies are out | [`SessionData::migrate`], [`SessionLayerBuilder::write_version`] |
//! | refuse forms and WebSockets of other sites | [`OriginGuard`] |
//! | test my application | the feature `testing`, and [`SessionLayerBuilder::clock`] |
//! | show people their own cookies | [`Session::report`] |
//! | know why cookies were refused | events of `tracing`, target `gingersnap`; [`Refusal`] |
//!
//! # Errors in one place
//!
//! A stranger's bad cookie is a fresh session, never an error. Everything else that goes wrong is a [`SessionError`] in the
//! response's extensions: the rejection of an extractor, an error that a handler returned, or a session that could not be sent.
//!
//! ```
//! use axum::{Router, middleware::map_response, response::{IntoResponse, Redirect, Response}};
//! use gingersnap::{SessionError, SessionLayer};
//! use http::StatusCode;
//!
//! async fn shape(response: Response) -> Response {
//!     let Some(error) = response.extensions().get::<SessionError>() else { return response };
//!     let page = match error {
//!         SessionError::NotSignedIn | SessionError::AuthenticationTooOld => {
//!             Redirect::to("/login").into_response()
//!         }
//!         SessionError::DoesNotFit(_) => {
//!             (StatusCode::INSUFFICIENT_STORAGE, "Your cart is full.").into_response()
//!         }
//!         error => (error.status(), "Please try again.").into_response(),
//!     };
//!     (response.headers().clone(), page).into_response() // cookies and Retry-After stay
//! }
//!
//! fn app(routes: Router, sessions: SessionLayer) -> Router {
//!     routes.layer(sessions).layer(map_response(shape)) // outside, where all of them pass
//! }
//! ```
//!
//! # In middleware
//!
//! A middleware that needs a session must have the layer around it: `routes.layer(from_fn(around)).layer(sessions)`. A session is
//! lent to one holder at a time, so a middleware parks it before it calls on.
//!
//! ```
//! use axum::{extract::Request, middleware::Next, response::Response};
//! use gingersnap::{Map, Session, SessionError};
//!
//! async fn around(request: Request, next: Next) -> Result<Response, SessionError> {
//!     let (parts, body) = request.into_parts();
//!     let mut session = Session::<Map>::from_parts(&parts).await?;
//!     session.insert("last_page", parts.uri.path());
//!     let parked = session.park();
//!     let response = next.run(Request::from_parts(parts, body)).await;
//!     parked.take()?.remove("half_done"); // as the handler left it; the head is not sent yet
//!     Ok(response)
//! }
//! ```
//!
//! [`Identity`] and [`SignedIn`] lend nothing out, and may be held across `next.run`. They keep the state that they saw.
//!
//! # An extractor of your own
//!
//! The token names a subject; the application knows the account behind it.
//!
//! ```
//! use axum::{extract::FromRequestParts, http::request::Parts};
//! use gingersnap::{SessionError, SignedIn, Timestamp};
//! # #[derive(Clone)] struct Users;
//! # struct User { password_changed_at: Timestamp }
//! # impl Users { async fn find(&self, _: &str) -> Option<User> { None } }
//!
//! struct AuthUser(User);
//!
//! impl FromRequestParts<Users> for AuthUser {
//!     type Rejection = SessionError;
//!
//!     async fn from_request_parts(parts: &mut Parts, users: &Users) -> Result<Self, SessionError> {
//!         let mut who = <SignedIn>::from_parts(parts).await?;
//!         match users.find(who.subject()).await {
//!             Some(user) if who.authenticated_at() >= Some(user.password_changed_at) => Ok(Self(user)),
//!             _ => {
//!                 who.sign_out().await?; // deleted since, or signed in with an old password
//!                 Err(SessionError::NotSignedIn)
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! # Streaming bodies
//!
//! Cookies go out with the response's head. A body may hold a session to read it. If a session was changed and is still held when
//! the head is ready, the response becomes [`SessionError::HeldPastHead`]. A first change after the head is lost, with an event.
//! So change first, and give the body what it needs:
//!
//! ```
//! use std::convert::Infallible;
//!
//! use axum::body::Body;
//! use futures_util::stream;
//! use gingersnap::{Map, Session};
//!
//! async fn export(mut session: Session<Map>) -> Body {
//!     session.update("exports", |count: &mut u32| *count += 1);
//!     let count = session.get::<u32>("exports");
//!     drop(session); // parked, and sent with the head
//!     Body::from_stream(stream::once(async move { Ok::<_, Infallible>(format!("{count:?}")) }))
//! }
//! ```
//!
//! # Timeouts
//!
//! Put a timeout outside: `routes.layer(sessions).layer(timeout)`. Then a handler that was given up sends nothing. If it is
//! inside, a handler that was given up looks like one that is done: its changes so far are sent, unless the status is 408, or 500
//! or above. A sign-out is sent in any case.
//!
//! # Guarantees and limits
//!
//! - Nobody without the ring can read or write a session, and it opens only as the type, cookie and audience it was sealed for.
//! - Data that somebody wrote while signed in, messages included, is seen by that person alone. A guest's data becomes the
//!   person's who signs in; a sign-out removes both from the browser.
//! - A read sends no data and no identity; with an idle timeout it sometimes sends that somebody was there. A late response with
//!   data neither undoes nor revives a sign-in.
//! - Data that does not fit, or cannot be sealed, is an error before anything is sent; a panic sends nothing.
//! - Anybody who copies the cookies is their user until the timeout, or with a store until the sign-in is ended. An old cookie
//!   can be put back; data in a store cannot.
//! - If two responses write the same session at once, the last one wins in a cookie; once the session is in a store, no write is
//!   lost. Each type has its own cookies.
//!
//! `SECURITY.md` has them all, each with its test; `docs/FORMAT.md` is the format; `docs/FROM_FLASK.md` and
//! `docs/FROM_TOWER_SESSIONS.md` are for those who come from there.
//!
//! # From the wire up
//!
//! [`token`] is the format, [`keyring`] chooses keys, [`keystore`] keeps them, [`cookie`] reads and writes cookies, and
//! the items re-exported here are for handlers. The extractors need the feature `axum`, a default.

// Shows which feature brings an item, in the published documentation.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backends;
pub mod cookie;
mod guard;
mod layer;
#[cfg(feature = "reload")]
mod reload;
mod session;
mod shape;
mod sign_ins;
#[cfg(feature = "testing")]
pub mod testing;

pub mod keystore {
    #![doc = include_str!("keystore/module.md")]

    // The interface is below the drivers, and the drivers are below the items that are gathered here.
    mod contract;
    mod error;
    mod file;
    mod loaded;
    mod node;
    mod shown;

    pub use self::contract::{Answer, Keystore};
    pub use self::error::{KeystoreError, KeystoreErrorKind};
    pub use self::file::FileKeystore;
    pub use self::loaded::{Loaded, Version};
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub(crate) use self::node::{MAX_NODES, MAX_RECORD, too_many};
    pub use self::node::{Node, NodeName};
    pub use crate::backends::{Envelope, open};
}

pub mod store {
    #![doc = include_str!("store/module.md")]

    mod carry;
    pub(crate) mod changes;
    mod contract;
    mod error;
    mod kept;
    mod memory;
    mod op;
    mod record;
    mod sign_in;
    mod sign_in_rows;
    mod sign_in_table;
    pub(crate) mod tell;
    mod unattended;

    pub use self::contract::{Answer, Changed, Store, Task, Upkeep, Warnings};
    pub use self::error::{StoreError, StoreErrorKind};
    pub use self::memory::MemoryStore;
    pub use self::op::{Applied, Op};
    pub use self::record::Record;
    pub use self::sign_in::{CutOff, Ended, Feed, SignInRow};
    pub use self::sign_in_table::SignInTable;
    pub(crate) use self::unattended::{applied, apply_unattended};
    #[cfg(feature = "postgres")]
    pub use crate::backends::PostgresStore;
    #[cfg(feature = "redis")]
    pub use crate::backends::RedisStore;
    #[cfg(feature = "sqlite")]
    pub use crate::backends::SqliteStore;
    pub use crate::backends::open_store as open;
    #[doc(no_inline)]
    pub use crate::token::RecordId;
}

#[cfg(feature = "derive")]
pub use gingersnap_derive::SessionData;
#[doc(inline)]
pub use gingersnap_token::{
    Clock, Entropy, Level, Message, NoEntropy, Refusal, RefusalClass, SKEW, Timestamp, keyring, token,
};
pub use guard::{GuardError, GuardFuture, GuardRefusal, GuardService, OriginGuard};
pub use layer::{
    BuildError, OsEntropy, SessionFuture, SessionLayer, SessionLayerBuilder, SessionService, SystemClock,
};
#[cfg(feature = "reload")]
pub use reload::{ReloadError, ReloadEvent, Reloader};
pub use session::{
    Adoption, ChangeError, DoesNotFit, Flash, FromValue, Identity, Map, Parked, Passive, Place, Policy,
    Report, Revoker, Session, SessionData, SessionError, SignIn, SignedIn, Value, View,
};
pub use sign_ins::{BadKey, KnownEnds, SignInKey};

/// Makes the README's code compile as a test.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// Makes the code of the documents for people who come from elsewhere compile too.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../docs/FROM_FLASK.md")]
#[doc = include_str!("../docs/FROM_TOWER_SESSIONS.md")]
struct FromElsewhere;
