//! A ring that breaks while a node serves: the last good one is kept, and the log says so once.

use std::{
    fs::{self, Permissions},
    io::Read as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    sync::mpsc,
    thread,
    time::Duration,
};

use gingersnap::{ReloadError, ReloadEvent, Reloader, keystore::FileKeystore};
use tokio::sync::oneshot;

use crate::node::{Node, OFTEN, Ring, put, until, while_people_ask};

/// Breaks the ring under people who ask, waits until the node is degraded, and puts it back.
#[track_caller]
fn is_survived(reason: &str, error: &str, break_it: impl FnOnce(&Ring)) {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let good = fs::read(ring.path()).expect("a ring");
    let before = node.ready();
    assert_eq!(before["status"], "ready");
    while_people_ask(&node, 2, || {
        break_it(&ring);
        node.until_ready("status", "degraded");
        let degraded = node.ready();
        assert_eq!(degraded["reason"], "the key ring could not be confirmed for too long");
        for field in ["generation", "active_key"] {
            assert_eq!(degraded[field], before[field], "{field}");
        }
        // Logged once, however often the node looked.
        until("five failures", || node.metric("gingersnap_keyring_reloads_total{result=\"failed\"}") >= 5.0);
        assert_eq!(node.logged(&["ERROR", "key ring not reloaded; the one in use stays", error]), 1);
        assert_eq!(node.logged(&["ERROR"]), 1);
        let failures = "gingersnap_keyring_reload_failures_total";
        assert_eq!(node.metric(&format!("{failures}{{reason=\"{reason}\"}}")), 1.0);
        assert_eq!(node.metric(failures), 1.0);
        assert!(node.metric("gingersnap_keyring_loaded_age_seconds") > 1.0);

        let _ = fs::remove_dir(ring.path());
        ring.put(&good);
        node.until_ready("status", "ready");
        // The ring is in use a moment before that is logged.
        until("it is logged", || node.logged(&["INFO", "key ring can be loaded again"]) == 1);
    });
    // It is followed again.
    ring.keys(&["rotate", "--now"]);
    node.until_ready("generation", 2);
}

#[test]
fn a_deleted_ring_is_survived() {
    is_survived("not_found", "no such file or directory", |ring| {
        fs::remove_file(ring.path()).expect("removes");
    });
}

#[test]
fn a_truncated_ring_is_survived() {
    is_survived("not_a_ring", "", |ring| {
        let whole = fs::read(ring.path()).expect("a ring");
        ring.put(&whole[..whole.len() / 2]);
    });
}

#[test]
fn an_error_of_the_disk_is_survived() {
    // A regular file of ours whose first byte cannot be read.
    let mut memory = fs::File::open("/proc/self/mem").expect("opens");
    assert!(memory.metadata().expect("metadata").is_file());
    assert_eq!(memory.read(&mut [0]).expect_err("an error").raw_os_error(), Some(5), "EIO");
    is_survived("io", "os error 5", |ring| {
        let link = ring.folder().join("link");
        symlink("/proc/self/mem", &link).expect("a link");
        fs::rename(link, ring.path()).expect("renames");
    });
}

#[test]
fn a_ring_that_is_opened_to_everybody_is_survived() {
    is_survived("not_trusted", "everybody has access to it (mode 0644)", |ring| {
        fs::set_permissions(ring.path(), Permissions::from_mode(0o644)).expect("a mode");
    });
}

#[test]
fn a_directory_in_the_rings_place_is_survived() {
    is_survived("not_trusted", "it is not a regular file", |ring| {
        fs::remove_file(ring.path()).expect("removes");
        fs::create_dir(ring.path()).expect("a directory");
    });
}

#[test]
fn garbage_in_the_rings_place_is_survived() {
    is_survived("not_a_ring", "", |ring| ring.put([0xA5; 4096]));
}

#[test]
fn truncations_under_load_lose_no_request_and_sign_nobody_out() {
    let ring = Ring::new();
    let node = Node::start(&ring, &OFTEN);
    let whole = fs::read(ring.path()).expect("a ring");
    let failed = || node.metric("gingersnap_keyring_reloads_total{result=\"failed\"}");
    let asked = while_people_ask(&node, 3, || {
        for part in 0..16 {
            let so_far = failed();
            ring.put(&whole[..whole.len() * part / 16]);
            // One was perhaps under way.
            until("it was looked at", || failed() >= so_far + 2.0);
        }
        ring.put(&whole[..whole.len() - 1]);
        let so_far = failed();
        until("it was looked at", || failed() >= so_far + 2.0);
        assert_eq!(node.metric("gingersnap_keyring_reloads_total{result=\"replaced\"}"), 0.0);
    });
    assert!(asked > 30, "{asked}");
}

/// Many reloaders share the lengths: each waits after a reload.
#[test]
fn no_truncation_is_ever_taken() {
    let ring = Ring::new();
    ring.keys(&["add"]);
    let whole = fs::read(ring.path()).expect("a ring");
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (ring, whole) = (&ring, &whole);
            scope.spawn(move || {
                let lengths = (lane..whole.len()).step_by(LANES);
                refuses_each(ring, lane, lengths.map(|len| &whole[..len]), whole);
            });
        }
    });
}

const LANES: usize = 24;

#[track_caller]
fn refuses_each<'b>(ring: &Ring, lane: usize, bad: impl Iterator<Item = &'b [u8]>, good: &[u8]) {
    let path = ring.copy(&format!("lane-{lane}.json"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (events, seen) = mpsc::channel();
    let reloader = runtime.block_on(Reloader::start(FileKeystore::new(&path))).expect("starts");
    let reloader = reloader.every(Duration::from_secs(3600)).on_event(move |event| {
        let kind = match event {
            ReloadEvent::Failed(ReloadError::Keyring(error)) => Some(format!("{:?}", error.kind())),
            ReloadEvent::Unchanged => None,
            other => panic!("{other:?}"),
        };
        events.send(kind).expect("a test that waits");
    });
    let (reload, keyring) = (reloader.reload_now(), reloader.keyring());
    let (stop, stopped) = oneshot::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            runtime.block_on(reloader.run(async { stopped.await.unwrap_or_default() }));
        });
        for bytes in bad {
            put(&path, bytes);
            reload();
            let kind = seen.recv_timeout(Duration::from_secs(20)).expect("a reload");
            assert!(kind.is_some(), "{} bytes were taken", bytes.len());
        }
        put(&path, good);
        reload();
        assert_eq!(seen.recv_timeout(Duration::from_secs(20)), Ok(None));
        assert_eq!(keyring.get().generation(), 2);
        stop.send(()).expect("a reloader");
    });
}
