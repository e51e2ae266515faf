//! The place where a session's data is kept.

use crate::Timestamp;

/// The place where the data of a session is kept. A read takes the data from wherever it is.
///
/// A session that is in the store stays there until it ends, whatever its place.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// In the cookie: data that does not fit is [`DoesNotFit`](crate::DoesNotFit). The default without a store.
    #[default]
    Cookie,
    /// In the cookie until a write does not fit, and then in the store. The default with one.
    CookieThenStore,
    /// In the store. Data in a cookie is refused, since an old cookie can be put back. For data that must not be replayed.
    Store,
    /// Like [`Store`](Self::Store), for a session that was in cookies: cookies sealed before this time are accepted. The time is
    /// the end of the deploy that moved the session. Until `longest_session` after it, an old cookie can still be put back.
    StoreSince(Timestamp),
}

impl Place {
    /// The refusal of data in a cookie, if it should not be there.
    pub(crate) fn refuses_cookie(self, sealed_at: Timestamp) -> bool {
        match self {
            Self::Cookie | Self::CookieThenStore => false,
            Self::Store => true,
            Self::StoreSince(end) => sealed_at >= end,
        }
    }

    /// True if no data of the session is kept in a cookie.
    pub(crate) const fn is_store(self) -> bool {
        matches!(self, Self::Store | Self::StoreSince(_))
    }
}
