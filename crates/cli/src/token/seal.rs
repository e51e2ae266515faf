//! `gingersnap token seal`: for test vectors and for trying things out.

use std::io::Write;

use gingersnap::token::{Plaintext, Sealing, Unopened};

use super::{aad, now, read_stdin};
use crate::args::SealArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::Ring;

pub(super) fn run(ring: &Ring, args: &SealArgs, out: &mut impl Write) -> Result<(), Error> {
    let now = now(&args.aad);
    let keyring = ring.load()?;
    let mut plain = Plaintext::with_capacity(0);
    plain.extend(&unhex(&read_stdin(2 * Unopened::MAX_TEXT)?)?);
    let mut random = [0; Sealing::RANDOM_LEN];
    edge::random(&mut random).map_err(gingersnap::keyring::KeyringError::from)?;
    let sealed = keyring.seal(plain, &aad(&args.aad)?, now, &Sealing::new(now, random))?;
    Ok(writeln!(out, "{sealed}")?)
}

fn unhex(text: &[u8]) -> Result<Vec<u8>, Error> {
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    bytes.filter(|_| rest.is_empty()).ok_or_else(|| {
        Error::usage("standard input is not hexadecimal digits")
            .with_hint("write claims and data as `token open` shows them under \"plain\"")
    })
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
