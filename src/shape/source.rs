//! The sources of a type: questions and answers, and their places.

use core::fmt;

use super::scalar::Scalar;

/// Answers a type's questions.
pub(super) trait Source<'de> {
    fn scalar<S: Scalar>(&mut self, place: &Place) -> Result<S, Stop>;
    fn text(&mut self, place: &Place) -> Result<&'de str, Stop>;
    fn bytes(&mut self, place: &Place) -> Result<&'de [u8], Stop>;
    fn is_some(&mut self, place: &Place) -> Result<bool, Stop>;
    /// The number of elements of a list or entries of a map.
    fn len(&mut self, place: &Place) -> Result<usize, Stop>;
    /// A struct or tuple begins; `count` is the number of fields that are really read, if known.
    fn open(&mut self, _asked: &Asked, _count: Option<usize>) -> Result<(), Stop> {
        Ok(())
    }
    /// The name of its next field, the one at `index`; as it is asked for, unless a value was written otherwise.
    fn field(&mut self, asked: &Asked, index: usize) -> Result<Option<&'static str>, Stop> {
        Ok(asked.names.get(index).copied())
    }
    fn close(&mut self) -> Result<(), Stop> {
        Ok(())
    }
    /// The number and name of a variant.
    fn variant(&mut self, asked: &Asked, place: &Place) -> Result<(u32, &'static str), Stop>;
    fn close_variant(&mut self, _is_accepted: bool) {}
}

/// A struct, tuple or enum that is asked for; a tuple's names are empty.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Asked {
    pub(super) name: &'static str,
    /// The names of fields or variants, aliases among them.
    pub(super) names: &'static [&'static str],
}

/// The place of a value.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) depth: usize,
}

/// The number of fields each struct really reads: aliases are among the names, and are no fields.
#[derive(Default)]
pub(super) struct Counts(Vec<(Asked, usize)>);

impl Counts {
    pub(super) fn get(&self, asked: &Asked) -> Option<usize> {
        self.0.iter().find(|(other, _)| other == asked).map(|(_, count)| *count)
    }

    pub(super) fn set(&mut self, asked: Asked, count: usize) {
        if self.get(&asked).is_none() {
            self.0.push((asked, count));
        }
    }
}

/// An error in place of a value.
#[derive(Debug)]
pub(super) enum Stop {
    /// The encoding cannot carry it: the field below the present one, the reason, and whether that is sure.
    Fault(Option<String>, String, bool),
    /// The type's own reason.
    Own(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Fault(_, text, _) | Self::Own(text)) = self;
        f.write_str(text)
    }
}

impl core::error::Error for Stop {}

impl serde::de::Error for Stop {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::Own(text.to_string())
    }
}

impl serde::ser::Error for Stop {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::Own(text.to_string())
    }
}

/// Every tuple.
pub(super) const TUPLE: Asked = Asked { name: "", names: &[] };
pub(super) const UNSIZED: &str = "is a list or map of unknown length, as a struct with #[serde(flatten)] is, and the \
                                  encoding needs the length; do not flatten";
