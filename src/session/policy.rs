//! Limits on the life of a session.

use crate::Timestamp;

/// The limits of a session's life. They are applied when a session is opened, so that a shorter limit acts on tokens that are out
/// already. A sign-in also carries the end that held on its day: a longer absolute timeout acts only on new ones.
///
/// The presets are NIST SP 800-63B's timeouts for AAL1 to AAL3. A limit is reached when the age *equals* it. There is
/// no session without an absolute timeout.
///
/// ```
/// use gingersnap::Policy;
///
/// // A day at most, an hour without a request, and four weeks for people who ask to be remembered.
/// let policy = Policy::standard().remember_for(28 * 86_400);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    absolute_timeout: u64,
    idle_timeout: Option<u64>,
    renew_after: Option<u64>,
    remember_for: Option<u64>,
    remember_idle: Option<u64>,
}

impl Policy {
    /// 30 days, no idle timeout (AAL1).
    pub const fn relaxed() -> Self {
        Self::of(30 * DAY, None)
    }

    /// 24 hours, and one hour idle (AAL2): the default.
    pub const fn standard() -> Self {
        Self::of(DAY, Some(HOUR))
    }

    /// 12 hours, and 15 minutes idle (AAL3).
    pub const fn strict() -> Self {
        Self::of(DAY / 2, Some(HOUR / 4))
    }

    const fn of(absolute_timeout: u64, idle_timeout: Option<u64>) -> Self {
        Self { absolute_timeout, idle_timeout, renew_after: None, remember_for: None, remember_idle: None }
    }

    /// Seconds from a sign-in's start to its end, whatever happens in between. A guest's data has the same limit, unless
    /// [`lasting`](crate::SessionLayerBuilder::lasting) says otherwise.
    #[must_use]
    pub const fn absolute_timeout(self, seconds: u64) -> Self {
        Self { absolute_timeout: seconds, ..self }
    }

    /// Seconds from the last request that asked for the identity to the end of the sign-in; `None` for no such limit.
    ///
    /// It ends a sign-in that is left alone. It is no defence against a copy of the cookies, which can be kept active. With a
    /// store, activity that the store knows of counts as well as the cookie's, so that a proxy that drops cookies signs nobody
    /// out. The person's data waits until they sign in again; a guest's data has no idle timeout. A longer timeout acts at once:
    /// somebody who was idle may be signed in again.
    #[must_use]
    pub const fn idle_timeout(self, seconds: Option<u64>) -> Self {
        Self { idle_timeout: seconds, ..self }
    }

    /// The least seconds between two writes of activity. The default is a tenth of the timeout that the activity puts off, and an
    /// hour if only a list of sign-ins needs it.
    ///
    /// A session may end that much earlier than its idle timeout says, never later.
    #[must_use]
    pub const fn renew_after(self, seconds: u64) -> Self {
        Self { renew_after: Some(seconds), ..self }
    }

    /// The longest time, in seconds, that [`Identity::sign_in_and_remember`](super::Identity::sign_in_and_remember) may choose.
    /// Unless set, nobody is remembered.
    #[must_use]
    pub const fn remember_for(self, seconds: u64) -> Self {
        Self { remember_for: Some(seconds), ..self }
    }

    /// Seconds from the last request to the end of a remembered sign-in; unless set, there is no such limit.
    ///
    /// So a person who comes often enough stays signed in until [`remember_for`](Self::remember_for) at the latest. That can be
    /// long then: a year, with four weeks here. Only the activity cookie is sent again for it, and no page that was on its way at
    /// a sign-out signs anybody in again.
    #[must_use]
    pub const fn remember_idle(self, seconds: u64) -> Self {
        Self { remember_idle: Some(seconds), ..self }
    }

    pub(crate) const fn absolute(self) -> u64 {
        self.absolute_timeout
    }

    pub(crate) const fn remembered(self) -> Option<u64> {
        self.remember_for
    }

    /// The longest time that any session may last.
    pub(crate) fn longest(self) -> u64 {
        self.absolute_timeout.max(self.remember_for.unwrap_or_default())
    }

    /// The idle timeout of a sign-in.
    pub(crate) const fn idle_of(self, remembered: bool) -> Option<u64> {
        if self.remembers(remembered) { self.remember_idle } else { self.idle_timeout }
    }

    /// The seconds after which activity is written down again.
    pub(crate) fn renew_after_of(self, remembered: bool) -> u64 {
        let unset = || self.idle_of(remembered).map_or(HOUR, |idle| idle / 10);
        self.renew_after.unwrap_or_else(unset)
    }

    /// True if remembered people have an idle timeout, but nobody is remembered.
    pub(crate) const fn lacks_remember_for(self) -> bool {
        self.remember_idle.is_some() && self.remember_for.is_none()
    }

    /// The end of a sign-in, active or not: the one that held on its day, or an earlier one if the policy was shortened since.
    pub(crate) fn end_of(self, started_at: Timestamp, remembered: bool, ends_at: Timestamp) -> Timestamp {
        let limit = self.remember_for.filter(|_| remembered).unwrap_or(self.absolute_timeout);
        ends_at.min(started_at.plus(limit))
    }

    const fn remembers(self, remembered: bool) -> bool {
        remembered && self.remember_for.is_some()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::standard()
    }
}

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
