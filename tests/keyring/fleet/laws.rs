//! The laws that need no reference: the claims themselves.

use gingersnap::keyring::KeyState;
use gingersnap::token::KeyId;
use gingersnap::{Refusal, RefusalClass, Timestamp};

use super::facts::{LONGEST, PATIENCE, SKEW};
use super::node::Node;
use super::place::Written;
use super::step::Weather;
use super::world::{Check, Token, World};

/// Each node, by its clock, has one active key and never two; none only where the ring was left so.
pub(super) fn every_node(world: &World) -> Check {
    for (index, node) in world.nodes.iter().enumerate() {
        let Some(running) = &node.runs else { continue };
        let now = node.clock(world.time);
        let ring = running.live.get();
        if ring.generation() != running.held.facts.generation {
            return Err(format!("node {index} uses generation {}", ring.generation()));
        }
        let at = Timestamp::from_unix(now);
        let active: Vec<_> =
            ring.keys().iter().filter(|key| ring.state(key, at) == KeyState::Active).collect();
        if active.len() > 1 {
            return Err(format!("by the clock of node {index}, {} keys are active", active.len()));
        }
        let (is, should) = (active.first().map(|key| key.id()), running.held.facts.seals(now));
        if is != should {
            return Err(format!("by the clock of node {index}, {is:?} is active, and not {should:?}"));
        }
        if is.is_none() && world.weather == Weather::Planned {
            return Err(format!("node {index} has no active key"));
        }
    }
    Ok(())
}

/// The generation never falls, nor over a restart that remembers.
pub(super) fn generation(index: usize, node: &Node, before: u64, ring: &Written) -> Check {
    let generation = ring.facts.generation;
    // A start without memory has set it to nothing.
    let before = before.min(node.highest);
    if generation < before {
        return Err(format!("node {index} goes back from generation {before} to {generation}"));
    }
    Ok(())
}

/// In planned histories somebody always seals.
pub(super) fn nobody_seals(world: &World, node: usize) -> Check {
    match world.weather {
        Weather::Planned => Err(format!("node {node} has no key to seal with")),
        Weather::Any => Ok(()),
    }
}

/// A key that has retired never seals again: on a node whose ring says so; and where rotations are planned, on none.
pub(super) fn sealed(world: &World, node: usize, key: KeyId, now: u64) -> Check {
    let Some(running) = &world.nodes[node].runs else { return Ok(()) };
    let held = running.live.get();
    let says = |at: Option<Timestamp>| at.is_some_and(|at| at.unix() <= now);
    if held.key(key).is_none_or(|key| says(key.retired_at())) {
        return Err(format!("node {node} seals with key {key}, which has retired by its ring"));
    }
    if world.weather == Weather::Planned && world.newest().facts.until(key).is_some_and(|until| until <= now)
    {
        return Err(format!("node {node} seals with key {key}, which has retired"));
    }
    Ok(())
}

pub(super) fn opened(world: &World, node: usize, token: &Token, is: Result<(), Refusal>) -> Check {
    let fails = |what: &str| {
        let told = is.map_or_else(Refusal::name, |()| "opened");
        Err(format!("node {node}, a token of key {} ({told}): {what}", token.key))
    };
    let opener = &world.nodes[node];
    if is.is_ok() && opener.revoked.contains(&token.key) {
        return fails("the node had learnt that the key is revoked");
    }
    if matches!(is, Err(Refusal::FromFuture | Refusal::FarFuture)) {
        return fails("no clock of the fleet is that far ahead");
    }
    if world.weather == Weather::Planned {
        return planned(world, node, token, is);
    }
    // A node that lags behind says so, and ends no session: as long as its lag and the clocks together stay below a minute,
    // and for minutes after the token was sealed.
    let unknown = matches!(is, Err(Refusal::UnknownKey | Refusal::UnknownNewerKey));
    let lag = opener.runs.as_ref().and_then(|running| running.lag);
    let ahead = opener.skew - token.skew;
    let is_within = lag.is_some_and(|lag| lag.cast_signed() + ahead < SKEW.cast_signed());
    let is_fresh = opener.clock(world.time) < token.sealed + PATIENCE;
    if unknown && is_within && is_fresh && is.is_err_and(|refusal| refusal.class() == RefusalClass::Dead) {
        return fails("the node only lags behind");
    }
    Ok(())
}

/// Any node opens what any other sealed, for as long as the longest session lasts by its clock; and a minute longer.
///
/// Claimed of histories of `add`, `rotate` with a propagation of at least twice the reload and a minute, `prune` and
/// `sessions-dead-before` alone, in a place that stays whole; with crashes, restarts, jitter, lag and skew.
fn planned(world: &World, node: usize, token: &Token, is: Result<(), Refusal>) -> Check {
    let age = world.nodes[node].clock(world.time).saturating_sub(token.sealed);
    if is.is_ok() == (age < LONGEST + SKEW) {
        return Ok(());
    }
    let told = is.map_or_else(Refusal::name, |()| "opened");
    Err(format!("node {node}, a token of key {} that is {age} s old: {told}", token.key))
}
