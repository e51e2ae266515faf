//! The guard: a request that changes something must come from our own pages.
//!
//! The rules, in the order of evaluation; the first that applies decides:
//! 1. GET, HEAD and OPTIONS change nothing and pass, unless they ask for a WebSocket (`Upgrade: websocket`): it bears
//!    our cookies, and no browser keeps another page from reading it. CONNECT, with which HTTP/2 opens one, is not
//!    safe either.
//! 2. A path that was exempted passes.
//! 3. A repeated `Sec-Fetch-Site` or `Origin` is refused: no browser sends one, and it is open which of them is read.
//! 4. `Sec-Fetch-Site` is the browser's own word, which no page can set: `same-origin` passes, and so does `none`,
//!    which no page began. Every other value is refused, `same-site` too, since a neighbour's subdomain is not us,
//!    unless `Origin` is one that was allowed.
//! 5. Without it (plain http beyond loopback, WebSockets in some browsers, browsers before 2023) `Origin` must be ours,
//!    scheme, host and port, or one that was allowed.
//! 6. A request without both is from no browser of the last years. It passes without a cookie: it then acts for nobody.
//!
//! Rule 4 holds for WebSockets too. Nobody types the address of one, so `none` there comes from the browser
//! itself or an extension; both could act for the person anyway, and a page cannot cause it.
//!
//! Guarantees: a refused request reaches no handler; settings that could never match are refused when they are made;
//! text that is not an origin in the strict sense is never ours. It does not guard against a GET that changes something,
//! a script in our own origin (XSS), or requests without a cookie that are trusted for something else that comes along
//! by itself: a client certificate, Basic authentication, a network address.

mod allowed;
mod decide;
mod error;
mod future;
mod layer;
mod origin;
mod refusal;
mod service;

pub use error::GuardError;
pub use future::GuardFuture;
pub use layer::OriginGuard;
pub use refusal::GuardRefusal;
pub use service::GuardService;
