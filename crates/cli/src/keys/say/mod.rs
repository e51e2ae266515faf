//! Texts that verbs share: before they change a ring, and after.

pub(super) mod changes;
pub(super) mod compare;
pub(super) mod describe;
pub(super) mod effects;
pub(super) mod finding;
