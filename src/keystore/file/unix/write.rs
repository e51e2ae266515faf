//! Writing a ring's file under its lock: the old ring or the new one, never half of one.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Gid, Uid};

use super::access::GROUP_READ;
use super::fault::{refused, system};
use crate::keystore::error::{KeystoreError, KeystoreErrorKind as Kind};

/// Held while one process writes. The lock is on a file of its own: the ring's file is replaced, so two processes could hold
/// locks on two different files.
pub(super) struct Lock<'a> {
    path: &'a Path,
    temporary: PathBuf,
    file: File,
}

impl<'a> Lock<'a> {
    /// Waits until no other process writes, at most half a minute.
    pub(super) fn take(path: &'a Path) -> Result<Self, KeystoreError> {
        if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(refused(Kind::NotAFile, path, "it is a symbolic link, which writing would replace")
                .with_hint("name the file that it points to"));
        }
        let lock = beside(path, ".lock");
        let error = |error: Errno| {
            let no_directory = error == Errno::NOENT;
            let error = system("lock", &lock, error.into());
            if no_directory { error.with_hint("make its directory first") } else { error }
        };
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::open(&lock, flags, OWNER_ONLY).map_err(error)?;
        for _ in 0..LOCK_TRIES {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { path, temporary: beside(path, ".tmp"), file: file.into() }),
                Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(LOCK_PAUSE),
                Err(errno) => return Err(error(errno)),
            }
        }
        Err(refused(Kind::Locked, path, "another process has been writing it for half a minute")
            .with_hint("`fuser` or `lsof` on its .lock file shows which one"))
    }

    /// Makes the file, unless there is one.
    pub(super) fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        self.write_temporary(bytes, None)
            // A link, not a rename: it fails if the name is taken, by anybody.
            .and_then(|()| fs::hard_link(&self.temporary, self.path))
            .map_err(|error| self.clean_up("create", error))?;
        self.remove_temporary().map_err(|error| system("remove", &self.temporary, error))?;
        self.flush_directory()
    }

    /// Puts the bytes in place of those of the file that `old` describes.
    pub(super) fn replace(&self, bytes: &[u8], old: &Metadata) -> Result<(), KeystoreError> {
        // Best effort: readers of the ring should be able to lock it.
        drop(keep_access(&self.file, old));
        self.write_temporary(bytes, Some(old))
            .and_then(|()| fs::rename(&self.temporary, self.path))
            .map_err(|error| self.clean_up("write", error))?;
        self.flush_directory()
    }

    fn write_temporary(&self, bytes: &[u8], old: Option<&Metadata>) -> io::Result<()> {
        // Removes a leftover of a writer that was killed. Nobody else is writing, because we hold the lock.
        self.remove_temporary()?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::open(&self.temporary, flags, OWNER_ONLY)?);
        if let Some(old) = old {
            keep_access(&file, old)?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn remove_temporary(&self) -> io::Result<()> {
        match fs::remove_file(&self.temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The error to report. The temporary file is removed, as a best effort.
    fn clean_up(&self, action: &str, error: io::Error) -> KeystoreError {
        drop(self.remove_temporary());
        system(action, self.path, error)
    }

    fn flush_directory(&self) -> Result<(), KeystoreError> {
        let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or_else(|| Path::new("."));
        File::open(directory)
            .and_then(|file| file.sync_all())
            .map_err(|error| system("flush the directory", directory, error))
    }
}

/// Gives the new file the old one's owner, and its group if the group may read it. It is an error if we may not do so.
fn keep_access(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    let group_reads = old.mode() & GROUP_READ != 0;
    let owner = (new.uid() != old.uid()).then(|| Uid::from_raw(old.uid()));
    let group = (group_reads && new.gid() != old.gid()).then(|| Gid::from_raw(old.gid()));
    if owner.is_some() || group.is_some() {
        rustix::fs::fchown(file, owner, group)?;
    }
    if group_reads {
        rustix::fs::fchmod(file, OWNER_ONLY | Mode::RGRP)?;
    }
    Ok(())
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

const LOCK_TRIES: u32 = 3000;
const LOCK_PAUSE: Duration = Duration::from_millis(10);
const OWNER_ONLY: Mode = Mode::RUSR.union(Mode::WUSR);
