//! The node records: which node holds which generation.

use std::io::{BufRead, BufReader, Read};
use std::pin::pin;
use std::process::Child;
use std::task::{Context, Poll, Waker};

use gingersnap::keystore::{FileKeystore, Keystore, Node};
use gingersnap::{Clock, SystemClock};

use super::terminal::terminal;
use super::*;

/// A node's own clock may be ahead: it was seen just now.
const JUST_NOW: i64 = 1_000;

/// Registers a node that holds `ring`, seen `seen` seconds from now.
fn says(place: &Place, name: &str, ring: &Keyring, seen: i64) {
    register(place, &node(name, ring, seen));
}

fn node(name: &str, ring: &Keyring, seen: i64) -> Node {
    let now = SystemClock.now();
    let said = Node::new(name.parse().unwrap(), ring, now).to_json();
    let at = now.unix().strict_add_signed(seen);
    let said = said.replace(&format!("\"seen_at\":{now}"), &format!("\"seen_at\":{at}"));
    Node::from_json(said.as_bytes()).unwrap()
}

fn register(place: &Place, node: &Node) {
    let store = FileKeystore::new(place.ring_path());
    let Poll::Ready(done) = pin!(store.register(node)).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("a file keystore never waits");
    };
    done.unwrap();
}

/// Checks both outputs of a command that refuses.
#[track_caller]
fn refuses(place: &Place, args: &[&str], stdout: &str, stderr: &str) {
    let output = place.run(args);
    let is = (text(&output.stdout), text(&output.stderr), output.status.code());
    assert_eq!((is.0.as_str(), is.1.as_str(), is.2), (stdout, stderr, Some(1)));
}

fn active(place: &Place) -> String {
    place.keys("active").remove(0)
}

#[test]
fn every_node_is_shown_with_what_it_holds() {
    let place = Place::with_ring("rollout");
    let other = Place::with_ring("rollout_other").ring();
    let first = place.ring();
    place.succeeds(&["keys", "add"]);
    let ring = place.ring();
    says(&place, "web-1", &ring, JUST_NOW);
    says(&place, "web-2", &first, JUST_NOW);
    says(&place, "web-3", &other, JUST_NOW);
    says(&place, "web-4", &ring, -300);
    register(&place, &node("web-5", &first, -300).stopped());
    let (id, key) = (ring.ring_id(), active(&place));
    let (other_id, other_key) = (other.ring_id(), other.active(SystemClock.now()).unwrap().id());
    let stdout = format!(
        "ring {id}, generation 2\n\
         \n\
         node   state       generation  active key  seen\n\
         web-1  current     2           {key}      0 s ago\n\
         web-2  behind      1           {key}      0 s ago\n\
         web-3  other ring  1           {other_key}      0 s ago\n\
         web-4  silent      2           {key}      5 min ago\n\
         web-5  stopped     1           {key}      5 min ago\n\
         warning: node web-3 holds another ring, {other_id}\n\
         note: node web-4 says nothing; if it is gone for good, --forget web-4\n"
    );
    refuses(&place, &["keys", "rollout"], &stdout, "");
}

#[test]
fn nobody_is_waited_for_where_all_are_current_or_have_stopped() {
    let place = Place::with_ring("rollout_current");
    let first = place.ring();
    place.succeeds(&["keys", "add"]);
    let ring = place.ring();
    let (web_1, web_2) = (node("web-1", &ring, JUST_NOW), node("web-2", &first, -300).stopped());
    register(&place, &web_1);
    register(&place, &web_2);
    let key = active(&place);
    let expected = serde_json::json!({
        "ring_id": ring.ring_id(),
        "generation": 2,
        "nodes": [
            {
                "node": "web-1", "state": "current", "ring_id": ring.ring_id(), "generation": 2,
                "active_key": key, "seen_at": web_1.seen_at().unix(),
            },
            {
                "node": "web-2", "state": "stopped", "ring_id": ring.ring_id(), "generation": 1,
                "active_key": key, "seen_at": web_2.seen_at().unix(),
            },
        ],
        "unread": [],
    });
    assert_eq!(place.json(&["keys", "rollout", "--json"]), expected);
    let waited = place.succeeds(&["keys", "rollout", "--wait"]);
    assert!(waited.starts_with("node web-1 has generation 2\n\nring "), "{waited}");
}

