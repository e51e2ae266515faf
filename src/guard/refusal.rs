//! The refusals of a guard.

use core::fmt;

/// The reason for a refusal, in the extensions of the 403 that answers it.
///
/// ```
/// # use gingersnap::GuardRefusal;
/// # use http::Response;
/// # fn page(_: GuardRefusal) -> Response<String> { Response::default() }
/// /// For `map_response` outside the guard.
/// fn shape(response: Response<String>) -> Response<String> {
///     match response.extensions().get::<GuardRefusal>() {
///         Some(reason) => page(*reason),
///         None => response,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GuardRefusal {
    /// `Sec-Fetch-Site` or `Origin` occurs twice.
    Repeated,
    /// `Sec-Fetch-Site` names another origin.
    OtherSite,
    /// `Origin` is another one, or `null`: our own pages send that if their `Referrer-Policy` is `no-referrer`.
    OtherOrigin,
    /// There is a cookie, but neither field.
    NoOrigin,
}

impl GuardRefusal {
    /// The reason's name in events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::OtherSite => "other_site",
            Self::OtherOrigin => "other_origin",
            Self::NoOrigin => "no_origin",
        }
    }
}

impl fmt::Display for GuardRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repeated => "Sec-Fetch-Site or Origin stands twice in the request",
            Self::OtherSite => "the browser says that the request comes from another origin",
            Self::OtherOrigin => "the request's Origin is not ours",
            Self::NoOrigin => "the request bears a cookie and does not say where it comes from",
        })
    }
}

impl core::error::Error for GuardRefusal {}
