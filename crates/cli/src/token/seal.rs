//! `gingersnap token seal`: for test vectors and for trying things out.

use std::io::Write;

use gingersnap::token::{Plaintext, Sealing, Unopened};

use super::{Purpose, now, read_stdin, record, unhex};
use crate::args::SealArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::Ring;

pub(super) fn run(ring: &Ring, args: &SealArgs, out: &mut impl Write) -> Result<(), Error> {
    let now = now(&args.aad);
    let keyring = ring.load()?;
    let is_record = record::is_one(&args.aad);
    let digits = read_stdin(2 * if is_record { record::MAX_PLAIN } else { Unopened::MAX_TEXT })?;
    let bytes = unhex(&digits).ok_or_else(|| {
        Error::usage("standard input is not hexadecimal digits")
            .with_hint("write claims and data as `token open` shows them under \"plain\"")
    })?;
    let mut plain = Plaintext::with_capacity(bytes.len());
    plain.extend(&bytes);
    let mut random = [0; Sealing::RANDOM_LEN];
    edge::random(&mut random).map_err(gingersnap::keyring::KeyringError::from)?;
    if is_record {
        return Ok(writeln!(out, "{}", record::seal(&keyring, plain, &args.aad, now, random)?)?);
    }
    let sealed =
        keyring.seal(plain, &Purpose::new(&args.aad, None).aad()?, now, &Sealing::new(now, random))?;
    Ok(writeln!(out, "{sealed}")?)
}
