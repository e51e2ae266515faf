//! Access to a ring's file.

use std::os::unix::fs::symlink;

use gingersnap::keystore::Version;

use super::*;

#[test]
fn a_file_that_its_owner_alone_may_read_is_read() {
    let path = directory("owner_alone").join("ring");
    fs::write(&path, b"bytes").unwrap();
    for mode in [0o600, 0o400, 0o700] {
        set_mode(&path, mode);
        assert_eq!(FileKeystore::new(&path).read().unwrap().bytes(), b"bytes");
    }
}

#[test]
fn group_read_must_be_allowed() {
    let path = directory("group_read").join("ring");
    fs::write(&path, b"bytes").unwrap();
    for mode in [0o640, 0o440] {
        set_mode(&path, mode);
        let message = format!("refused {}: its group may read it (mode {mode:04o})", path.display());
        refuses(FileKeystore::new(&path).read(), KeystoreErrorKind::TooOpen, &message);
        assert!(FileKeystore::new(&path).allow_group_read(true).read().is_ok());
    }
}

#[test]
fn what_a_group_may_change_is_refused_whatever_is_allowed() {
    let path = directory("group_write").join("ring");
    fs::write(&path, b"bytes").unwrap();
    for mode in [0o620, 0o660, 0o610] {
        set_mode(&path, mode);
        let message = format!("refused {}: its group may change or run it (mode {mode:04o})", path.display());
        refuses(FileKeystore::new(&path).allow_group_read(true).read(), KeystoreErrorKind::TooOpen, &message);
    }
}

#[test]
fn any_bit_for_the_world_is_refused_whatever_is_allowed() {
    let path = directory("world").join("ring");
    fs::write(&path, b"bytes").unwrap();
    for mode in [0o644, 0o666, 0o777, 0o604, 0o602, 0o601] {
        set_mode(&path, mode);
        let message = format!("refused {}: everybody has access to it (mode {mode:04o})", path.display());
        refuses(FileKeystore::new(&path).allow_group_read(true).read(), KeystoreErrorKind::TooOpen, &message);
    }
}

#[test]
fn what_is_no_file_is_refused_and_not_waited_for() {
    let directory = directory("no_file");
    let fifo = directory.join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR).unwrap();
    for path in [&directory, &fifo] {
        let message = format!("refused {}: it is not a regular file", path.display());
        refuses(FileKeystore::new(path).read(), KeystoreErrorKind::NotAFile, &message);
    }
}

#[test]
fn a_missing_file_is_named() {
    let path = directory("missing").join("ring");
    let message = format!("cannot read {}: no such file or directory", path.display());
    refuses(FileKeystore::new(&path).read(), KeystoreErrorKind::NotFound, &message);
    assert!(FileKeystore::new(&path).write(b"new", Version::of(b"old")).is_err());
    assert!(names(path.parent().unwrap()).is_empty(), "a wrong path leaves a lock behind");
}

#[test]
fn a_symbolic_link_is_read_through_and_the_file_is_what_counts() {
    let directory = directory("link_read");
    let (path, link) = (directory.join("ring"), directory.join("link"));
    fs::write(&path, b"bytes").unwrap();
    symlink("ring", &link).unwrap();
    set_mode(&path, 0o600);
    assert_eq!(FileKeystore::new(&link).read().unwrap().bytes(), b"bytes");
    set_mode(&path, 0o644);
    assert_eq!(FileKeystore::new(&link).read().unwrap_err().kind(), KeystoreErrorKind::TooOpen);
}

#[test]
fn a_symbolic_link_is_not_written_through() {
    let directory = directory("link_write");
    let (path, link) = (directory.join("ring"), directory.join("link"));
    FileKeystore::new(&path).write_new(b"old").unwrap();
    symlink("ring", &link).unwrap();
    let store = FileKeystore::new(&link);
    let error = store.write(b"new", store.read().unwrap().version()).unwrap_err();
    assert_eq!(error.kind(), KeystoreErrorKind::NotAFile);
    assert_eq!(error.hint(), Some("name the file that it points to"));
    assert!(link.is_symlink());
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let path = directory("large").join("ring");
    fs::write(&path, vec![0; gingersnap::keyring::Keyring::MAX_FILE + 1]).unwrap();
    set_mode(&path, 0o600);
    let message = format!("refused {}: a key ring has at most 1048576 bytes", path.display());
    refuses(FileKeystore::new(&path).read(), KeystoreErrorKind::TooLarge, &message);
}
