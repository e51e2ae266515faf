//! The print of a type: two bytes that change with its shape.
//!
//! The print stands before the data in a token, so that a struct that was changed without a new version is refused where postcard
//! would misread it. It is made of what the type's `Deserialize` asks for when it reads samples, as a text (FORMAT, "Shape
//! print"). No value of the type, no default and no compiler has a part in it.
//!
//! A type that refuses every sample at one place is known only up to that place, and a change behind it is not seen.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::text::Text;
use super::tracer::Tracer;
use super::tree::Tree;

/// The print of `T`; never [`NO_PRINT`].
pub(crate) fn print<T: DeserializeOwned>() -> [u8; 2] {
    let [first, second, ..]: [u8; 32] = Sha256::digest(text::<T>()).into();
    match [first, second] {
        NO_PRINT => [0, 1],
        print => print,
    }
}

/// The text that the print is taken from.
fn text<T: DeserializeOwned>() -> String {
    let mut tree = Tree::new();
    while tree.next_pass() {
        // A type may panic at a sample: that is a refusal.
        let read = catch_unwind(AssertUnwindSafe(|| T::deserialize(Tracer::new(&mut tree)).is_ok()));
        tree.end_pass(read.unwrap_or(false));
    }
    Text(&tree, Tree::ROOT).to_string()
}

/// The print of data that has no shape to change.
pub(crate) const NO_PRINT: [u8; 2] = [0, 0];
