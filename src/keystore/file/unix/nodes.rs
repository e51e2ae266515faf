//! Nodes' records of the ring in a file: the folder `<file>.nodes`, one file a node.
//!
//! Somebody else may have made the folder: no link in it is followed, and anything but a file is skipped.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::fault::system;
use super::write::beside;
use crate::keystore::error::KeystoreError;
use crate::keystore::node::{Node, NodeName};

/// Writes a node's record, whole or not at all.
pub(in crate::keystore::file) fn register(ring: &Path, node: &Node) -> Result<(), KeystoreError> {
    let folder = folder(ring);
    let path = folder.join(node.name().as_ref());
    // No name begins with a dot: this is no other node's.
    let temporary = folder.join(format!(".{}.tmp", node.name()));
    let write = || {
        // A killed node's leftover, or a link that somebody laid: never written through.
        drop(fs::remove_file(&temporary));
        let mut file = File::create_new(&temporary)?;
        let written = file
            .write_all(node.to_json().as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            drop(fs::remove_file(&temporary)); // Best effort: nobody reads it.
        }
        written
    };
    let made = fs::create_dir(&folder).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    });
    made.and_then(|()| write()).map_err(|error| system("write", &path, error))
}

pub(in crate::keystore::file) fn all(ring: &Path) -> Result<Vec<Node>, KeystoreError> {
    let folder = folder(ring);
    let io = |error| system("read", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut nodes = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io)?;
        // One that is being written, or nobody's record: a FIFO would keep a node from starting.
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if hidden || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        nodes.extend(one(&entry.path())?);
    }
    nodes.sort_by(|a: &Node, b| a.name().cmp(b.name()));
    Ok(nodes)
}

pub(in crate::keystore::file) fn forget(ring: &Path, node: &NodeName) -> Result<(), KeystoreError> {
    let path = folder(ring).join(node.as_ref());
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(system("remove", &path, error)),
        _ => Ok(()),
    }
}

/// Reads a record; `None` if it is gone since it was listed: somebody forgot the node.
fn one(path: &Path) -> Result<Option<Node>, KeystoreError> {
    let mut bytes = Vec::new();
    match open(path).and_then(|file| file.take(READ_LIMIT).read_to_end(&mut bytes)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(system("read", path, error)),
        Ok(_) => {}
    }
    let name = path.file_name().unwrap_or_default();
    Node::found(&path.display(), name.as_encoded_bytes(), &bytes).map(Some)
}

/// Opens the listed file, or whatever took its place: follows no link, and waits for nothing.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn folder(ring: &Path) -> PathBuf {
    beside(ring, ".nodes")
}

/// More than any record has; a longer one is refused by its length.
const READ_LIMIT: u64 = 4096;
