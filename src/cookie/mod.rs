//! Cookies: a parser for requests, a writer for responses, and the budget between them.
//!
//! Guarantees: a cookie is found by the exact bytes of its name; nothing is percent-decoded, unquoted or
//! trimmed beyond SP and HTAB; one bad pair never hides another. A written field has one of two shapes,
//! set or remove, with the same attributes (RFC 6265bis §5.7, steps 20–23). It does not validate values:
//! a token that is not strict base64url is refused where it is opened.
//!
//! ```
//! use gingersnap::cookie::{Cookie, CookieError, CookieSettings, SameSite, values};
//!
//! // For SessionLayerBuilder::cookies: sent on no cross-site request.
//! let settings = CookieSettings { same_site: SameSite::Strict, ..CookieSettings::default() };
//! let cookie = Cookie::new("session", &settings)?;
//! assert_eq!(cookie.name(), "__Host-session");
//!
//! let field = b"theme=dark; __Host-session=token; __host-session=other";
//! let found = values([&field[..]], cookie.name().as_bytes()).collect::<Vec<_>>();
//! assert_eq!(found, [b"token"]);
//!
//! let mixed = CookieSettings { secure: false, ..settings };
//! assert_eq!(Cookie::new("session", &mixed).unwrap_err(), CookieError::NeedsSecure);
//! # Ok::<(), CookieError>(())
//! ```

mod budget;
mod parse;
mod set_cookie;

pub use budget::Budget;
pub(crate) use parse::set_value;
pub use parse::{Candidates, candidates, values};
pub use set_cookie::{Cookie, CookieError, CookieSettings, Prefix, SameSite};
