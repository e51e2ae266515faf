//! The places of a ring: files, PostgreSQL, Redis; encrypted or not.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod access;
mod contract;
mod file;
mod nodes;
mod open;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod outages;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "age")]
mod sealed;
#[cfg(any(feature = "postgres", feature = "redis"))]
#[path = "../servers/mod.rs"]
mod servers;
mod write;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gingersnap::keystore::{FileKeystore, KeystoreError, KeystoreErrorKind, Loaded};
use zeroize::Zeroizing;

/// An empty directory of the test's own.
fn directory(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keystore").join(test);
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).unwrap();
    path
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// New bytes, if any, and nothing to hand out.
type Updated = (Option<Zeroizing<Vec<u8>>>, ());

/// The result of an update that appends `more`.
fn appended(old: &[u8], more: &[u8]) -> Result<Updated, KeystoreError> {
    Ok((Some([old, more].concat().into()), ()))
}

#[track_caller]
fn refuses(result: Result<Loaded, KeystoreError>, kind: KeystoreErrorKind, message: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}
