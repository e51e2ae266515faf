//! Cookies: a parser for requests, a writer for responses, and the budget between them.
//!
//! Guarantees: a cookie is found by the exact bytes of its name; nothing is percent-decoded, unquoted or
//! trimmed beyond SP and HTAB; one bad pair never hides another. What is written is one of two shapes,
//! set or remove, with the same attributes (RFC 6265bis §5.7, steps 20–23). It does not validate values:
//! a token that is not strict base64url is refused where it is opened.

mod budget;
mod build;
mod parse;

pub use budget::{Budget, DEFAULT_LIMIT};
pub use build::{Cookie, CookieError, CookieSettings, Prefix, SameSite};
pub(crate) use parse::set_value;
pub use parse::{Candidates, MAX_CANDIDATES, candidates, values};
