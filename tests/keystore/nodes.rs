//! The nodes' records of the ring in a file.

mod records;

use std::os::unix::fs::symlink;
use std::pin::pin;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Keystore, Node, NodeName};
use gingersnap::token::Suite;
use gingersnap::{NoEntropy, Timestamp};

use super::*;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

fn ring() -> Keyring {
    let mut next = 0_u8;
    let mut random = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
        for byte in bytes {
            next = next.wrapping_mul(109).wrapping_add(89);
            *byte = next;
        }
        Ok(())
    };
    Keyring::init(Suite::default(), 86_400, NOW, &mut random).unwrap()
}

fn node(name: &str) -> Node {
    Node::new(name.parse().unwrap(), &ring(), NOW)
}

/// A ring's place in an empty directory, and the folder of its nodes.
fn place(test: &str) -> (FileKeystore, PathBuf) {
    let directory = directory(test);
    (FileKeystore::new(directory.join("ring")), directory.join("ring.nodes"))
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a file keystore never waits"),
    }
}

fn nodes(store: &FileKeystore) -> Vec<Node> {
    contract::all_read(ready(store.nodes()))
}

#[track_caller]
fn fails<T: std::fmt::Debug>(result: Result<T, KeystoreError>, kind: KeystoreErrorKind, message: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}

#[test]
fn what_nodes_say_is_read_in_the_order_of_their_names() {
    let (store, folder) = place("nodes_order");
    assert_eq!(nodes(&store), []);
    for name in ["web-2", "web-10", "a.b_c:9", "web-1"] {
        ready(store.register(&node(name))).unwrap();
    }
    ready(store.register(&node("web-10").stopped())).unwrap();
    let read = nodes(&store);
    assert_eq!(read, [node("a.b_c:9"), node("web-1"), node("web-10").stopped(), node("web-2")]);
    assert_eq!(names(&folder), ["a.b_c:9", "web-1", "web-10", "web-2"]);
    let (said, ring) = (&read[1], ring());
    assert_eq!((said.ring_id(), said.generation(), said.seen_at()), (&*ring.ring_id(), 1, NOW));
    assert_eq!(said.active_key(), ring.active(NOW).map(gingersnap::keyring::Key::id));
    assert!(!said.is_stopped() && read[2].is_stopped());
}

#[test]
fn a_forgotten_node_is_gone_and_can_be_forgotten_again() {
    let (store, folder) = place("nodes_forget");
    assert!(!ready(store.forget(b"web-1")).unwrap());
    ready(store.register(&node("web-1"))).unwrap();
    ready(store.register(&node("web-2"))).unwrap();
    assert!(ready(store.forget(b"web-1")).unwrap());
    assert!(!ready(store.forget(b"web-1")).unwrap());
    assert_eq!(nodes(&store), [node("web-2")]);
    assert_eq!(names(&folder), ["web-2"]);
}

#[test]
fn what_is_being_written_is_passed_over() {
    let (store, folder) = place("nodes_half");
    ready(store.register(&node("web-1"))).unwrap();
    fs::write(folder.join(".web-2.tmp"), "{\"na").unwrap();
    assert_eq!(nodes(&store), [node("web-1")]);
    ready(store.register(&node("web-2"))).unwrap();
    assert_eq!(names(&folder), ["web-1", "web-2"]);
}

#[test]
fn what_is_no_file_is_nobodys_record_and_is_not_waited_for() {
    let (store, folder) = place("nodes_odd");
    ready(store.register(&node("web-1"))).unwrap();
    fs::create_dir(folder.join("web-2")).unwrap();
    symlink("web-1", folder.join("web-3")).unwrap();
    symlink("gone", folder.join("web-4")).unwrap();
    let made = Command::new("mkfifo").arg(folder.join("web-5")).status().unwrap();
    assert!(made.success());
    assert_eq!(nodes(&store), [node("web-1")]);
}

#[test]
fn a_record_is_not_written_through_a_link() {
    let (store, folder) = place("nodes_link");
    let precious = folder.with_file_name("precious");
    fs::write(&precious, "as it was").unwrap();
    fs::create_dir(&folder).unwrap();
    for link in [".web-1.tmp", "web-1"] {
        symlink(&precious, folder.join(link)).unwrap();
        ready(store.register(&node("web-1"))).unwrap();
        assert_eq!(fs::read_to_string(&precious).unwrap(), "as it was");
        assert_eq!(nodes(&store), [node("web-1")]);
        fs::remove_file(folder.join("web-1")).unwrap();
    }
}

#[test]
fn nodes_come_and_go_while_they_are_read() {
    let (store, _) = place("nodes_race");
    let done = AtomicBool::new(false);
    ready(store.register(&node("web-1"))).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                ready(store.register(&node("web-2"))).unwrap();
                ready(store.forget(b"web-2")).unwrap();
            }
        });
        let read: Vec<_> = (0..300).map(|_| ready(store.nodes())).collect();
        done.store(true, Ordering::Relaxed);
        for read in read {
            let read = contract::all_read(read);
            assert!(read == [node("web-1")] || read == [node("web-1"), node("web-2")], "{read:?}");
        }
    });
}

