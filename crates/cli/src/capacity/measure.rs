//! Cookies sealed for their length, with a key of the moment.

use gingersnap::Timestamp;
use gingersnap::cookie::Budget;
use gingersnap::keyring::Keyring;
use gingersnap::token::{Aad, DataClaims, Kind, Padding, PersonId, Plaintext, SealError, Sealing, Suite};

use crate::edge;
use crate::error::Error;

/// A ring to seal with.
pub(super) struct Measure {
    keyring: Keyring,
    now: Timestamp,
}

/// Octets of the name and the value of a data cookie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Octets {
    pub(super) guest: usize,
    pub(super) signed_in: usize,
}

impl Measure {
    pub(super) fn new() -> Result<Self, Error> {
        let now = edge::now();
        Ok(Self { keyring: Keyring::init(Suite::default(), DAY, now, &mut edge::random)?, now })
    }

    /// The cookies of a session's first write, of a guest and of somebody who is signed in.
    pub(super) fn first(&self, data: &[u8], padding: Padding) -> Result<Octets, Error> {
        let claims = DataClaims { started_at: self.now, owner: None, generation: 1, version: 1 };
        let ada = DataClaims { owner: ADA, ..claims };
        Ok(Octets {
            guest: self.cookie(GUEST, claims, data, padding)?,
            signed_in: self.cookie(OWN, ada, data, padding)?,
        })
    }

    /// The longest that a cookie with this data becomes, without padding, which gives way: that of somebody who is signed in, in a
    /// session that is old and was written often. Data that has no room for it is refused from the beginning.
    pub(super) fn longest(&self, data: &[u8]) -> Result<usize, Error> {
        let started_at = Timestamp::from_unix(0);
        let claims = DataClaims { started_at, owner: ADA, generation: u32::MAX, version: u16::MAX };
        self.cookie(OWN, claims, data, Padding::None)
    }

    /// Octets of the value alone, in a guest's first cookie.
    pub(super) fn value(&self, data: &[u8]) -> Result<usize, Error> {
        Ok(self.first(data, Padding::default())?.guest - GUEST.len())
    }

    pub(super) fn fits(&self, data: &[u8]) -> Result<bool, Error> {
        Ok(self.longest(data)? <= Budget::default().octets())
    }

    fn cookie(&self, name: &str, claims: DataClaims, data: &[u8], padding: Padding) -> Result<usize, Error> {
        let mut plain = Plaintext::with_capacity(data.len() + 64);
        claims.write(self.now, &mut plain);
        // The print of the type's shape.
        plain.extend(&[0; 2]);
        plain.extend(data);
        let mut random = [0; Sealing::RANDOM_LEN];
        edge::random(&mut random).map_err(gingersnap::keyring::KeyringError::from)?;
        let limit = Budget::default().value_limit(name);
        let sealing = Sealing { padding, limit, ..Sealing::new(self.now, random) };
        let aad = Aad::new(Kind::Data, "session", name, "capacity", "");
        let aad = aad.ok_or_else(|| Error::refused("the name is too long"))?;
        match self.keyring.seal(plain, &aad, self.now, &sealing) {
            Ok(sealed) => Ok(name.len() + sealed.text_len()),
            Err(SealError::DoesNotFit { chars, .. }) => Ok(name.len() + chars),
            Err(error) => Err(error.into()),
        }
    }
}

const GUEST: &str = "__Host-session";
const OWN: &str = "__Host-session-own";
const ADA: Option<PersonId> = Some(PersonId::from_bytes([0xAD; 16]));
const DAY: u64 = 86_400;
