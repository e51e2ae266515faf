//! Findings of `gingersnap keys lint` about the place of the ring.

use std::borrow::Cow;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use gingersnap::keystore::Envelope;

use super::ring::Ring;
use super::say::finding::Finding;
use crate::error::Error;
use crate::place::Location;

pub(super) fn findings(ring: &Ring) -> Result<Vec<Finding>, Error> {
    let stored = ring.load_stored()?;
    let mut findings = Vec::new();
    match Envelope::recipients_of(stored.bytes()) {
        // The operator says that it is meant.
        None if ring.at_rest.is_plaintext() => {}
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
const PLAINTEXT: Finding = Finding {
    name: "plaintext",
    key: None,
    text: Cow::Borrowed("the ring is not encrypted where it is kept"),
    hint: "`gingersnap keys rewrap --recipients FILE` encrypts it; --plaintext says that it is meant",
};
const NO_ESCROW: Finding = Finding {
    name: "no_escrow",
    key: None,
    text: Cow::Borrowed("the ring is encrypted for one recipient: no escrow"),
    hint: "`gingersnap keys rewrap` with a second recipient, whose identity is kept elsewhere",
};
const GROUP_READS: Finding = Finding {
    name: "group_readable",
    key: None,
    text: Cow::Borrowed("the file's group may read the ring"),
    hint: "`chmod 600` it, unless the group is this service's own",
};