#[test]
fn a_place_that_was_rolled_back_is_an_alarm() {
    let place = Place::with_ring("rollout_ahead");
    let backup = fs::read(place.ring_path()).unwrap();
    place.succeeds(&["keys", "add"]);
    says(&place, "web-1", &place.ring(), -300);
    fs::write(place.ring_path(), backup).unwrap();
    let (id, key) = (place.ring().ring_id(), active(&place));
    let stdout = format!(
        "ring {id}, generation 1\n\
         \n\
         node   state  generation  active key  seen\n\
         web-1  ahead  2           {key}      5 min ago\n\
         warning: node web-1 has had a later ring than the one in place: that was rolled back\n"
    );
    refuses(&place, &["keys", "rollout"], &stdout, "");
}

#[test]
fn two_copies_that_were_changed_apart_are_an_alarm() {
    let place = Place::with_ring("rollout_diverged");
    let before = fs::read(place.ring_path()).unwrap();
    place.succeeds(&["keys", "add"]);
    says(&place, "web-1", &place.ring(), JUST_NOW);
    fs::write(place.ring_path(), before).unwrap();
    place.succeeds(&["keys", "add"]);
    let (id, key) = (place.ring().ring_id(), active(&place));
    let stdout = format!(
        "ring {id}, generation 2\n\
         \n\
         node   state     generation  active key  seen\n\
         web-1  diverged  2           {key}      0 s ago\n\
         warning: node web-1 holds another ring of generation 2: two copies were changed apart\n"
    );
    refuses(&place, &["keys", "rollout"], &stdout, "");
}

#[test]
fn without_nodes_it_says_where_to_look() {
    let place = Place::with_ring("rollout_nobody");
    let error = "gingersnap: error: no node has said which ring it holds\n\
                 gingersnap: hint: a node says so where it may write; else ask each node's /readyz\n";
    place.fails(&["keys", "rollout"], 1, error);
    place.fails(&["keys", "rollout", "--wait"], 1, error);
    place.fails(&["keys", "rollout", "--json"], 1, error);
}

/// A command that runs until it is killed, at the latest when the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn waiting_ends_when_the_last_node_has_the_ring() {
    let place = Place::with_ring("rollout_wait");
    let first = place.ring();
    place.succeeds(&["keys", "add"]);
    says(&place, "web-1", &place.ring(), JUST_NOW);
    says(&place, "web-2", &first, JUST_NOW);
    says(&place, "web-3", &first, -300);
    register(&place, &node("web-4", &first, -300).stopped());
    let mut child = Running(place.command(&["keys", "rollout", "--wait"]).spawn().unwrap());
    let mut out = BufReader::new(child.0.stdout.take().unwrap());
    let mut line = || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        line
    };
    assert_eq!(line(), "node web-1 has generation 2\n");
    let both = "waiting for 2 nodes: web-2 (generation 1, behind), web-3 (generation 1, silent)\n";
    assert_eq!(line(), both);
    says(&place, "web-2", &place.ring(), JUST_NOW);
    assert_eq!(line(), "node web-2 has generation 2\n");
    assert_eq!(line(), "waiting for 1 node: web-3 (generation 1, silent)\n");
    assert!(child.0.try_wait().unwrap().is_none(), "it did not wait for web-3");
    // The ring is changed meanwhile, and a later one will do.
    place.succeeds(&["keys", "add"]);
    says(&place, "web-3", &place.ring(), JUST_NOW);
    assert_eq!(line(), "node web-3 has generation 3\n");
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("generation 3\n\nnode   state "), "{rest}");
    assert!(rest.contains("\nweb-2  behind   2 "), "{rest}");
    assert!(rest.contains("\nweb-3  current  3 "), "{rest}");
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
}

