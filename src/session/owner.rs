//! The request and its owner, for decisions about data.

use super::identity_state::{IdentityState, Tie};
use super::incoming::{self, Fields};
use super::settings::{DataUse, Settings};
use crate::Timestamp;
use crate::token::DataClaims;

/// Looks the identity up only when a decision needs it.
pub(crate) struct Owner<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) fields: &'a Fields,
    pub(crate) now: Timestamp,
    pub(crate) identity: &'a mut IdentityState,
}

impl Owner<'_> {
    /// The identity, opened if it was not yet.
    pub(crate) fn read(&mut self) -> &mut IdentityState {
        self.identity.read(self.settings, self.fields, self.now);
        self.identity
    }

    /// Opens a data cookie that the identity may see; tells `met` the tie of each owner to it.
    pub(super) fn data(
        &mut self,
        data: &DataUse,
        mut met: impl FnMut(Tie),
    ) -> incoming::Incoming<DataClaims> {
        let Self { settings, fields, now, identity } = self;
        incoming::data(settings, fields, *now, data, |owner| {
            identity.read(settings, fields, *now);
            let tie = identity.tie(owner);
            met(tie);
            match (tie, identity.unsettled()) {
                (Tie::Current | Tie::Follows, _) => Ok(true),
                (_, Some(refusal)) => Err(refusal),
                (Tie::Ended | Tie::Lapsed | Tie::Foreign, None) => Ok(false),
            }
        })
    }
}
