//! The laws: what is promised of sign-ins and their ends, seen from outside.

use gingersnap::Refusal;

use crate::facts::{Death, Token};
use crate::node::{ABSOLUTE, Came, Verb};
use crate::world::{Check, World};

/// Fails if a node takes somebody for signed in who was ended, or anybody else for signed out.
pub(crate) fn views(world: &World) -> Check {
    let jars = world.browsers.iter().filter_map(|jar| jar.as_ref());
    let mut last: Vec<_> = world.facts.tokens.iter().collect();
    last.sort_by_key(|(_, token)| std::cmp::Reverse(token.number));
    let values = jars.chain(last.into_iter().take(3).map(|(value, _)| value));
    for value in values {
        let token = &world.facts.tokens[value];
        for node in 0..world.nodes.len() {
            let came = world.nodes[node].ask(Some(value), Verb::Look);
            view(world, token, node, &came)
                .map_err(|what| format!("node {node}, identity {}: {what}", token.number))?;
        }
    }
    Ok(())
}

fn view(world: &World, token: &Token, node: usize, came: &Came) -> Check {
    let person = world.facts.person(token);
    let saw = came.saw.who.as_deref();
    if came.status != 200 {
        return Err(format!("a look is {}: {:?}", came.status, came.saw.error));
    }
    if saw.is_some_and(|who| who != person) {
        return Err(format!("{person}'s identity is {saw:?}"));
    }
    if saw.is_some() && world.is_long_away() {
        return Err("nobody can know whether it ended, and it is taken for signed in".into());
    }
    let sign_in = &world.facts.sign_ins[token.sign_in];
    let is_over = world.time + SLACK >= sign_in.started_at + ABSOLUTE;
    match token.death {
        Death::Certain(end) if saw.is_some() => {
            let has_heard = end.knows[node] && world.time > end.at;
            // Who was not asked for five seconds asks first.
            let had_time = end.is_stored
                && !world.db.is_down()
                && world.time > end.at
                && world.time > end.told_at.max(world.up_since) + 5;
            if has_heard || had_time {
                Err(format!("{person} is dead, and is taken for signed in: {end:?}"))
            } else {
                Ok(())
            }
        }
        Death::None if saw.is_none() && !is_over => match came.saw.refusal {
            Some(Refusal::EndsUnknown) if world.may_not_know(node) => Ok(()),
            // Many cut-offs within a second put what is sealed after them ahead.
            Some(Refusal::FromFuture) if world.nodes[node].now() < world.time => Ok(()),
            refusal => Err(format!("{person} is signed out by nobody: {refusal:?}")),
        },
        _ => Ok(()),
    }
}

/// Fails if a list lacks a sign-in that lives, or has one that ended.
pub(crate) fn list(world: &World, node: usize) -> Check {
    if world.db.is_down() {
        return Ok(());
    }
    for (index, sign_in) in world.facts.sign_ins.iter().enumerate() {
        let Some(key) = &sign_in.key else { continue };
        let rows = crate::node::ready(world.nodes[node].revoker().sign_ins(sign_in.person)).unwrap();
        let is_listed = rows.iter().any(|row| row.key == *key);
        let mut tokens = world.facts.tokens.values().filter(|it| it.sign_in == index);
        let is_over = world.time + SLACK >= sign_in.started_at + ABSOLUTE;
        if tokens.clone().any(|it| matches!(it.death, Death::None)) && !is_listed && !is_over {
            return Err(format!("the list of {} lacks sign-in {index}", sign_in.person));
        }
        let is_dead =
            |it: &Token| matches!(it.death, Death::Certain(end) if end.is_stored && world.time > end.at);
        if tokens.all(is_dead) && is_listed {
            return Err(format!("the list of {} has sign-in {index}, which ended", sign_in.person));
        }
    }
    Ok(())
}

/// Fails if a verb is not done that had to be, or is done for somebody who is dead in the store.
pub(crate) fn answer(
    world: &World,
    token: Option<&Token>,
    verb: &Verb,
    came: &Came,
    failures: usize,
) -> Check {
    if ![200, 401, 503].contains(&came.status) {
        return Err(format!("a status of {}", came.status));
    }
    let is_in = came.saw.who.is_some();
    let enters = match verb {
        Verb::SignIn(_) => true,
        Verb::Renew | Verb::Reauthenticate | Verb::EndOthers | Verb::ReauthenticateAndEndOthers => is_in,
        _ => false,
    };
    let gives = came.gives();
    if gives != (enters && came.status == 200) {
        return Err(format!("{verb:?} is {}, and gives an identity: {gives}", came.status));
    }
    let death = token.map_or(Death::None, |it| it.death);
    match (verb, death) {
        (Verb::SignIn(_) | Verb::Look, _) => {}
        (_, Death::Certain(end)) if end.is_stored && end.at <= world.time && gives => {
            return Err(format!("{verb:?} brings back what ended: {end:?}"));
        }
        _ => {}
    }
    if failures > 0 || came.status == 200 {
        return Ok(());
    }
    let is_dead = !matches!(verb, Verb::SignIn(_)) && !matches!(death, Death::None);
    // Nobody was asked whether who signs out is ended: the store was away, or may have been.
    if is_dead || world.is_crowded() || (came.status == 503 && world.was_away()) {
        return Ok(());
    }
    Err(format!("{verb:?} is {} though the store answered: {:?}", came.status, came.saw.error))
}

/// Seconds by which clocks differ.
const SLACK: u64 = 40;
