//! Texts that verbs share: before they change a ring, and after.

pub(super) mod after;
pub(super) mod before;
pub(super) mod compare;
pub(super) mod describe;
pub(super) mod finding;
pub(super) mod progress;
pub(super) mod timeline;
