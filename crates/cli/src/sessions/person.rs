//! A person whose sign-ins are in a store.

use std::sync::Arc;

use gingersnap::keyring::Keyring;
use gingersnap::store::Store;
use gingersnap::token::IdentityClaims;
use gingersnap::{Policy, Revoker, SessionError, SessionLayer};

use crate::args::WhoArgs;
use crate::error::Error;
use crate::keys::Ring;

pub(super) struct Person {
    pub(super) subject: String,
    ring: Keyring,
    audience: String,
    layer: String,
}

impl Person {
    /// Tells who it is: the ring alone knows by which id stores have somebody.
    pub(super) fn find(args: &WhoArgs) -> Result<Self, Error> {
        let subject = args.subject.clone();
        if subject.is_empty() || subject.len() > IdentityClaims::MAX_SUBJECT {
            let most = IdentityClaims::MAX_SUBJECT;
            return Err(Error::usage(format!("a subject has from 1 to {most} bytes")));
        }
        let ring = Ring::new(&args.ring)?.load()?;
        if ring.person(&args.audience, &args.layer, &subject).is_none() {
            return Err(Error::usage("an audience and a layer's name have at most 65,535 bytes"));
        }
        Ok(Self { subject, ring, audience: args.audience.clone(), layer: args.layer.clone() })
    }

    /// What lists and ends their sign-ins in a store.
    pub(super) fn revoker(&self, store: &Arc<dyn Store>) -> Result<Revoker, Error> {
        let layer = SessionLayer::builder(self.ring.clone(), &*self.audience).store(Arc::clone(store));
        let layer = if self.layer.is_empty() { layer } else { layer.named(&self.layer) };
        let policy = Policy::standard().absolute_timeout(self.ring.longest_session());
        let layer = layer.policy(policy).build().map_err(|error| Error::usage(error.to_string()))?;
        layer.revoker().map_err(failed)
    }
}

pub(super) fn failed(error: SessionError) -> Error {
    match error {
        SessionError::StoreUnavailable(error) => error.into(),
        SessionError::Conflict => Error::refused(
            "they were signed out everywhere dozens of times within seconds: nothing was changed",
        )
        .with_hint("try again in half a minute"),
        error => Error::refused(error.to_string()),
    }
}
