//! The old ring or the new one, never half of one.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use gingersnap::keystore::{Keystore, Version};

use super::*;

#[test]
fn what_was_written_is_read_and_readable_by_its_owner_alone() {
    let directory = directory("round_trip");
    let path = directory.join("ring");
    let store = FileKeystore::new(&path);
    store.write_new(b"one").unwrap();
    let loaded = store.read().unwrap();
    assert_eq!((loaded.bytes(), mode(&path)), (&b"one"[..], 0o600));
    store.write(b"two", loaded.version()).unwrap();
    assert_eq!((store.read().unwrap().bytes(), mode(&path)), (&b"two"[..], 0o600));
    assert_eq!(names(&directory), ["ring", "ring.lock"]);
}

#[test]
fn making_a_ring_replaces_nothing() {
    let path = directory("exclusive").join("ring");
    fs::write(&path, b"something else").unwrap();
    let error = FileKeystore::new(&path).write_new(b"ring").unwrap_err();
    assert_eq!(error.kind(), KeystoreErrorKind::AlreadyExists);
    assert_eq!(error.to_string(), format!("cannot create {}: it exists already", path.display()));
    assert_eq!(fs::read(&path).unwrap(), b"something else");
    assert_eq!(names(path.parent().unwrap()), ["ring", "ring.lock"]);
}

#[test]
fn of_many_who_make_a_ring_at_once_one_does() {
    let path = directory("made_once").join("ring");
    let made = thread::scope(|scope| {
        let threads: Vec<_> = (0..16u8)
            .map(|number| {
                let store = FileKeystore::new(&path);
                scope.spawn(move || store.write_new(&[number]).is_ok())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|&made| made).count()
    });
    assert_eq!(made, 1);
}

#[test]
fn a_ring_that_was_changed_in_between_is_not_overwritten() {
    let path = directory("conflict").join("ring");
    let store = FileKeystore::new(&path);
    store.write_new(b"one").unwrap();
    let seen = store.read().unwrap().version();
    store.write(b"two", seen).unwrap();
    let error = store.write(b"three", seen).unwrap_err();
    assert_eq!(error.kind(), KeystoreErrorKind::Conflict);
    let message = format!("refused {}: the ring was changed since it was loaded", path.display());
    assert_eq!(error.to_string(), message);
    assert_eq!(store.read().unwrap().bytes(), b"two");
}

#[test]
fn no_update_of_many_at_once_is_lost() {
    let path = directory("updates").join("ring");
    let store = FileKeystore::new(&path);
    store.write_new(b"").unwrap();
    thread::scope(|scope| {
        for number in 0..32u8 {
            let store = store.clone();
            scope.spawn(move || {
                ready(store.update(|old| appended(old, &[number]))).unwrap();
            });
        }
    });
    let mut bytes = store.read().unwrap().bytes().to_vec();
    bytes.sort_unstable();
    assert_eq!(bytes, (0..32).collect::<Vec<u8>>());
}

#[test]
fn a_change_that_fails_writes_nothing() {
    let path = directory("failed_change").join("ring");
    let store = FileKeystore::new(&path);
    store.write_new(b"one").unwrap();
    let fail = |_: &[u8]| Err::<(_, ()), _>(KeystoreError::new(KeystoreErrorKind::Io, "no"));
    assert_eq!(ready(store.update(fail)).unwrap_err().to_string(), "no");
    assert_eq!(store.read().unwrap().bytes(), b"one");
}

#[test]
fn an_update_that_changes_nothing_takes_no_lock() {
    let directory = directory("no_change");
    let path = directory.join("ring");
    fs::write(&path, b"one").unwrap();
    set_mode(&path, 0o400);
    let store = FileKeystore::new(&path);
    let look = |old: &[u8]| Ok::<_, KeystoreError>((None, old.to_vec()));
    assert_eq!(ready(store.update(look)).unwrap(), b"one");
    assert_eq!(names(&directory), ["ring"]);
}

#[test]
fn what_a_killed_writer_left_is_in_nobodys_way() {
    let directory = directory("stray");
    let path = directory.join("ring");
    let store = FileKeystore::new(&path);
    fs::write(directory.join("ring.tmp"), b"half a ri").unwrap();
    store.write_new(b"one").unwrap();
    fs::write(directory.join("ring.tmp"), b"half a ri").unwrap();
    store.write(b"two", Version::of(b"one")).unwrap();
    assert_eq!(store.read().unwrap().bytes(), b"two");
    assert_eq!(names(&directory), ["ring", "ring.lock"]);
}

#[test]
fn group_read_stays_as_it_was() {
    let path = directory("keeps_group").join("ring");
    let store = FileKeystore::new(&path).allow_group_read(true);
    store.write_new(b"one").unwrap();
    set_mode(&path, 0o640);
    store.write(b"two", Version::of(b"one")).unwrap();
    assert_eq!(mode(&path), 0o640);
}

#[test]
fn the_async_interface_does_the_same() {
    let path = directory("async").join("ring");
    let store = FileKeystore::new(&path);
    ready(store.create(b"one")).unwrap();
    assert_eq!(ready(store.create(b"one")).unwrap_err().kind(), KeystoreErrorKind::AlreadyExists);
    let loaded = ready(Keystore::load(&store)).unwrap();
    ready(store.store(b"two", loaded.version())).unwrap();
    assert_eq!(
        ready(store.store(b"three", loaded.version())).unwrap_err().kind(),
        KeystoreErrorKind::Conflict
    );
    assert_eq!(ready(Keystore::load(&store)).unwrap().bytes(), b"two");
}

/// A file keystore's futures are ready at once.
fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a file keystore never waits"),
    }
}

#[test]
fn what_was_loaded_shows_no_bytes() {
    let loaded = Loaded::new(b"very secret".to_vec().into());
    let shown = format!("{loaded:?} {loaded:#?}");
    assert!(shown.starts_with("Loaded { version: Version("), "{shown}");
    assert!(!shown.contains("secret") && !shown.contains("118"), "{shown}");
}

#[test]
fn a_version_is_shown_as_the_digest_of_the_bytes() {
    let version = Loaded::new(b"abc".to_vec().into()).version();
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(version.to_string(), digest);
    assert_eq!(format!("{version:?}"), "Version(ba7816bf..)");
}
