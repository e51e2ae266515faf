//! Refusals of a token, or of the session in it.
//!
//! There is one kind for each rule of `docs/FORMAT.md` and of the session policy, and exactly one for a failed AEAD call. The
//! kind goes to the operator's events; a client never learns which it was.

use core::fmt;

/// The reason why a token or a session was refused: one kind per rule.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is longer than [`MAX_TEXT`](crate::token::Unopened::MAX_TEXT) characters.
    TooLong,
    /// The text is shorter than the 54 characters of an empty token.
    TooShort,
    /// Not canonical base64url without padding.
    NotBase64url,
    /// The suite byte names no suite of this format, now or later.
    UnknownSuite,
    /// The suite byte is not the one that the key's record fixes.
    WrongSuite,
    /// No key and no tombstone of the ring has this id.
    UnknownKey,
    /// No key has this id. The token was sealed within the last minutes, after the ring was found to be the newest: the ring may
    /// lag behind.
    UnknownNewerKey,
    /// The key was disabled by the operator and may come back.
    KeyDisabled,
    /// The key retired longer ago than the longest session lasts.
    KeyExpired,
    /// The key was revoked.
    KeyRevoked,
    /// The key was destroyed and left a tombstone.
    KeyDestroyed,
    /// Sealed longer ago than the longest session lasts.
    TooOld,
    /// The AEAD did not verify.
    Forged,
    /// Sealed more than 60 seconds and at most 5 minutes in the future.
    FromFuture,
    /// Sealed more than 5 minutes in the future.
    FarFuture,
    /// This node's clock is more than an hour behind the making of a key of its ring: it cannot be used to judge anything.
    ClockBehind,
    /// The plaintext does not end in 0x80 and at most 255 zeros.
    BadPadding,
    /// The claims are not in their one canonical form.
    BadClaims,
    /// The data does not decode, or some of its bytes are left over.
    BadData,
    /// The data has the program's version and another shape: the struct was changed without a new version.
    ChangedShape,
    /// The data has a version that this program does not know yet.
    NewerVersion,
    /// The data has a newer version, which this program was told to give up.
    GivenUpVersion,
    /// The data has a version that this program no longer migrates.
    OlderVersion,
    /// The session is in a store, and the layer has none.
    NoStore,
    /// The session is in a store that could not be asked.
    StoreUnavailable,
    /// The session was in a store and is no longer there: destroyed, over, or lost with the store.
    Gone,
    /// The record in the store does not open, belongs to another session, or is not the version that the store says.
    BadRecord,
    /// The data is in the cookie, but the layer keeps this session only in the store.
    NotInStore,
    /// The session reached its absolute timeout, or the end that was chosen when signing in.
    TimedOut,
    /// The sign-in was left alone for as long as the idle timeout.
    Idle,
    /// The sign-in began, or the data was last written, before the ring's `sessions_dead_before`.
    SessionsDead,
    /// The sign-in was ended: signed out, or ended by its person or an operator.
    Ended,
    /// All sign-ins of the person that were sealed up to a certain time were ended.
    CutOff,
    /// It is not known whether the sign-in is over: the store, which knows who was ended and who was active lately, was not
    /// reached.
    EndsUnknown,
    /// More than four different values came under one cookie name.
    TooManyCookies,
    /// Valid tokens of different owners came under one cookie name.
    Conflict,
}

/// The consequence of a refusal for the next write.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RefusalClass {
    /// The token will never be accepted again: a write starts a fresh session.
    Dead,
    /// Another node, or this one a little later, may accept the token: a write must not replace it.
    Unsettled,
}

impl Refusal {
    /// Every refusal of this version.
    pub const ALL: [Self; 36] = [
        Self::TooLong,
        Self::TooShort,
        Self::NotBase64url,
        Self::UnknownSuite,
        Self::WrongSuite,
        Self::UnknownKey,
        Self::UnknownNewerKey,
        Self::KeyDisabled,
        Self::KeyExpired,
        Self::KeyRevoked,
        Self::KeyDestroyed,
        Self::TooOld,
        Self::Forged,
        Self::FromFuture,
        Self::FarFuture,
        Self::ClockBehind,
        Self::BadPadding,
        Self::BadClaims,
        Self::BadData,
        Self::ChangedShape,
        Self::NewerVersion,
        Self::GivenUpVersion,
        Self::OlderVersion,
        Self::NoStore,
        Self::StoreUnavailable,
        Self::Gone,
        Self::BadRecord,
        Self::NotInStore,
        Self::TimedOut,
        Self::Idle,
        Self::SessionsDead,
        Self::Ended,
        Self::CutOff,
        Self::EndsUnknown,
        Self::TooManyCookies,
        Self::Conflict,
    ];

    /// True if the token may be accepted later or elsewhere.
    pub fn is_unsettled(self) -> bool {
        self.class() == RefusalClass::Unsettled
    }