#[test]
fn a_record_that_is_none_is_named() {
    let (store, folder) = place("nodes_damaged");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("web-1");
    let whole = node("web-1").to_json();
    let bad = |bytes: &[u8], reason: &str| {
        fs::write(&path, bytes).unwrap();
        let message = format!("{}: {reason}", path.display());
        fails(Err::<(), _>(contract::bad(ready(store.nodes()))), KeystoreErrorKind::BadNode, &message);
    };
    bad(b"", "a node's record: EOF while parsing a value at line 1 column 0");
    bad(b"no", "a node's record: expected ident at line 1 column 2");
    bad(whole.replace("stopped", "halted").as_bytes(), {
        "a node's record: missing field `stopped` at line 1 column 178"
    });
    bad(whole.replace("\"seen_at\":", "\"seen_at\":\"\\u001b[2J\",\"at\":").as_bytes(), {
        "a node's record: invalid type: string \"\\u{1b}[2J\", expected u64 at line 1 column 163"
    });
    bad(&[b' '; 1025], "a node's record: it has more than 1024 bytes");
    bad(&[b' '; 5000], "a node's record: it has more than 1024 bytes");
    let name = "a node's name has 1 to 128 letters, digits, '.', '_', '-' and ':', and begins with no '.'";
    bad(whole.replace("web-1", "web\\u001b1").as_bytes(), name);
    bad(
        whole.replace("web-1", "web\u{7}1").as_bytes(),
        "a node's record: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 13",
    );
    bad(
        whole.replace(&ring().ring_id(), "../../../etc/passwd").as_bytes(),
        "a node's record: ring_id is not 32 hexadecimal digits",
    );
    bad(
        whole.replace("\"digest\":\"", "\"digest\":\"0").as_bytes(),
        "a node's record: digest is not 32 hexadecimal digits",
    );
    for generation in ["0", "9007199254740993", "18446744073709551614"] {
        let bad_generation = format!("\"generation\":{generation}");
        let reason = "a node's record: generation is not from 1 to 2^53";
        bad(whole.replace("\"generation\":1", &bad_generation).as_bytes(), reason);
    }
    bad(node("web-2").to_json().as_bytes(), "it is about another node, web-2");
}

#[test]
fn an_identity_is_no_nodes_name() {
    let identity = "AGE-SECRET-KEY-10YCSEMS0R672R6RASEK0MA6DMQFDJZ2KFHDNEKSKGP3KP5SEYKUSZJLXYN";
    for name in [identity.to_owned(), identity.to_lowercase(), format!("web-{identity}")] {
        let error = name.parse::<NodeName>().unwrap_err();
        assert!(!error.to_string().to_uppercase().contains("YCSEMS"), "{error}");
    }
}

#[test]
fn a_name_that_is_no_files_name_is_refused() {
    let long = "a".repeat(129);
    for name in ["", ".", "..", ".hidden", "a/b", "../ring", "a b", "a\nb", "a\0b", "é", long.as_str()] {
        let message =
            "a node's name has 1 to 128 letters, digits, '.', '_', '-' and ':', and begins with no '.'";
        fails(name.parse::<NodeName>(), KeystoreErrorKind::BadNode, message);
    }
    let longest = "a".repeat(128);
    for name in ["a", "web-1.example:8080", "A_b", longest.as_str()] {
        assert_eq!(name.parse::<NodeName>().unwrap().to_string(), name);
    }
}

/// In `/sys`, where not even root makes folders: mounted read-only in containers, and refusing elsewhere.
#[test]
fn where_a_node_may_not_write_it_leaves_nothing() {
    let store = FileKeystore::new("/sys/ring");
    let error = ready(store.register(&node("web-1"))).unwrap_err();
    let reason = match error.kind() {
        KeystoreErrorKind::ReadOnly => "the file system is read-only",
        KeystoreErrorKind::PermissionDenied => "permission denied",
        kind => panic!("{kind:?}: {error}"),
    };
    assert_eq!(error.to_string(), format!("cannot write /sys/ring.nodes/web-1: {reason}"));
    assert!(!Path::new("/sys/ring.nodes").exists());
    assert_eq!(nodes(&store), []);
}

/// Root may write whatever the folder's mode says; other users may not.
#[test]
fn a_folder_that_is_only_to_be_read_is_still_read() {
    let (store, folder) = place("nodes_read_only");
    ready(store.register(&node("web-1"))).unwrap();
    set_mode(&folder, 0o500);
    let is_root = fs::write(folder.join(".probe"), "").is_ok();
    let registered = ready(store.register(&node("web-2")));
    let read = nodes(&store);
    set_mode(&folder, 0o700);
    if is_root {
        assert!(registered.is_ok());
        assert_eq!(read, [node("web-1"), node("web-2")]);
    } else {
        let message = format!("cannot write {}: permission denied", folder.join("web-2").display());
        fails(registered, KeystoreErrorKind::PermissionDenied, &message);
        assert_eq!((read, names(&folder)), (vec![node("web-1")], vec!["web-1".into()]));
    }
}

#[test]
fn a_record_that_cannot_take_its_place_leaves_nothing_half_written() {
    let (store, folder) = place("nodes_blocked");
    fs::create_dir_all(folder.join("web-1/inside")).unwrap();
    let error = ready(store.register(&node("web-1"))).unwrap_err();
    let start = format!("cannot write {}: ", folder.join("web-1").display());
    assert!(error.to_string().starts_with(&start), "{error}");
    assert_eq!(names(&folder), ["web-1"]);
}

#[test]
fn the_record_of_a_newer_program_is_read_as_far_as_it_is_known() {
    let newer = node("web-1").to_json().replace("\"stopped\"", "\"zone\":\"eu-1\",\"stopped\"");
    assert_eq!(Node::from_json(newer.as_bytes()).unwrap(), node("web-1"));
}
