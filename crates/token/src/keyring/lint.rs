//! Findings about a ring that an operator should know of.

use core::fmt;
use std::borrow::Cow;

use super::{Key, KeyState, Keyring};
use crate::token::KeyId;
use crate::{SKEW, Timestamp};

/// A fault that an operator should look at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    kind: FindingKind,
    key: Option<KeyId>,
    text: Cow<'static, str>,
}

/// The rule of good keeping that is broken.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FindingKind {
    /// No key seals now.
    NoActive,
    /// No standby is ready for the next rotation.
    NoStandby,
    /// A key retires, and no successor is in force at that moment.
    NoSuccessor,
    /// The policy lets a session last longer than the ring does.
    LongestSessionTooShort,
    /// The active key has been in force for longer than a key should be.
    ActiveTooOld,
    /// A rotation is scheduled more than [`Keyring::MAX_PROPAGATION`] ahead: some clock is or was wrong.
    FarAhead,
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
    /// The rule that is broken.
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// The key that the finding is about, if any.
    pub const fn key(&self) -> Option<KeyId> {
        self.key
    }

    /// The remedy.
    pub const fn hint(&self) -> &'static str {
        match self.kind {
            FindingKind::NoActive => "`gingersnap keys promote KEY` puts a staged key or a standby in force",
            FindingKind::NoStandby => "`gingersnap keys add` makes one",
            FindingKind::NoSuccessor => "`gingersnap keys rotate` schedules the standby",
            FindingKind::LongestSessionTooShort => {
                "shorten the policy: a layer that has it does not start; the ring keeps its longest session"
            }
            FindingKind::ActiveTooOld => "`gingersnap keys rotate`, or `gingersnap keys tick` from a timer",
            FindingKind::FarAhead => {
                "compare the clocks; if it is the date that is wrong, `gingersnap keys disable` withdraws it"
            }
            FindingKind::NeverRetires => "the next `gingersnap keys rotate` retires it",
            FindingKind::FromFuture => "compare the clocks of the machines that write this ring",
            FindingKind::LeftDisabled => "`gingersnap keys enable` or `gingersnap keys revoke` it",
            FindingKind::Unpruned => "`gingersnap keys prune` or `gingersnap keys tick`, twice, a day apart",
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
            Self::LongestSessionTooShort => "longest_session_too_short",
            Self::ActiveTooOld => "active_too_old",
            Self::FarAhead => "far_ahead",
            Self::NeverRetires => "never_retires",
            Self::FromFuture => "from_future",
            Self::LeftDisabled => "left_disabled",
            Self::Unpruned => "unpruned",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            None => f.write_str(&self.text),
            Some(key) => write!(f, "key {key} {}", self.text),
        }
    }
}

impl Keyring {
    /// All findings that an operator should look at; those about the whole ring come first.
    ///
    /// `every` is the time for which a key should seal. `longest_policy` is the longest time that a policy in use allows a
    /// session, if known. Both are in seconds.
    pub fn lint(&self, every: u64, longest_policy: Option<u64>, now: Timestamp) -> Vec<Finding> {
        let has = |state| self.keys.iter().any(|key| self.state(key, now) == state);
        let mut findings = Vec::new();
        let mut find = |found: bool, kind, text: Cow<'static, str>| {
            findings.extend(found.then_some(Finding { kind, key: None, text }));
        };
        find(
            !has(KeyState::Active),
            FindingKind::NoActive,
            "no key seals: opening goes on, new sessions fail".into(),
        );
        find(!has(KeyState::Standby), FindingKind::NoStandby, "there is no standby".into());
        if let Some(policy) = longest_policy {
            let (longest, given) = (exact_duration(self.longest_session), exact_duration(policy));
            let text =
                format!("the ring's longest session is {longest}, shorter than {given} of a policy in use");
            find(policy > self.longest_session, FindingKind::LongestSessionTooShort, text.into());
        }
        findings.extend(self.keys.iter().flat_map(|key| self.lint_key(key, every, now)));
        findings
    }

    fn lint_key(&self, key: &Key, every: u64, now: Timestamp) -> impl Iterator<Item = Finding> {
        let state = self.state(key, now);
        let no_successor = |at| state == KeyState::Active && self.active(at).is_none();
        let age = key.not_before.map_or(0, |at| at.age_at(now));
        let ahead = key.not_before.map_or(0, |at| now.until(at));
        let too_old = format!("has been active for more than {}", exact_duration(every));
        let far = format!("comes into force only in {}", exact_duration(ahead / DAY * DAY));
        let id = key.id;
        [
            (
                key.retired_at.is_some_and(no_successor),
                FindingKind::NoSuccessor,
                "retires and has no successor".into(),
            ),
            (state == KeyState::Active && age > every, FindingKind::ActiveTooOld, too_old.into()),
            (ahead > Self::MAX_PROPAGATION + SKEW, FindingKind::FarAhead, far.into()),
            (
                state == KeyState::Retiring && key.retired_at.is_none(),
                FindingKind::NeverRetires,
                "was superseded and never retires".into(),
            ),
            (key.created > now.plus(SKEW), FindingKind::FromFuture, "was created in the future".into()),
            (state == KeyState::Disabled, FindingKind::LeftDisabled, "is disabled".into()),
            (self.is_dead(key, now), FindingKind::Unpruned, "is dead and still has its secret".into()),
        ]
        .into_iter()
        .filter_map(move |(found, kind, text): (bool, _, Cow<'static, str>)| {
            found.then_some(Finding { kind, key: Some(id), text })
        })
    }
}

/// The time in the largest unit that divides it: `90 days`, `36 h`, `90 s`.
fn exact_duration(seconds: u64) -> String {
    match seconds {
        0 => "0 s".into(),
        DAY => "1 day".into(),
        _ if seconds.is_multiple_of(DAY) => format!("{} days", seconds / DAY),
        _ if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

const DAY: u64 = 86_400;
