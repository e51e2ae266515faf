//! The facts at the start of a plaintext.
//!
//! Claims hold facts; the policy is applied when a token is opened, so that a shortened timeout acts on
//! tokens that are out already. Times are zigzag differences from `sealed_at`, since the clocks of nodes
//! differ. Each claim has one canonical encoding; any other is [`Refusal::BadClaims`].

use super::{PersonId, Plaintext, RecordId, SessionId};
use crate::{Refusal, Timestamp};

/// The claims of a data token, without the data.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DataClaims {
    /// The time at which this session's data began.
    pub started_at: Timestamp,
    /// The person whom the data belongs to; `None` for a guest's data, which is nobody's.
    pub owner: Option<PersonId>,
    /// The generation grows by one with every write.
    pub generation: u32,
    /// The application's version of the data's type.
    pub version: u16,
}

impl DataClaims {
    /// Appends the claims; the data comes after them.
    pub fn write(&self, sealed_at: Timestamp, plain: &mut Plaintext) {
        write_time(self.started_at, sealed_at, plain);
        write_owner(self.owner, plain);
        write_varint(self.generation.into(), plain);
        write_varint(self.version.into(), plain);
    }

    /// Reads the claims off the start of `plain`; returns them and the data.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`], also for [`PointerClaims`].
    pub fn read(sealed_at: Timestamp, plain: &[u8]) -> Result<(Self, &[u8]), Refusal> {
        let mut reader = Reader(plain);
        let claims = Self {
            started_at: reader.time(sealed_at)?,
            owner: reader.owner()?,
            generation: reader.varint()?.try_into().map_err(|_| Refusal::BadClaims)?,
            version: reader.varint()?.try_into().map_err(|_| Refusal::BadClaims)?,
        };
        Ok((claims, reader.0))
    }
}

/// The claims of a data token whose data is in a store's record; nothing comes after them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PointerClaims {
    /// The time at which this session's data began.
    pub started_at: Timestamp,
    /// The record, which says whose data it is.
    pub record: RecordId,
}

impl PointerClaims {
    /// Appends the claims.
    pub fn write(&self, sealed_at: Timestamp, plain: &mut Plaintext) {
        write_time(self.started_at, sealed_at, plain);
        plain.push(IN_A_STORE);
        plain.extend(&self.record.to_bytes());
    }

    /// Reads the claims; they must be all of `plain`.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`], also for [`DataClaims`].
    pub fn read(sealed_at: Timestamp, plain: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader(plain);
        let started_at = reader.time(sealed_at)?;
        if reader.byte()? != IN_A_STORE {
            return Err(Refusal::BadClaims);
        }
        let record = RecordId::from_bytes(reader.array()?);
        if reader.is_empty() { Ok(Self { started_at, record }) } else { Err(Refusal::BadClaims) }
    }
}

/// The claims of an identity token; nothing comes after them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct IdentityClaims<'a> {
    /// The name of this sign-in: new with each `sign_in` and `renew`.
    pub session_id: SessionId,
    /// The person who is signed in, as the ring named them then: [`Keyring::person`](crate::keyring::Keyring::person).
    pub person: PersonId,
    /// The person who is signed in, as the application names them; at most [`MAX_SUBJECT`](Self::MAX_SUBJECT) bytes.
    pub subject: &'a str,
    /// The time at which this session began; `renew` keeps it.
    pub started_at: Timestamp,
    /// The time at which the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// True if the person asked to stay signed in when the browser is closed.
    pub remembered: bool,
    /// The time at which the sign-in ends at the latest, by the policy of that day.
    pub ends_at: Timestamp,
}

impl<'a> IdentityClaims<'a> {
    /// The longest subject, in bytes of UTF-8.
    pub const MAX_SUBJECT: usize = 1024;

    /// Appends the claims.
    pub fn write(&self, sealed_at: Timestamp, plain: &mut Plaintext) {
        plain.extend(&self.session_id.to_bytes());
        plain.extend(&self.person.to_bytes());
        write_varint(self.subject.len() as u64, plain);
        plain.extend(self.subject.as_bytes());
        write_time(self.started_at, sealed_at, plain);
        write_time(self.authenticated_at, sealed_at, plain);
        plain.push(self.remembered.into());
        write_time(self.ends_at, sealed_at, plain);
    }

