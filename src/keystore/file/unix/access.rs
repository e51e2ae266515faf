//! Opening a ring's file, and checks of who else may open it.
//!
//! All checks use the descriptor that is read from, so nobody can swap the file in between. Symbolic links are followed
//! (Kubernetes mounts secrets through them): the file behind them counts.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use zeroize::Zeroizing;

use super::fault::{refused, system};
use crate::keyring::Keyring;
use crate::keystore::error::{KeystoreError, KeystoreErrorKind as Kind};

/// Those who may read a file.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Readers {
    Owner,
    Group,
    All,
}

impl Readers {
    pub(super) const fn of_ring(allow_group_read: bool) -> Self {
        if allow_group_read { Self::Group } else { Self::Owner }
    }
}

/// Reads the whole file and its metadata.
pub(super) fn read(path: &Path, readers: Readers) -> Result<(Zeroizing<Vec<u8>>, Metadata), KeystoreError> {
    let io = |error| system("read", path, error);
    // NONBLOCK: a FIFO must be refused, not waited for.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).map_err(|error| io(error.into()))?);
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(refused(Kind::NotAFile, path, "it is not a regular file"));
    }
    check_mode(path, metadata.mode() & 0o7777, readers)?;
    check_owner(path, metadata.uid(), rustix::process::geteuid().as_raw())?;
    // Extra room beyond the size, so that reading to the end never grows the buffer.
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX).min(Keyring::MAX_FILE);
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 64));
    let limit = Keyring::MAX_FILE as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > Keyring::MAX_FILE {
        let what = if readers == Readers::All { "such a file" } else { "a key ring" };
        return Err(refused(
            Kind::TooLarge,
            path,
            &format!("{what} has at most {} bytes", Keyring::MAX_FILE),
        ));
    }
    Ok((bytes, metadata))
}

fn check_mode(path: &Path, mode: u32, readers: Readers) -> Result<(), KeystoreError> {
    if readers == Readers::All {
        return check_writers(path, mode);
    }
    if mode & WORLD != 0 {
        return Err(refused(Kind::TooOpen, path, &format!("everybody has access to it (mode {mode:04o})"))
            .with_hint(CHMOD));
    }
    if mode & GROUP_CHANGE != 0 {
        return Err(refused(
            Kind::TooOpen,
            path,
            &format!("its group may change or run it (mode {mode:04o})"),
        )
        .with_hint(CHMOD));
    }
    if mode & GROUP_READ != 0 && readers == Readers::Owner {
        return Err(refused(Kind::TooOpen, path, &format!("its group may read it (mode {mode:04o})"))
            .with_hint("`chmod 600`, or --allow-group-read if the group is this service's own"));
    }
    Ok(())
}

/// Refuses a file that somebody besides its owner may change.
fn check_writers(path: &Path, mode: u32) -> Result<(), KeystoreError> {
    let who = match mode {
        _ if mode & WORLD_WRITE != 0 => "everybody",
        _ if mode & GROUP_WRITE != 0 => "its group",
        _ => return Ok(()),
    };
    Err(refused(Kind::TooOpen, path, &format!("{who} may change it (mode {mode:04o})"))
        .with_hint("`chmod go-w` it, and look whether all in it is yours"))
}

fn check_owner(path: &Path, owner: u32, us: u32) -> Result<(), KeystoreError> {
    if owner != us && owner != 0 {
        let reason = format!("it belongs to user {owner}, not to user {us} or root");
        return Err(
            refused(Kind::WrongOwner, path, &reason).with_hint("run this as its owner, or `chown` it")
        );
    }
    Ok(())
}

pub(super) const GROUP_READ: u32 = 0o040;
const GROUP_CHANGE: u32 = 0o030;
const WORLD: u32 = 0o007;
const GROUP_WRITE: u32 = 0o020;
const WORLD_WRITE: u32 = 0o002;
const CHMOD: &str = "`chmod 600` it; if others may have read it, `gingersnap keys emergency`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_ours_or_roots_is_read() {
        let path = Path::new("ring.json");
        assert!(check_owner(path, 1000, 1000).is_ok());
        assert!(check_owner(path, 0, 1000).is_ok());
        for (owner, us) in [(1001, 1000), (1000, 0)] {
            let error = check_owner(path, owner, us).unwrap_err();
            assert_eq!(error.kind(), Kind::WrongOwner);
            let message = format!("refused ring.json: it belongs to user {owner}, not to user {us} or root");
            assert_eq!(error.to_string(), message);
        }
    }
}
