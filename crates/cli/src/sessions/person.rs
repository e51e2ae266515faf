//! A person whose sign-ins are in a store.

use std::cmp::Reverse;

use gingersnap::store::SignInRow;
use gingersnap::token::{IdentityClaims, PersonId};
use gingersnap::{SignInKey, Timestamp};

use crate::args::WhoArgs;
use crate::error::Error;
use crate::keys::Ring;

pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) subject: String,
    /// Seconds that a sign-in lives at most.
    pub(super) longest: u64,
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
        Ok(Self { id, subject, longest: ring.longest_session() })
    }
}

/// A sign-in that lives, whatever number of tabs renewed it.
pub(super) struct SignIn {
    pub(super) key: SignInKey,
    pub(super) started_at: Timestamp,
    pub(super) seen_at: Timestamp,
}

/// The sign-ins in a person's rows, the newest activity first.
pub(super) fn sign_ins(person: PersonId, rows: &[SignInRow]) -> Vec<SignIn> {
    let mut all: Vec<SignIn> = Vec::with_capacity(rows.len());
    for row in rows {
        let key = SignInKey::new(person, row.first);
        match all.iter_mut().find(|it| it.key == key) {
            Some(it) => it.seen_at = it.seen_at.max(row.seen_at),
            None => all.push(SignIn { key, started_at: row.started_at, seen_at: row.seen_at }),
        }
    }
    all.sort_by_cached_key(|it| (Reverse(it.seen_at), it.key.to_string()));
    all
}