    /// The consequence of this refusal for the next write.
    pub const fn class(self) -> RefusalClass {
        match self {
            Self::UnknownNewerKey
            | Self::KeyDisabled
            | Self::FromFuture
            | Self::ClockBehind
            | Self::NewerVersion
            | Self::NoStore
            | Self::StoreUnavailable
            | Self::EndsUnknown => RefusalClass::Unsettled,
            _ => RefusalClass::Dead,
        }
    }

    /// The refusal of a record in a store whose token was refused for this reason. A reason that shows that these bytes are not
    /// the record becomes [`BadRecord`](Self::BadRecord). A reason about the key, the age or the data stays.
    #[must_use]
    pub const fn of_record(self) -> Self {
        match self {
            Self::TooShort
            | Self::UnknownSuite
            | Self::WrongSuite
            | Self::Forged
            | Self::BadPadding
            | Self::BadClaims => Self::BadRecord,
            other => other,
        }
    }

    /// The kind's name in events, in `--json` output and in the test vectors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::TooShort => "too_short",
            Self::NotBase64url => "not_base64url",
            Self::UnknownSuite => "unknown_suite",
            Self::WrongSuite => "wrong_suite",
            Self::UnknownKey => "unknown_key",
            Self::UnknownNewerKey => "unknown_newer_key",
            Self::KeyDisabled => "key_disabled",
            Self::KeyExpired => "key_expired",
            Self::KeyRevoked => "key_revoked",
            Self::KeyDestroyed => "key_destroyed",
            Self::TooOld => "too_old",
            Self::Forged => "forged",
            Self::FromFuture => "from_future",
            Self::FarFuture => "far_future",
            Self::ClockBehind => "clock_behind",
            Self::BadPadding => "bad_padding",
            Self::BadClaims => "bad_claims",
            Self::BadData => "bad_data",
            Self::ChangedShape => "changed_shape",
            Self::NewerVersion => "newer_version",
            Self::GivenUpVersion => "given_up_version",
            Self::OlderVersion => "older_version",
            Self::NoStore => "no_store",
            Self::StoreUnavailable => "store_unavailable",
            Self::Gone => "gone",
            Self::BadRecord => "bad_record",
            Self::NotInStore => "not_in_store",
            Self::TimedOut => "timed_out",
            Self::Idle => "idle",
            Self::SessionsDead => "sessions_dead",
            Self::Ended => "ended",
            Self::CutOff => "cut_off",
            Self::EndsUnknown => "ends_unknown",
            Self::TooManyCookies => "too_many_cookies",
            Self::Conflict => "conflict",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::TooLong => "the token is longer than any token may be",
            Self::TooShort => "the token is shorter than an empty one",
            Self::NotBase64url => "the token is not canonical base64url without padding",
            Self::UnknownSuite => "the token's suite is none of this format's",
            Self::WrongSuite => "the token's suite is not its key's suite",
            Self::UnknownKey => "the key ring has no key of the token's id",
            Self::UnknownNewerKey => "the token's key is newer than the loaded key ring",
            Self::KeyDisabled => "the token's key is disabled",
            Self::KeyExpired => "the token's key has expired",
            Self::KeyRevoked => "the token's key is revoked",
            Self::KeyDestroyed => "the token's key was destroyed",
            Self::TooOld => "the token is older than the longest session",
            Self::Forged => "the token was not sealed by this key for this use, or was changed since",
            Self::FromFuture => "the token was sealed more than 60 seconds in the future",
            Self::FarFuture => "the token was sealed more than 5 minutes in the future",
            Self::ClockBehind => {
                "this node's clock is more than an hour behind the making of a key of its ring"
            }
            Self::BadPadding => "the plaintext's padding is not 0x80 and at most 255 zeros",
            Self::BadClaims => "the claims are malformed",
            Self::BadData => "the data does not decode, or has bytes left over",
            Self::ChangedShape => "the data's struct was changed without a new VERSION",
            Self::NewerVersion => "the data has a newer version than this program knows",
            Self::GivenUpVersion => "the data has a newer version, which this program was told to give up",
            Self::OlderVersion => "the data has an older version than this program migrates",
            Self::NoStore => {
                "the session is in a store, and the layer has none: give its builder a `.store(…)`"
            }
            Self::StoreUnavailable => "the session is in a store that could not be asked",
            Self::Gone => "the session is not in the store any more",
            Self::BadRecord => "the session's record in the store is not what it is kept as",
            Self::NotInStore => "the data is in the cookie, and belongs in the store",
            Self::TimedOut => "the session reached its absolute timeout, or its chosen end",
            Self::Idle => "the session was left alone for as long as its idle timeout",
            Self::SessionsDead => {
                "the sign-in began, or the data was last written, before the ring's sessions_dead_before"
            }
            Self::Ended => "the sign-in was ended",
            Self::CutOff => "all sign-ins of the person until then were ended",
            Self::EndsUnknown => {
                "nobody can say whether the sign-in is over: the store that knows was not reached"
            }
            Self::TooManyCookies => "more than four different cookies have this name",
            Self::Conflict => "cookies of different owners have this name",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Refusal {}
