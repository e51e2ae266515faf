//! The laws that hold whatever the rules are in detail: seen from outside, without the reference.

use gingersnap::{ChangeError, SessionError};

use crate::facts::{ABSOLUTE, IDLE, SKEW};
use crate::flight::{Came, Flight};
use crate::reference::Standing;
use crate::site::{Kept, Op, Saw};
use crate::world::{Check, World};

impl Op {
    /// True if it may change the identity.
    pub(crate) fn is_verb(self) -> bool {
        matches!(self, Self::SignIn { .. } | Self::SignOut { .. } | Self::Renew | Self::Reauthenticate)
    }

    /// True if it only looks.
    pub(crate) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Poll | Self::Look | Self::Keep | Self::MixUp)
    }
}

/// Fails if an answer sets a cookie that it must not set.
pub(crate) fn answer(op: Op, came: &Came) -> Check {
    let names = came.names();
    let is_failed = came.status >= 500 || came.status == 408;
    let says_goodbye = matches!(op, Op::SignOut { .. }) && names == ["-__Host-id"];
    if is_failed && !names.is_empty() && !says_goodbye {
        return Err("a failed answer changes cookies".into());
    }
    if !op.is_verb() && names.iter().any(|name| name.ends_with("__Host-id")) {
        return Err("an answer that signs nobody in or out changes the identity".into());
    }
    if op.is_read() && names.iter().any(|name| op == Op::Poll || *name != "__Host-seen") {
        return Err("an answer that only looks changes more than the activity".into());
    }
    Ok(())
}

/// Fails if a handle that outlived its answer's head can still change anything.
pub(crate) fn kept(kept: &Kept) -> Check {
    let Some((mut cart, mut who)) = kept.lock().unwrap().take() else { return Ok(()) };
    let told = cart.try_change(|cart| {
        cart.0.push(0);
        Ok::<_, ()>(())
    });
    if told != Err(ChangeError::Session(SessionError::HeadSent)) {
        return Err(format!("a change of the cart after the head: {told:?}"));
    }
    for told in [who.sign_in("late"), who.sign_out(), who.renew().map(drop), who.reauthenticate().map(drop)] {
        if told != Err(SessionError::HeadSent) {
            return Err(format!("a change of the identity after the head: {told:?}"));
        }
    }
    Ok(())
}

/// Fails if an answer changed more of the nodes' views than it may; `lack`: seconds its activity may be behind.
pub(crate) fn delivered(flight: &Flight, came: &Came, lack: u64, shown: &[Shown]) -> Check {
    if matches!(flight.op, Op::SignOut { .. }) && came.has("-__Host-id") {
        let still = shown.iter().find_map(|shown| shown.after.who.as_ref());
        return still.map_or(Ok(()), |who| Err(format!("{who} is there after signing out")));
    }
    for Shown { before, after, lags } in shown.iter().filter(|_| !flight.op.is_verb()) {
        let is_same = before.who == after.who;
        let may_differ = came.has("__Host-seen")
            && match (&before.who, &after.who) {
                // Somebody who was left alone is there again: the news of their activity was on its way.
                (None, Some(_)) => true,
                // A node that lags cannot read the activity that others write.
                (Some(_), None) => *lags || lack >= IDLE,
                _ => false,
            };
        if !is_same && !may_differ {
            return Err(format!("an answer made {:?} of {:?}", after.who, before.who));
        }
        if is_same && flight.op != Op::Add && before.cart != after.cart {
            return Err(format!("an answer without data made {:?} of {:?}", after.cart, before.cart));
        }
        if !matches!(flight.op, Op::Push | Op::Show) && before.messages != after.messages {
            return Err(format!(
                "an answer without messages made {:?} of {:?}",
                after.messages, before.messages
            ));
        }
    }
    Ok(())
}

/// One node's view before and after an answer came.
pub(crate) struct Shown {
    pub(crate) before: Saw,
    pub(crate) after: Saw,
    /// True if the node has an older ring than the newest.
    pub(crate) lags: bool,
}

/// Fails if the passing of time shows somebody or something new.
pub(crate) fn waited(before: &[[Saw; 3]; 2], after: &[[Saw; 3]; 2]) -> Check {
    for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
        is_part("time", after, before)?;
    }
    Ok(())
}

/// Fails if a newer ring hides somebody or something.
pub(crate) fn loaded(before: &[Saw; 2], after: &[Saw; 2]) -> Check {
    before.iter().zip(after).try_for_each(|(before, after)| is_part("a newer ring", before, after))
}

fn is_part(what: &str, less: &Saw, more: &Saw) -> Check {
    let is_part = (less.who.is_none() || less.who == more.who)
        && (less.cart.is_empty() || less.cart == more.cart)
        && (less.messages.is_empty() || less.messages == more.messages);
    if is_part { Ok(()) } else { Err(format!("{what} makes a difference between {less} and {more}")) }
}

/// Brings every node to the newest ring; then fails if anybody is left alone too early or a limit is misplaced.
pub(crate) fn end(world: &mut World) -> Check {
    for (node, _) in world.lags().into_iter().enumerate().filter(|(_, lags)| *lags) {
        world.load(node)?;
    }
    for browser in 0..2 {
        not_too_early(world, browser)?;
        for node in 0..3 {
            limits(world, browser, node)?;
        }
    }
    Ok(())
}

fn not_too_early(world: &mut World, browser: usize) -> Check {
    let Saw { who: Some(who), times: Some((started, _, None)), .. } = world.look(browser, 0)? else {
        return Ok(());
    };
    let now = world.time;
    let idle = (world.browsers[browser].active + IDLE).saturating_sub(world.lack(browser) + 1);
    let then = idle.min(started + ABSOLUTE - SKEW - 1);
    if then > now {
        world.set_time(then);
        for saw in world.views(browser).map_err(|what| format!("{} s later {what}", then - now))? {
            if saw.who.as_ref() != Some(&who) {
                return Err(format!("{who} is left alone too early, {} s from now", then - now));
            }
        }
        world.set_time(now);
    }
    Ok(())
}

/// Checks the last second of a sign-in, and the first without it; the same of a cart.
fn limits(world: &mut World, browser: usize, node: usize) -> Check {
    let now = world.nodes[node].now();
    let (_, jar) = world.browsers[browser].sends();
    let asked = world.asked(node, vec![jar]);
    let standing = asked.identity();
    let ends = match &standing {
        Standing::In(token, _) => Some(asked.end(token)),
        _ => None,
    };
    let cart = asked.jars.iter().filter_map(|jar| jar.cart.as_ref()).find(|cart| cart.fact.owner.is_none());
    for (end, is_in) in [(ends, true), (cart.map(|cart| cart.fact.started + ABSOLUTE), false)] {
        let Some(end) = end.filter(|&end| end > now) else { continue };
        let mut shows_at = |then: u64| {
            world.set_clock(node, then);
            world.look(browser, node).map_err(|what| format!("{} s later {what}", then - now))
        };
        let (last, first) = (shows_at(end - 1)?, shows_at(end)?);
        if is_in && (last.who.is_none() || first.who.is_some()) {
            return Err(format!("a limit after {} s: {:?}, then {:?}", end - now, last.who, first.who));
        }
    }
    world.set_clock(node, now);
    Ok(())
}
