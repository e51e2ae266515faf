//! The deeds of a handler on the messages.

use super::Course;
use crate::facts::{Note, Person};

/// The messages: those that came and are left, and those that are new.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) left: Vec<Note>,
    pub(crate) added: Vec<Note>,
    pub(crate) is_changed: bool,
}
impl Course<'_> {
    /// Shows the messages for who is there now, and those for anybody.
    pub(crate) fn show(&mut self) -> Vec<String> {
        let person = self.person();
        let is_for = |note: &mut Note| note.owner.is_none() || note.owner == person;
        let shown: Vec<_> = self.notes.left.extract_if(.., is_for).map(|note| note.text).collect();
        self.notes.is_changed |= !shown.is_empty();
        shown
    }

    pub(crate) fn push(&mut self, text: String) {
        let owner = self.person();
        self.notes.added.push(Note { owner, text });
    }
}

impl Notes {
    pub(super) fn keep(&mut self, keep: impl Fn(Option<Person>) -> bool) {
        let count = self.left.len() + self.added.len();
        self.left.retain(|note| keep(note.owner));
        self.added.retain(|note| keep(note.owner));
        self.is_changed |= count != self.left.len() + self.added.len();
    }
}
