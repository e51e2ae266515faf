//! The settings of one type of session, as a builder gets them.

use std::any::TypeId;

use crate::Timestamp;
use crate::session::{Merge, Place};
use crate::shape::NotCarried;

/// A type of session that a builder was given.
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) tag: &'static str,
    pub(super) type_id: TypeId,
    pub(super) type_name: &'static str,
    pub(super) version: u16,
    pub(super) gives_up_newer: bool,
    pub(super) is_browsers: bool,
    /// The former name, and the time until which it is read.
    pub(super) former: Option<(String, Timestamp)>,
    /// Seconds for which a guest's data is kept from its start, the browser's from its last write.
    pub(super) lasting: Option<u64>,
    /// The place where the session is kept, unless the layer's default applies.
    pub(super) place: Option<Place>,
    pub(super) merge: Merge,
    /// Checks that the encoding can carry the type.
    pub(super) check: fn() -> Result<bool, NotCarried>,
    /// True if the type was tried out as a whole: then everything it writes is known to be read again.
    pub(super) is_certain: bool,
    pub(super) print: fn() -> [u8; 2],
    pub(super) keeps_order: fn() -> bool,
}

impl Registration {
    /// The cookie of a person's data.
    pub(super) fn own_name(&self) -> Option<String> {
        (!self.is_browsers).then(|| own(&self.name))
    }

    /// The former name of the guest's cookie, or of a person's.
    pub(super) fn former_name(&self, is_own: bool) -> Option<(String, Timestamp)> {
        let (name, until) = self.former.as_ref()?;
        Some((if is_own { own(name) } else { name.clone() }, *until))
    }

    /// The names of its cookies, without a prefix.
    pub(super) fn names(&self) -> Vec<String> {
        [Some(self.name.clone()), self.own_name()].into_iter().flatten().collect()
    }
}

fn own(name: &str) -> String {
    format!("{name}-own")
}
