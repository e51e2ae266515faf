//! The verbs, one a file, named as the command is.

pub(super) mod add;
pub(super) mod disable;
pub(super) mod emergency;
pub(super) mod enable;
pub(super) mod export;
pub(super) mod identity;
pub(super) mod import;
pub(super) mod init;
pub(super) mod lint;
pub(super) mod list;
pub(super) mod promote;
pub(super) mod prune;
pub(super) mod restore;
pub(super) mod revoke;
pub(super) mod rewrap;
pub(super) mod rollout;
pub(super) mod rotate;
pub(super) mod sessions_dead_before;
pub(super) mod show;
pub(super) mod tick;
