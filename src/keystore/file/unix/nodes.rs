//! Nodes' records of the ring in a file: the folder `<file>.nodes`, one file for each node.
//!
//! Somebody else may have made the folder: no link in it is followed, everything but files is skipped, and each file is read only
//! up to a limit.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, File};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::fault::system;
use super::write::beside;
use crate::keystore::error::KeystoreError;
use crate::keystore::node::{MAX_NODES, MAX_RECORD, Node, too_many};

/// Writes a node's record, whole or not at all.
pub(in crate::keystore::file) fn register(ring: &Path, node: &Node) -> Result<(), KeystoreError> {
    let folder = folder(ring);
    let path = folder.join(node.name().as_ref());
    // No name begins with a dot, so this is no other node's file.
    let temporary = folder.join(format!(".{}.tmp", node.name()));
    let write = || {
        // It may be the leftover of a node that was killed, or a link that somebody made: it is never written through.
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

pub(in crate::keystore::file) fn all(ring: &Path) -> Result<Vec<Result<Node, KeystoreError>>, KeystoreError> {
    let folder = folder(ring);
    let io = |error| system("read", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut found = entries.take(MAX_NODES + 1).collect::<io::Result<Vec<_>>>().map_err(io)?;
    let rest = (found.len() > MAX_NODES).then(|| Err(too_many(&KeystoreError::shown(&folder))));
    found.truncate(MAX_NODES);
    found.sort_by_key(DirEntry::file_name);
    Ok(found
        .iter()
        .filter(|entry| is_record(entry))
        .filter_map(|entry| one(&entry.path()))
        .chain(rest)
        .collect())
}

/// False for a file that is being written, and for anything that is not a record: a FIFO would keep a node from starting.
fn is_record(entry: &DirEntry) -> bool {
    let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_file())
}

pub(in crate::keystore::file) fn forget(ring: &Path, name: &[u8]) -> Result<bool, KeystoreError> {
    // The name is one of a file in this folder, and leads nowhere else.
    if name.is_empty() || matches!(name, b"." | b"..") || name.contains(&b'/') || name.contains(&0) {
        return Ok(false);
    }
    let path = folder(ring).join(OsStr::from_bytes(name));
    match fs::remove_file(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(system("remove", &path, error)),
        Ok(()) => Ok(true),
    }
}

/// Reads a record; `None` if it is gone since the listing: somebody forgot the node.
fn one(path: &Path) -> Option<Result<Node, KeystoreError>> {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let mut bytes = Vec::new();
    match open(path).and_then(|file| file.take(MAX_RECORD as u64 + 1).read_to_end(&mut bytes)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(system("read", path, error).of_record(name))),
        Ok(_) => {
            let folder = KeystoreError::shown(path.parent().unwrap_or(path));
            Some(Node::found(&format!("{folder}/"), name, &bytes))
        }
    }
}

/// Opens the listed file, or whatever took its place: it follows no link, and does not block.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn folder(ring: &Path) -> PathBuf {
    beside(ring, ".nodes")
}
