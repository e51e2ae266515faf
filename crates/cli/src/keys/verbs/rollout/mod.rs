//! `gingersnap keys rollout`: which node holds which generation.
//!
//! It knows only the nodes that register in the keystore. The times of their records are by their own clocks.

mod state;
mod wait;

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::keyring::Keyring;
use gingersnap::keystore::{KeystoreError, Node, NodeName};
use serde_json::{Value, json};

use crate::args::RolloutArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::records::Records;
use crate::keys::ring::Ring;
use crate::render::{self, rounded_duration, table};
use crate::shown::Shown;
use state::{State, state};

/// Exit status 1 unless every node has the ring's generation: now, or with `--wait` before the time is over.
pub(in crate::keys) fn run(
    ring: &Ring,
    args: &RolloutArgs,
    out: &mut Shown<&mut impl Write>,
) -> Result<ExitCode, Error> {
    let wanted = ring.load()?;
    if let Some(node) = &args.forget {
        forget(ring, node.as_bytes(), args.json, out)?;
    }
    if args.wait {
        return wait::wait(ring, &wanted, args, out);
    }
    let records = registered(ring)?;
    show(&wanted, &records, args.json, out)?;
    let done = records
        .nodes
        .iter()
        .all(|node| matches!(state(node, &wanted, edge::now()), State::Current | State::Stopped));
    Ok(ExitCode::from(u8::from(!done)))
}

fn forget(ring: &Ring, called: &[u8], json: bool, out: &mut impl Write) -> Result<(), Error> {
    // Whatever the records are, one of them may be removed.
    let records = ring.records();
    let name = records.as_ref().map_or(called, |records| records.name_of(called));
    if !ring.forget(name)? {
        let called = KeystoreError::shown(OsStr::from_bytes(called));
        return Err(Error::refused(format!("no node {called} has said which ring it holds"))
            .with_hint("`gingersnap keys rollout` shows the nodes"));
    }
    let shown = NodeName::shown(name);
    if !json {
        writeln!(out, "node {shown}: forgotten\n")?;
    }
    Ok(())
}

fn registered(ring: &Ring) -> Result<Records, Error> {
    let records = ring.records()?;
    match (records.nodes.as_slice(), records.unread.first()) {
        ([], None) => Err(Error::refused("no node has said which ring it holds")
            .with_hint("a node says so where it may write; else ask each node's /readyz")),
        ([], Some(bad)) => Err(Error::refused(format!("no node's record can be read: {bad}"))
            .with_hint(bad.hint().unwrap_or("ask each node's /readyz"))),
        _ => Ok(records),
    }
}

fn show(ring: &Keyring, records: &Records, json: bool, out: &mut impl Write) -> Result<(), Error> {
    let (now, nodes) = (edge::now(), &records.nodes);
    if json {
        return render::json(out, &as_json(ring, records, now));
    }
    writeln!(out, "ring {}, generation {}\n", ring.ring_id(), ring.generation())?;
    let mut rows = vec![["node", "state", "generation", "active key", "seen"].map(String::from)];
    rows.extend(nodes.iter().map(|node| row(node, ring, now)));
    table(out, &rows)?;
    for node in nodes {
        explain(node, state(node, ring, now), out)?;
    }
    records.warn(ring, out)?;
    if nodes.iter().all(Node::is_stopped) {
        writeln!(out, "note: no node is running; each loads the ring when it starts")?;
    }
    Ok(())
}

fn row(node: &Node, ring: &Keyring, now: Timestamp) -> [String; 5] {
    [
        node.name().to_string(),
        state(node, ring, now).name().into(),
        node.generation().to_string(),
        node.active_key().map_or_else(|| "none".into(), |key| key.to_string()),
        format!("{} ago", rounded_duration(node.seen_at().age_at(now))),
    ]
}

fn explain(node: &Node, state: State, out: &mut impl Write) -> Result<(), Error> {
    let name = node.name();
    match state {
        // Records have a warning of their own for the last.
        State::Current | State::Behind | State::Stopped | State::NotBelieved => {}
        State::Ahead => {
            writeln!(
                out,
                "warning: node {name} has had a later ring than the one in place: that was rolled back"
            )?;
        }
        State::OtherRing => writeln!(out, "warning: node {name} holds another ring, {}", node.ring_id())?,
        State::Diverged => writeln!(
            out,
            "warning: node {name} holds another ring of generation {}: two copies were changed apart",
            node.generation()
        )?,
        State::Silent => {
            writeln!(out, "note: node {name} says nothing; if it is gone for good, --forget {name}")?;
        }
    }
    Ok(())
}

fn as_json(ring: &Keyring, records: &Records, now: Timestamp) -> Value {
    let unread = |error: &KeystoreError| json!({ "record": error.record().map(NodeName::shown), "error": error.to_string() });
    let unread: Vec<_> = records.unread.iter().map(unread).collect();
    let nodes: Vec<_> = records
        .nodes
        .iter()
        .map(|node| {
            json!({
                "node": node.name().as_ref(),
                "state": state(node, ring, now).name(),
                "ring_id": node.ring_id(),
                "generation": node.generation(),
                "active_key": node.active_key().map(|key| key.to_string()),
                "seen_at": node.seen_at().unix(),
            })
        })
        .collect();
    json!({ "ring_id": ring.ring_id(), "generation": ring.generation(), "nodes": nodes, "unread": unread })
}
