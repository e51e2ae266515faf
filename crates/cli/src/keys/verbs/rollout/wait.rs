//! `gingersnap keys rollout --wait`.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::Node;

use super::state::{State, has, missing, state};
use super::{registered, show};
use crate::args::RolloutArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::progress::Progress;
use crate::render::exact_duration;
use crate::shown::Shown;

/// Waits until no node is missing, or the time is over.
pub(super) fn wait(
    ring: &Ring,
    wanted: &Keyring,
    args: &RolloutArgs,
    out: &mut Shown<&mut impl Write>,
) -> Result<ExitCode, Error> {
    registered(ring)?;
    let (mut told, mut progress) = (BTreeSet::new(), Progress::new());
    let done = ring.watch(Duration::from_secs(args.timeout), |nodes| {
        let missing = missing(nodes, wanted);
        if args.json {
            return Ok(missing.is_empty());
        }
        let arrived = nodes.iter().filter(|node| !node.is_stopped() && has(node, wanted));
        for node in arrived.filter(|node| told.insert(node.name().clone())) {
            progress.clear(out)?;
            writeln!(out, "node {} has generation {}", node.name(), node.generation())?;
            out.flush()?;
        }
        if !missing.is_empty() {
            progress.show(waiting_for(&missing, wanted), out)?;
        }
        Ok(missing.is_empty())
    })?;
    let records = ring.records()?;
    if !args.json {
        progress.clear(out)?;
        writeln!(out)?;
    }
    // Somebody may have changed the ring in the meantime.
    show(&ring.load()?, &records, args.json, out)?;
    if done { Ok(ExitCode::SUCCESS) } else { Err(too_late(wanted, &records.nodes, args.timeout)) }
}

/// `waiting for 2 nodes: web-1 (generation 3, behind), web-2 (generation 2, silent)`.
fn waiting_for(missing: &[&Node], wanted: &Keyring) -> String {
    let now = edge::now();
    let names = missing.iter().map(|node| {
        format!("{} (generation {}, {})", node.name(), node.generation(), state(node, wanted, now).name())
    });
    let nodes = if missing.len() == 1 { "node" } else { "nodes" };
    format!("waiting for {} {nodes}: {}", missing.len(), names.collect::<Vec<_>>().join(", "))
}

fn too_late(wanted: &Keyring, nodes: &[Node], limit: u64) -> Error {
    let now = edge::now();
    let missing = missing(nodes, wanted);
    let names: Vec<_> =
        missing.iter().map(|node| format!("{} ({})", node.name(), state(node, wanted, now).name())).collect();
    let generation = wanted.generation();
    let message = format!(
        "after {} not every node has generation {generation}: {}",
        exact_duration(limit),
        names.join(", ")
    );
    let silent = missing.iter().find(|node| state(node, wanted, now) == State::Silent);
    Error::refused(message).with_hint(match silent {
        Some(node) => format!("`gingersnap keys rollout --forget {}` if it is gone for good", node.name()),
        None => "the node's log, or its /readyz, says why".into(),
    })
}
