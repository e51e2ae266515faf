//! The checks of each target, for any input. The targets run these under the fuzzer, and `tests/corpus` runs them
//! over the committed corpora, with no nightly toolchain.

#![allow(dead_code, reason = "each target uses its own check alone")]

pub(crate) mod cookie_header;
pub(crate) mod keyring_file;
pub(crate) mod map_values;
pub(crate) mod node_record;
pub(crate) mod reference;
pub(crate) mod seal_open_differential;
pub(crate) mod set_cookie;
pub(crate) mod store_record;
pub(crate) mod token_plain;
pub(crate) mod token_text;

/// Takes an input apart from the front; what is missing at the end reads as zeros.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let len = self.0.len().min(N);
        let (front, rest) = self.0.split_at(len);
        array[..len].copy_from_slice(front);
        self.0 = rest;
        array
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// As many bytes as the next byte says, or as there are.
    pub(crate) fn short(&mut self) -> &'a [u8] {
        let len = usize::from(self.byte()).min(self.0.len());
        let (front, rest) = self.0.split_at(len);
        self.0 = rest;
        front
    }
}
