//! A person whose sign-ins are in a store.

use std::sync::Arc;

use gingersnap::keyring::Keyring;
use gingersnap::store::Store;
use gingersnap::token::{IdentityClaims, PersonId};
use gingersnap::{Policy, SessionError, SessionLayer, SignIn};

use crate::args::WhoArgs;
use crate::error::Error;
use crate::keys::Ring;

pub(super) struct Person {
    pub(super) id: PersonId,
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
        let id = ring
            .person(&args.audience, &args.layer, &subject)
            .ok_or_else(|| Error::usage("an audience and a layer's name have at most 65,535 bytes"))?;
        Ok(Self { id, subject, ring, audience: args.audience.clone(), layer: args.layer.clone() })
    }

    /// Seconds that a sign-in lives at most.
    pub(super) fn longest(&self) -> u64 {
        self.ring.longest_session()
    }

    /// The sign-ins that live, the newest activity first.
    pub(super) async fn sign_ins(&self, store: &Arc<dyn Store>) -> Result<Vec<SignIn>, Error> {
        let layer = SessionLayer::builder(self.ring.clone(), &*self.audience).store(Arc::clone(store));
        let layer = if self.layer.is_empty() { layer } else { layer.named(&self.layer) };
        let policy = Policy::standard().absolute_timeout(self.longest());
        let layer = layer.policy(policy).build().map_err(|error| Error::usage(error.to_string()))?;
        let listed = layer.revoker().map_err(failed)?.sign_ins(&self.subject).await;
        listed.map_err(failed)
    }
}

fn failed(error: SessionError) -> Error {
    match error {
        SessionError::StoreUnavailable(error) => error.into(),
        error => Error::refused(error.to_string()),
    }
}
