//! Where a session's data is kept.

use crate::Timestamp;

/// Where the data of a session is kept; a read takes it from wherever it is.
///
/// A session that is in the store stays there until it ends, whatever its place.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// In the cookie: what does not fit is [`DoesNotFit`](crate::DoesNotFit). The default without a store.
    #[default]
    Cookie,
    /// In the cookie until a write does not fit, and then in the store. The default with one.
    CookieThenStore,
    /// In the store. Data in a cookie is refused, since an old cookie can be put back: for what must not be replayed.
    Store,
    /// As [`Store`](Self::Store), for a session that was in cookies: those that were sealed before this time are taken. It is the end
    /// of the deploy that moved it; until `longest_session` after it an old cookie can still be put back.
    StoreSince(Timestamp),
}

impl Place {
    /// The refusal of data that is in a cookie and should not be.
    pub(crate) fn refuses_cookie(self, sealed_at: Timestamp) -> bool {
        match self {
            Self::Cookie | Self::CookieThenStore => false,
            Self::Store => true,
            Self::StoreSince(end) => sealed_at >= end,
        }
    }

    /// True if nothing of it is kept in a cookie.
    pub(crate) const fn is_store(self) -> bool {
        matches!(self, Self::Store | Self::StoreSince(_))
    }
}
