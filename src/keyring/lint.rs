//! What an operator should know about a ring.

use core::fmt;

use super::{KeyState, Keyring};
use crate::token::KeyId;
use crate::{SKEW, Timestamp};

/// Something that is not as it should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Finding {
    kind: FindingKind,
    key: Option<KeyId>,
}

/// Which rule of good keeping is broken.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FindingKind {
    /// No key seals now.
    NoActive,
    /// No standby is ready for the next rotation.
    NoStandby,
    /// A key retires and no successor is there at that moment.
    NoSuccessor,
    /// The active key is in force for more than 90 days.
    ActiveTooOld,
    /// A newer key is in force, but this one never retired, so it never expires.
    NeverRetires,
    /// The key was created in the future: some clock is wrong.
    FromFuture,
    /// The key is disabled and still has its secret.
    LeftDisabled,
    /// The key is expired or revoked and still has its secret.
    Unpruned,
}

impl Finding {
    /// Which rule it is.
    pub const fn kind(self) -> FindingKind {
        self.kind
    }

    /// The key it is about, if it is about one.
    pub const fn key(self) -> Option<KeyId> {
        self.key
    }

    /// What to do about it.
    pub const fn hint(self) -> &'static str {
        match self.kind {
            FindingKind::NoActive => "`gingersnap keys promote KEY` puts a staged key or a standby in force",
            FindingKind::NoStandby => "`gingersnap keys add` makes one",
            FindingKind::NoSuccessor => "`gingersnap keys rotate` schedules the standby",
            FindingKind::ActiveTooOld => "`gingersnap keys rotate`",
            FindingKind::NeverRetires => "the next `gingersnap keys rotate` retires it",
            FindingKind::FromFuture => "compare the clocks of the machines that write this ring",
            FindingKind::LeftDisabled => "`gingersnap keys enable` or `gingersnap keys revoke` it",
            FindingKind::Unpruned => "`gingersnap keys prune`, twice, a day apart",
        }
    }
}

impl FindingKind {
    /// The kind's name in `--json` output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoActive => "no_active",
            Self::NoStandby => "no_standby",
            Self::NoSuccessor => "no_successor",
            Self::ActiveTooOld => "active_too_old",
            Self::NeverRetires => "never_retires",
            Self::FromFuture => "from_future",
            Self::LeftDisabled => "left_disabled",
            Self::Unpruned => "unpruned",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::NoActive => "no key seals: opening goes on, new sessions fail",
            Self::NoStandby => "there is no standby",
            Self::NoSuccessor => "retires and has no successor",
            Self::ActiveTooOld => "has been active for more than 90 days",
            Self::NeverRetires => "was superseded and never retires",
            Self::FromFuture => "was created in the future",
            Self::LeftDisabled => "is disabled",
            Self::Unpruned => "is dead and still has its secret",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            None => f.write_str(self.kind.text()),
            Some(key) => write!(f, "key {key} {}", self.kind.text()),
        }
    }
}

impl Keyring {
    /// Everything that an operator should look at, first what is about the whole ring.
    pub fn lint(&self, now: Timestamp) -> Vec<Finding> {
        let has = |state| self.keys.iter().any(|key| self.state(key, now) == state);
        let ring = [
            (!has(KeyState::Active), FindingKind::NoActive),
            (!has(KeyState::Standby), FindingKind::NoStandby),
        ];
        let ring = ring.into_iter().filter(|(found, _)| *found).map(|(_, kind)| Finding { kind, key: None });
        let keys = self.keys.iter().flat_map(|key| {
            let state = self.state(key, now);
            let no_successor = |at| state == KeyState::Active && self.active(at).is_none();
            let age = key.not_before.map_or(0, |at| at.age_at(now));
            [
                (key.retired_at.is_some_and(no_successor), FindingKind::NoSuccessor),
                (state == KeyState::Active && age > ACTIVE_LIMIT, FindingKind::ActiveTooOld),
                (state == KeyState::Retiring && key.retired_at.is_none(), FindingKind::NeverRetires),
                (key.created > now.plus(SKEW), FindingKind::FromFuture),
                (state == KeyState::Disabled, FindingKind::LeftDisabled),
                (matches!(state, KeyState::Expired | KeyState::Revoked), FindingKind::Unpruned),
            ]
            .into_iter()
            .filter(|(found, _)| *found)
            .map(|(_, kind)| Finding { kind, key: Some(key.id) })
        });
        ring.chain(keys).collect()
    }
}

/// How long one key should seal: 90 days, in seconds.
const ACTIVE_LIMIT: u64 = 90 * 86_400;
