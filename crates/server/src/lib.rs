//! A hardened listener for an axum [`Router`](axum::Router) on gingersnap's sessions.
//!
//! It knows neither an application nor a command line. Its work:
//!
//! 1. It bounds what one client may take: connections, time, a request's head and body, HTTP/2 streams ([`Limits`],
//!    [`protect`]). A client that stops sending, stops reading, has no window for its answer or opens too many connections
//!    is let go.
//! 2. It speaks TLS 1.2 and 1.3 from PEM files, HTTP/2 preferred (feature `tls`), or plain HTTP.
//! 3. It keeps the key ring current on a thread of its own, at once on SIGHUP.
//! 4. It writes no core dumps: they would hold the keys.
//! 5. It watches the application's store, if that has one. It answers `/readyz`, shows metrics to Prometheus on another address, and writes events to stderr.
//! 6. SIGTERM and Ctrl-C finish what is in flight, within ten seconds in all.
//!
//! A start has stages, each a type, so that nothing is done too early: SIGHUP would kill a process that has not caught it,
//! and a start that fails without a port must not have made a ring.
//!
//! ```no_run
//! use axum::Router;
//! use axum::routing::get;
//! use gingersnap::keystore::FileKeystore;
//! use gingersnap::{Map, Reloader, Session, SessionLayer};
//! use gingersnap_server::{Listen, Settings, Start};
//!
//! async fn visits(mut session: Session) -> String {
//!     let visits = session.get("visits").unwrap_or(0_u32) + 1;
//!     session.insert("visits", visits);
//!     format!("visit {visits}")
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let settings = Settings::new(Listen::new("127.0.0.1:8080".parse()?, "LISTEN"));
//!     let bound = Start::new()?.bind(settings)?; // the ports are ours
//!     let loaded = bound.load(Reloader::start(FileKeystore::new("keys.json")))?; // the ring is there
//!     let sessions = SessionLayer::builder(loaded.keyring(), "visits production").session::<Map>("session");
//!     let app = Router::new().route("/", get(visits)).layer(sessions.build()?);
//!     let server = loaded.serve(app, |app| app)?; // everything stands
//!     println!("listening on {}", server.url());
//!     Ok(server.run()?) // until a signal
//! }
//! ```

mod connection;
mod core_dumps;
mod error;
mod head;
mod limits;
mod log;
mod metrics;
mod node;
mod port;
mod ports;
mod ready;
mod reload;
mod serve;
mod settings;
mod shutdown;
mod stack;
mod start;
mod store;
mod tls;

pub use connection::Proxy;
pub use core_dumps::forbid_core_dumps;
pub use error::{ServerError, ServerErrorKind};
pub use limits::Limits;
pub use log::LogFormat;
pub use port::Listen;
pub use serve::{Loaded, Serving};
pub use settings::Settings;
pub use stack::protect;
pub use start::{Bound, Start};
