//! Nodes' records are written by those who may do less than the operator: none of them keeps a verb from its work.

use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;

use gingersnap::keystore::Node;

use super::*;

/// Names that are no node's, and how they are shown.
const BAD: [(&[u8], &str); 6] = [
    (b"a b", "a b"),
    (b"a\nb\x1b[2J", "a\\nb\\x1b[2J"),
    (b"\xff", "\\xff"),
    (b"{\"key\"}", "{\\\"key\\\"}"),
    ("é".as_bytes(), "\\xc3\\xa9"),
    (b"web 2", "web 2"),
];

const FORGET: &str =
    "warning: `gingersnap keys rollout --forget NODE` removes the record of a node that is not yours\n";

fn record(place: &Place, name: &[u8], text: &str) {
    let folder = place.0.join("gingersnap-keys.json.nodes");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), text).unwrap();
}

/// Says that a node of this name has had this generation, and holds the ring if it is that one.
fn says(place: &Place, name: &str, generation: u64) {
    let ring = place.ring();
    let said = Node::new(name.parse().unwrap(), &ring, SystemClock.now()).to_json();
    let was = format!("\"generation\":{},", ring.generation());
    record(place, name.as_bytes(), &said.replace(&was, &format!("\"generation\":{generation},")));
}

#[test]
fn records_under_bad_names_are_passed_over_with_a_warning() {
    let place = Place::with_ring("records_bad");
    says(&place, "web-1", 1);
    for (name, _) in BAD {
        record(&place, name, "{");
    }
    let out = place.succeeds(&["keys", "rollout"]);
    assert!(out.contains("\nweb-1  current  1 "), "{out}");
    for (_, shown) in BAD {
        let warning =
            format!("\nwarning: passed over: gingersnap-keys.json.nodes/{shown}: a node's record: EOF ");
        assert!(out.contains(&warning), "{shown}: {out}");
    }
    assert!(out.ends_with(FORGET), "{out}");
    let out = place.succeeds(&["keys", "rollout", "--wait", "--timeout", "5s"]);
    assert!(out.ends_with(FORGET), "{out}");
    let told = place.json(&["keys", "rollout", "--json"]);
    let unread: Vec<_> = told["unread"].as_array().unwrap().iter().map(|it| &it["record"]).collect();
    assert!(BAD.iter().all(|(_, shown)| unread.contains(&&Value::from(*shown))), "{told}");
    place.file("backup.json", place.ring().to_bytes());
    let out = place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    assert!(out.contains("warning: passed over: ") && place.ring().generation() == 2, "{out}");
    fs::remove_file(place.ring_path()).unwrap();
    let out = place.succeeds(&["keys", "restore", "backup.json", "--plaintext", "--yes"]);
    assert!(out.contains("warning: passed over: ") && place.ring().generation() == 2, "{out}");
}

#[test]
fn a_node_starts_beside_records_that_are_none_and_says_so() {
    let place = Place::with_ring("records_start");
    for (name, _) in BAD {
        record(&place, name, "{");
    }
    says(&place, "liar", 1 << 52);
    let mut child = place
        .command(&["demo", "--listen", "127.0.0.1:0", "--keys", "gingersnap-keys.json"])
        .env("GINGERSNAP_LOG", "info")
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    child.kill().unwrap();
    let log = text(&child.wait_with_output().unwrap().stderr);
    assert!(first.starts_with("gingersnap: listening on "), "{first}{log}");
    assert_eq!(log.matches("node's record passed over").count(), BAD.len(), "{log}");
    assert!(log.contains("node's record not believed") && log.contains("liar"), "{log}");
}