#[test]
fn who_is_missing_in_the_end_is_named() {
    let place = Place::with_ring("rollout_missing");
    let first = place.ring();
    place.succeeds(&["keys", "add"]);
    says(&place, "web-1", &place.ring(), JUST_NOW);
    says(&place, "web-2", &first, JUST_NOW);
    let wait = ["keys", "rollout", "--wait", "--timeout", "1s"];
    place.fails(
        &wait,
        1,
        "gingersnap: error: after 1 s not every node has generation 2: web-2 (behind)\n\
         gingersnap: hint: the node's log, or its /readyz, says why\n",
    );
    says(&place, "web-3", &first, -300);
    place.fails(
        &wait,
        1,
        "gingersnap: error: after 1 s not every node has generation 2: web-2 (behind), web-3 (silent)\n\
         gingersnap: hint: `gingersnap keys rollout --forget web-3` if it is gone for good\n",
    );
    says(&place, "web-2", &place.ring(), JUST_NOW);
    let out = place.succeeds(&["keys", "rollout", "--wait", "--timeout", "1s", "--forget", "web-3"]);
    assert!(out.starts_with("node web-3: forgotten\n\nnode web-1 has generation 2\n"), "{out}");
    assert!(!place.ring_path().with_file_name("gingersnap-keys.json.nodes").join("web-3").exists());
}

#[test]
fn only_a_node_that_is_there_can_be_forgotten() {
    let place = Place::with_ring("rollout_forget");
    says(&place, "web-1", &place.ring(), JUST_NOW);
    place.fails(
        &["keys", "rollout", "--forget", "web-2"],
        1,
        "gingersnap: error: no node web-2 has said which ring it holds\n\
         gingersnap: hint: `gingersnap keys rollout` shows the nodes\n",
    );
    let output = place.run(&["keys", "rollout", "--forget", "web-1"]);
    assert_eq!(text(&output.stdout), "node web-1: forgotten\n\n");
    assert_eq!(output.status.code(), Some(1), "there is no node left");
}

#[test]
fn a_damaged_record_is_named() {
    let place = Place::with_ring("rollout_damaged");
    says(&place, "web-1", &place.ring(), JUST_NOW);
    fs::write(place.0.join("gingersnap-keys.json.nodes/web-2"), "{").unwrap();
    let out = place.succeeds(&["keys", "rollout"]);
    let warning = "warning: passed over: gingersnap-keys.json.nodes/web-2: a node's record: EOF while parsing an object at \
                   line 1 column 1\n\
                   warning: `gingersnap keys rollout --forget NODE` removes the record of a node that is not yours\n";
    assert!(out.ends_with(warning), "{out}");
    let out = place.succeeds(&["keys", "rollout", "--forget", "web-2"]);
    assert!(out.starts_with("node web-2: forgotten\n"), "{out}");
}

#[test]
fn a_node_that_stopped_and_had_a_later_ring_is_an_alarm_too() {
    let place = Place::with_ring("rollout_stopped_ahead");
    let ring = place.ring();
    let later = ring.add(ring.keys()[0].suite(), "", SystemClock.now(), &mut random).unwrap();
    register(&place, &node("web-1", &later, JUST_NOW).stopped());
    let output = place.run(&["keys", "rollout"]);
    let out = text(&output.stdout);
    assert!(out.contains("web-1  ahead  2") && output.status.code() == Some(1), "{out}");
    assert!(out.ends_with("note: no node is running; each loads the ring when it starts\n"), "{out}");
}

#[test]
fn a_timeout_is_for_those_who_wait() {
    let place = Place::with_ring("rollout_timeout");
    let output = place.run(&["keys", "rollout", "--timeout", "1s"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("  --wait\n"), "{}", text(&output.stderr));
}

#[test]
fn at_a_terminal_who_is_waited_for_stands_in_one_line() {
    let place = Place::with_ring("rollout_terminal");
    let first = place.ring();
    place.succeeds(&["keys", "add"]);
    says(&place, "web-1", &place.ring(), JUST_NOW);
    says(&place, "web-2", &first, JUST_NOW);
    let output = terminal(&place, "keys rollout --wait --timeout 1s").stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout).replace("\r\n", "\n");
    let line =
        "node web-1 has generation 2\nwaiting for 1 node: web-2 (generation 1, behind)\r\u{1b}[2K\nring ";
    assert!(shown.starts_with(line), "{shown:?}");
}
