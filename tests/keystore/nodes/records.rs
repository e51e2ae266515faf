//! Records that others have written.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::*;

#[test]
fn a_record_under_any_name_hides_no_other_and_can_be_forgotten() {
    let (store, folder) = place("nodes_any_name");
    ready(store.register(&node("web-1"))).unwrap();
    let long = "a".repeat(255);
    for name in [
        &b" "[..],
        b"a b",
        b"a\nb",
        b"a\x1b[2Jb",
        b"\xff\xfe",
        b"{\"secret\"}",
        "é".as_bytes(),
        b"web 1",
        b"a\\x5cb",
        long.as_bytes(),
    ] {
        fs::write(folder.join(OsStr::from_bytes(name)), "mine").unwrap();
        let records = ready(store.nodes()).unwrap();
        assert_eq!(records.iter().flatten().collect::<Vec<_>>(), [&node("web-1")]);
        let error = contract::bad(Ok(records));
        assert_eq!((error.kind(), error.record()), (KeystoreErrorKind::BadNode, Some(name)));
        let start = format!("{}/{}: ", folder.display(), NodeName::shown(name));
        assert!(error.to_string().starts_with(&start), "{error}");
        assert!(ready(store.forget(name)).unwrap());
        assert_eq!(nodes(&store), [node("web-1")]);
    }
}

#[test]
fn nothing_but_a_record_is_forgotten() {
    let (store, folder) = place("nodes_forget_else");
    ready(store.register(&node("web-1"))).unwrap();
    store.write_new(b"ring").unwrap();
    for name in [&b""[..], b".", b"..", b"../ring", b"/etc/passwd", b"./web-1", b"a/b", b"web-1\0", b"\0"] {
        assert!(!ready(store.forget(name)).unwrap());
    }
    assert_eq!((names(&folder), store.read().unwrap().bytes()), (vec!["web-1".into()], &b"ring"[..]));
}

#[test]
fn what_nodes_say_is_read_only_so_far() {
    let (store, folder) = place("nodes_many");
    fs::create_dir(&folder).unwrap();
    for number in 0..10_001 {
        fs::write(folder.join(number.to_string()), "mine").unwrap();
    }
    let records = ready(store.nodes()).unwrap();
    assert_eq!(records.len(), 10_001);
    let message =
        format!("{}: there are more than 10000 nodes' records, and the rest is not read", folder.display());
    assert_eq!(records[10_000].as_ref().unwrap_err().to_string(), message);
}

/// Root may read whatever a file's mode says; other users may not.
#[test]
fn a_record_that_may_not_be_read_hides_no_other() {
    let (store, folder) = place("nodes_unreadable");
    for name in ["web-1", "web-2"] {
        ready(store.register(&node(name))).unwrap();
    }
    set_mode(&folder.join("web-2"), 0o000);
    let is_root = fs::read(folder.join("web-2")).is_ok();
    let records = ready(store.nodes()).unwrap();
    assert_eq!(records[0].as_ref().unwrap(), &node("web-1"));
    assert_eq!(records[1].is_ok(), is_root);
    assert!(is_root || records[1].as_ref().unwrap_err().record() == Some(b"web-2"));
}

#[test]
fn a_name_is_shown_so_that_it_can_be_typed() {
    for (name, shown) in [
        (&b"web-1"[..], "web-1"),
        (b"", ""),
        (b"a b\n\x1b\xff\\", "a b\\n\\x1b\\xff\\\\"),
        (&[b'a'; 128], &"a".repeat(128)),
        (&[b'a'; 129], &("a".repeat(64) + "...c12cb024")),
    ] {
        assert_eq!(NodeName::shown(name), shown);
    }
}