#[test]
fn any_record_is_forgotten_by_its_name_or_as_it_is_shown() {
    let place = Place::with_ring("records_forget");
    says(&place, "web-1", 1);
    let is_there = |name: &[u8]| {
        let path = place.0.join("gingersnap-keys.json.nodes").join(std::ffi::OsStr::from_bytes(name));
        path.exists()
    };
    for (name, shown) in BAD {
        for called in [std::ffi::OsStr::from_bytes(name), shown.as_ref()] {
            record(&place, name, "{");
            let output = place.command(&["keys", "rollout", "--forget"]).arg(called).output().unwrap();
            let (out, err) = (text(&output.stdout), text(&output.stderr));
            assert!(out.starts_with(&format!("node {shown}: forgotten\n\n")), "{called:?}: {out}{err}");
            assert!(!is_there(name) && is_there(b"web-1"), "{called:?}");
        }
    }
    let long = "a".repeat(200);
    record(&place, long.as_bytes(), "{");
    let out = place.succeeds(&["keys", "rollout"]);
    let line = out.lines().find(|line| line.starts_with("warning: passed over: ")).unwrap();
    let shown = line.split('/').nth(1).unwrap().split(':').next().unwrap();
    assert!(shown.len() < 80, "{shown}");
    place.succeeds(&["keys", "rollout", "--forget", shown]);
    assert!(!is_there(long.as_bytes()));
    // Nothing else is.
    for name in ["../gingersnap-keys.json", "..", ".", "", "/etc/passwd"] {
        let output = place.run(&["keys", "rollout", "--forget", name]);
        let error = format!(
            "gingersnap: error: no node {name} has said which ring it holds\n\
             gingersnap: hint: `gingersnap keys rollout` shows the nodes\n"
        );
        assert_eq!((text(&output.stderr), output.status.code()), (error, Some(1)));
    }
    assert_eq!(place.ring().generation(), 1);
}

#[test]
fn a_nodes_word_uses_up_no_generations() {
    for said in [1_000_003, 1 << 52, 1 << 53, u64::MAX - 1] {
        let place = Place::with_ring("records_burn");
        place.file("backup.json", place.ring().to_bytes());
        place.succeeds(&["keys", "add"]);
        says(&place, "web-1", said);
        let out = place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
        assert!(out.contains("warning: "), "{out}");
        assert_eq!(place.ring().generation(), 3, "{said}");
        for verb in [&["keys", "emergency", "--yes"][..], &["keys", "rotate"], &["keys", "prune"]] {
            place.succeeds(verb);
        }
        fs::remove_file(place.ring_path()).unwrap();
        place.succeeds(&["keys", "restore", "backup.json", "--plaintext", "--yes"]);
        assert_eq!(place.ring().generation(), 2, "{said}");
    }
    let place = Place::with_ring("records_believed");
    place.file("backup.json", place.ring().to_bytes());
    says(&place, "web-1", 1_000_001);
    place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    assert_eq!(place.ring().generation(), 1_000_002);
}

#[test]
fn who_says_what_cannot_be_yet_is_shown_and_not_waited_for() {
    let place = Place::with_ring("records_liar");
    says(&place, "web-1", 1);
    says(&place, "web-2", 1 << 53);
    let output = place.run(&["keys", "rollout"]);
    let out = text(&output.stdout);
    assert!(out.contains("\nweb-2  not believed  9007199254740992 "), "{out}");
    let warning = "warning: node web-2 says that it has had generation 9007199254740992: not believed; \
                   --forget web-2 removes that\n";
    assert!(out.ends_with(warning), "{out}");
    assert_eq!(output.status.code(), Some(1));
    let out = place.succeeds(&["keys", "rollout", "--wait", "--timeout", "5s"]);
    assert!(out.starts_with("node web-1 has generation 1\n\nring "), "{out}");
    place.succeeds(&["keys", "rollout", "--forget", "web-2"]);
}

#[test]
fn records_that_cannot_be_listed_keep_no_ring_lost() {
    let place = Place::with_ring("records_unlisted");
    place.file("backup.json", place.ring().to_bytes());
    fs::write(place.0.join("gingersnap-keys.json.nodes"), "no folder").unwrap();
    let out = place.succeeds(&["keys", "restore", "backup.json", "--yes"]);
    let warning =
        "warning: which generations nodes have had is not known: cannot read gingersnap-keys.json.nodes: ";
    assert!(out.starts_with(warning) && place.ring().generation() == 2, "{out}");
}
