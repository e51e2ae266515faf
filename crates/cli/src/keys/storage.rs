//! What `gingersnap keys lint` says of how the ring is kept.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use gingersnap::keystore::Envelope;

use super::Ring;
use crate::error::Error;
use crate::place::Location;

/// A finding's name, what is so, and what to do.
pub(super) type Finding = (&'static str, &'static str, &'static str);

pub(super) fn findings(ring: &Ring) -> Result<Vec<Finding>, Error> {
    let stored = ring.load_stored()?;
    let mut findings = Vec::new();
    match Envelope::recipients_of(stored.bytes()) {
        None => findings.push(PLAINTEXT),
        Some(1) => findings.push(NO_ESCROW),
        Some(_) => {}
    }
    if group_reads(&ring.location) {
        findings.push(GROUP_READS);
    }
    Ok(findings)
}

fn group_reads(location: &Location) -> bool {
    let metadata = location.file().and_then(|path| fs::metadata(path).ok());
    metadata.is_some_and(|metadata| metadata.mode() & GROUP_READ != 0)
}

const GROUP_READ: u32 = 0o040;
const PLAINTEXT: Finding = (
    "plaintext",
    "the ring is not encrypted where it is kept",
    "`gingersnap keys rewrap --recipients FILE` encrypts it",
);
const NO_ESCROW: Finding = (
    "no_escrow",
    "the ring is encrypted for one recipient: no escrow",
    "`gingersnap keys rewrap` with a second recipient, whose identity is kept elsewhere",
);
const GROUP_READS: Finding = (
    "group_readable",
    "the file's group may read the ring",
    "`chmod 600` it, unless the group is this service's own",
);
