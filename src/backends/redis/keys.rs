//! Names and numbers as they are sent to the server.

use crate::store::RecordId;
use crate::token::PersonId;

/// The keys of a store.
pub(super) struct Keys {
    records: String,
    /// The prefix of all keys of sign-ins.
    pub(super) sign_ins: String,
    /// The key of no record: nothing is ever stored there.
    pub(super) none: String,
}

impl Keys {
    pub(super) fn new(name: &str) -> Self {
        let records = format!("gingersnap:{name}:session:");
        let none = format!("{records}-");
        Self { records, sign_ins: format!("gingersnap:{name}:sign-in:"), none }
    }

    pub(super) fn record(&self, id: RecordId) -> String {
        format!("{}{}", self.records, hex(&id.to_bytes()))
    }

    pub(super) fn person(&self, person: PersonId) -> String {
        format!("{}person:{}", self.sign_ins, hex(&person.to_bytes()))
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Three centuries, in seconds; the server refuses a time that its milliseconds cannot count.
pub(super) const LONGEST: u64 = 10_000_000_000;
