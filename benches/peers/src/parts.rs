//! The parts of a read, without gingersnap: base64, one AEAD call, postcard, and the drop of the cart.

use std::hint::black_box;

use aes_gcm::aead::{AeadInOut, KeyInit, Tag};
use base64_simd::URL_SAFE_NO_PAD;
use xaes_256_gcm::Xaes256Gcm;

use crate::cart::Cart;

/// A token of the same layout and length as gingersnap's, sealed with the same AEAD.
pub struct Parts {
    cipher: Xaes256Gcm,
    text: Vec<u8>,
    bytes: Vec<u8>,
}

impl Parts {
    /// The parts of reading a cart without an owner.
    pub fn new(cart: &Cart) -> Self {
        let cipher = Xaes256Gcm::new(&[7; 32].into());
        let mut plain = vec![0; CLAIMS_LEN];
        plain.extend(postcard::to_allocvec(cart).expect("a cart has bytes"));
        plain.push(0x80);
        plain.resize(plain.len().next_multiple_of(32), 0);
        let nonce = [9; NONCE_LEN];
        let tag =
            cipher.encrypt_inout_detached(&nonce.into(), AAD, plain.as_mut_slice().into()).expect("short");
        let token = [&nonce[..], &plain, &tag].concat();
        let text = URL_SAFE_NO_PAD.encode_to_string(token).into_bytes();
        Self { cipher, text, bytes: Vec::with_capacity(4096) }
    }

    /// Characters of the token's text.
    pub fn text_chars(&self) -> usize {
        self.text.len()
    }

    /// Decodes the text, opens the token, reads the cart.
    pub fn read(&mut self) -> Cart {
        let Self { cipher, text, bytes } = self;
        bytes.clear();
        URL_SAFE_NO_PAD.decode_append(black_box(&text[..]), bytes).expect("base64url");
        let (nonce, rest) = bytes.split_first_chunk_mut::<NONCE_LEN>().expect("a nonce");
        let (plain, tag) = rest.split_last_chunk_mut::<TAG_LEN>().expect("a tag");
        let tag: &Tag<Xaes256Gcm> = (&*tag).into();
        cipher
            .decrypt_inout_detached((&*nonce).into(), AAD, (&mut *plain).into(), tag)
            .expect("the same key");
        let (cart, _padding) = postcard::take_from_bytes(&plain[CLAIMS_LEN..]).expect("a cart");
        cart
    }
}

const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
/// Started at, no owner, generation, version: one byte each.
const CLAIMS_LEN: usize = 4;
const AAD: &[u8] = b"gingersnap/1\x01\x00\x04cart\x00\x0e__Host-session\x00\x05bench\x00\x00";