    /// Reads the claims; they must be all of `plain`.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`].
    pub fn read(sealed_at: Timestamp, plain: &'a [u8]) -> Result<Self, Refusal> {
        let mut reader = Reader(plain);
        let claims = Self {
            session_id: reader.session_id()?,
            person: reader.person()?,
            subject: reader.text(Self::MAX_SUBJECT)?,
            started_at: reader.time(sealed_at)?,
            authenticated_at: reader.time(sealed_at)?,
            remembered: reader.flag()?,
            ends_at: reader.time(sealed_at)?,
        };
        if reader.is_empty() { Ok(claims) } else { Err(Refusal::BadClaims) }
    }
}

/// The claims of an activity token: the sign-in that was active. Its time is the token's own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ActivityClaims {
    /// The sign-in that was active.
    pub session_id: SessionId,
}

impl ActivityClaims {
    /// Appends the claims.
    pub fn write(&self, plain: &mut Plaintext) {
        plain.extend(&self.session_id.to_bytes());
    }

    /// Reads the claims; they must be all of `plain`.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`].
    pub fn read(plain: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader(plain);
        let session_id = reader.session_id()?;
        if reader.is_empty() { Ok(Self { session_id }) } else { Err(Refusal::BadClaims) }
    }
}

/// Appends the owner: the form, and the person if there is one.
pub(super) fn write_owner(owner: Option<PersonId>, plain: &mut Plaintext) {
    match owner {
        None => plain.push(NOBODYS),
        Some(person) => {
            plain.push(A_PERSONS);
            plain.extend(&person.to_bytes());
        }
    }
}

/// Appends an unsigned LEB128 number of the least possible length.
pub(super) fn write_varint(mut number: u64, plain: &mut Plaintext) {
    while number >= 0x80 {
        plain.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    plain.push((number & 0x7f) as u8);
}

fn write_time(time: Timestamp, sealed_at: Timestamp, plain: &mut Plaintext) {
    let difference = time.unix().wrapping_sub(sealed_at.unix()).cast_signed();
    write_varint(((difference << 1) ^ (difference >> 63)).cast_unsigned(), plain);
}

/// Reads claims off the front of a plaintext.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> Result<u8, Refusal> {
        let (&byte, rest) = self.0.split_first().ok_or(Refusal::BadClaims)?;
        self.0 = rest;
        Ok(byte)
    }

    fn bytes(&mut self, len: usize) -> Result<&'a [u8], Refusal> {
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(Refusal::BadClaims)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (&bytes, rest) = self.0.split_first_chunk().ok_or(Refusal::BadClaims)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn flag(&mut self) -> Result<bool, Refusal> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Refusal::BadClaims),
        }
    }

    fn session_id(&mut self) -> Result<SessionId, Refusal> {
        self.array().map(SessionId::from_bytes)
    }

    fn person(&mut self) -> Result<PersonId, Refusal> {
        self.array().map(PersonId::from_bytes)
    }

    pub(super) fn owner(&mut self) -> Result<Option<PersonId>, Refusal> {
        match self.byte()? {
            NOBODYS => Ok(None),
            A_PERSONS => self.person().map(Some),
            _ => Err(Refusal::BadClaims),
        }
    }

    /// Reads a length and that many bytes of UTF-8, at most `limit`.
    pub(super) fn text(&mut self, limit: usize) -> Result<&'a str, Refusal> {
        let len = usize::try_from(self.varint()?).ok().filter(|&len| len <= limit);
        str::from_utf8(self.bytes(len.ok_or(Refusal::BadClaims)?)?).map_err(|_| Refusal::BadClaims)
    }

    fn varint(&mut self) -> Result<u64, Refusal> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits || (byte == 0 && shift > 0) {
                return Err(Refusal::BadClaims);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Refusal::BadClaims)
    }

    fn time(&mut self, sealed_at: Timestamp) -> Result<Timestamp, Refusal> {
        let zigzag = self.varint()?;
        let difference = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        sealed_at
            .unix()
            .checked_add_signed(difference)
            .filter(|&unix| unix <= u32::MAX.into())
            .map(Timestamp::from_unix)
            .ok_or(Refusal::BadClaims)
    }
}

/// The forms of claims with or without an owner.
const NOBODYS: u8 = 0;
const A_PERSONS: u8 = 1;
/// The form of data claims that point to a record.
const IN_A_STORE: u8 = 2;
