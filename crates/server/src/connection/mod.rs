//! One connection, from accept to close.
//!
//! [`Gate`] lets at most a set number of them in, and of one address, and holds each to four rules that the HTTP library
//! does not have:
//!
//! 1. it is closed when no request was in flight for a while. For HTTP/1 the header timeout does this;
//!    HTTP/2 has none after the first request, and pings would keep a connection for ever;
//! 2. it is closed when the network does not take a response, or takes too little of it;
//! 3. it is closed when the client has no window for a response over HTTP/2, whatever else it asks for;
//! 4. its place is free again only when its stream is dropped.
//!
//! It works below TLS, so that the handshake's time counts too.

mod activity;
mod gate;
mod places;
mod proxies;
mod stream;
mod watched;

pub(crate) use gate::Gate;
pub(crate) use proxies::Proxies;
pub use proxies::Proxy;
pub(crate) use watched::Client;
