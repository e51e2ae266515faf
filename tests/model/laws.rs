//! The laws that hold whatever the rules are in detail: seen from outside, without the reference.

use gingersnap::{ChangeError, SessionError};

use crate::facts::{IDLE, LASTING, REMEMBER_IDLE, SKEW};
use crate::flight::{Came, Flight};
use crate::node::ready;
use crate::reference::Standing;
use crate::site::{Deed, Kept, Op, Saw, Script, Told};
use crate::world::{Check, World};

/// Fails if an answer sets a cookie that it must not set, or not one that it must; `was`: who was signed in before.
pub(crate) fn answer(op: Op, was: Option<&str>, came: &Came) -> Check {
    let names = came.names();
    let Op::Do(script) = op else {
        let is_seen_alone = names.iter().all(|name| op != Op::Poll && name == "__Host-seen");
        let is_all_right = is_seen_alone && (!came.is_failed() || names.is_empty());
        return if is_all_right { Ok(()) } else { Err("an answer that only looks changes cookies".into()) };
    };
    let (signs_out, saves) = (script.signs_out(), script.has(|deed| deed == Deed::Save));
    let may_stand = |name: &String| match signs_out {
        true => name.starts_with('-') || (saves && name == "__Host-cart"),
        false => saves && ["__Host-cart", "__Host-cart-own"].contains(&name.as_str()),
    };
    if came.is_failed() && !names.iter().all(may_stand) {
        return Err("a failed answer changes cookies".into());
    }
    if signs_out && !names.iter().any(|name| name.ends_with("__Host-id")) {
        return Err("a sign-out does not go out".into());
    }
    if !script.has_verb() && names.iter().any(|name| name.ends_with("__Host-id")) {
        return Err("an answer that signs nobody in or out changes the identity".into());
    }
    if !script.may_touch_data(was) && names.iter().any(|name| name.contains("__Host-cart")) {
        return Err("an answer to the same person, who wrote nothing, touches the cart".into());
    }
    if !script.may_touch_messages(was) && names.iter().any(|name| name.ends_with("__Host-flash")) {
        return Err("an answer to the same person, without messages, touches the messages".into());
    }
    Ok(())
}

impl Script {
    /// True if it writes or destroys a cart, or somebody comes or goes.
    fn may_touch_data(self, was: Option<&str>) -> bool {
        self.has_cart() || self.turns(was)
    }

    fn may_touch_messages(self, was: Option<&str>) -> bool {
        self.has_messages() || self.turns(was)
    }

    /// True if somebody comes or goes.
    fn turns(self, was: Option<&str>) -> bool {
        self.has(|deed| match deed {
            Deed::SignIn { subject, .. } => was != Some(subject),
            deed => deed == Deed::SignOut,
        })
    }
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
    let tried = [
        ready(who.sign_in("late")).map(drop),
        ready(who.sign_out()),
        ready(who.renew()).map(drop),
        ready(who.reauthenticate()).map(drop),
        ready(cart.save()),
    ];
    match tried.iter().find(|told| **told != Err(SessionError::HeadSent)) {
        Some(told) => Err(format!("a change after the head: {told:?}")),
        None => Ok(()),
    }
}

/// Fails if an answer changed more of the nodes' views than it may; `lack`: seconds its activity may be behind.
pub(crate) fn delivered(flight: &Flight, came: &Came, lack: u64, shown: &[Shown], is_alone: bool) -> Check {
    let Op::Do(script) = flight.op else {
        return shown.iter().try_for_each(|it| it.is_untouched(came, lack));
    };
    if script.signs_out() && (came.is_failed() || !came.has("__Host-id")) {
        return shown.iter().try_for_each(|shown| signed_out(flight, came, &shown.after, is_alone));
    }
    if !script.has_verb() {
        shown.iter().try_for_each(|it| it.is_same_person(came, lack))?;
    }
    let was = flight.was.as_deref();
    // A node that lags may not be able to tell that somebody is there.
    let can_tell = |it: &&Shown| it.before.who == it.after.who && !(it.lags && it.after.who.is_none());
    for shown in shown.iter().filter(can_tell) {
        if (came.is_failed() && script.may_touch_data(None)) || script.may_touch_data(was) {
            written(flight, came, shown)?;
        } else {
            shown.has_same_cart()?;
        }
        if !script.may_touch_messages(was) {
            shown.has_same_messages()?;
        }
    }
    Ok(())
}

/// Fails if a sign-out left anything but what was written after it, or came when it was on its way.
fn signed_out(flight: &Flight, came: &Came, after: &Saw, is_alone: bool) -> Check {
    if let Some(who) = &after.who {
        return Err(format!("{who} is there after signing out"));
    }
    if !is_alone {
        return Ok(());
    }
    let deeds = flight.deeds();
    let out = deeds.iter().rposition(|(deed, ..)| *deed == Deed::SignOut);
    let later: Vec<u32> = match came.is_failed() {
        true if !deeds.iter().any(|(deed, ..)| *deed == Deed::Save) => Vec::new(),
        _ => deeds.iter().skip(out.unwrap_or_default()).map(|(_, number, _)| *number).collect(),
    };
    if let Some(item) = after.cart.iter().find(|item| !later.contains(item)) {
        return Err(format!("item {item} is there after signing out"));
    }
    let is_later = |text: &String| later.iter().any(|number| number.to_string() == *text);
    match after.messages.iter().find(|text| !is_later(text)) {
        Some(message) => Err(format!("message {message} is there after signing out")),
        None => Ok(()),
    }
}

/// Fails if a person does not have what their handler was told is in the cart.
fn written(flight: &Flight, came: &Came, shown: &Shown) -> Check {
    let mut told = came.saw.told.iter().zip(flight.deeds());
    let told = told.rfind(|(_, (deed, ..))| deed.is_of_cart() || *deed == Deed::SignOut);
    match told {
        Some((Told::Cart(items), (.., Some(person))))
            if flight.is_current && !came.is_failed() && !shown.lags =>
        {
            let is_theirs = shown.after.who.as_ref() == Some(&person);
            if is_theirs && shown.after.cart != *items {
                return Err(format!("{person} wrote {items:?} and has {:?}", shown.after.cart));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// One node's view before and after an answer came.
pub(crate) struct Shown {
    pub(crate) before: Saw,
    pub(crate) after: Saw,
    /// True if the node has an older ring than the newest.
    pub(crate) lags: bool,
}

impl Shown {
    /// Fails if anything is there that was not, or is not any more.
    fn is_untouched(&self, came: &Came, lack: u64) -> Check {
        self.is_same_person(came, lack)?;
        if self.before.who != self.after.who || (self.lags && self.after.who.is_none()) {
            return Ok(());
        }
        self.has_same_cart()?;
        self.has_same_messages()
    }

    fn is_same_person(&self, came: &Came, lack: u64) -> Check {
        let Self { before, after, lags } = self;
        let may_differ = came.has("__Host-seen")
            && match (&before.who, &after.who) {
                // Somebody who was left alone is there again: the news of their activity was on its way.
                (None, Some(_)) => true,
                // A node that lags cannot read the activity that others write.
                (Some(_), None) => *lags || lack >= IDLE,
                _ => false,
            };
        if before.who == after.who || may_differ {
            return Ok(());
        }
        Err(format!("an answer made {:?} of {:?}", after.who, before.who))
    }

    fn has_same_cart(&self) -> Check {
        let Self { before, after, .. } = self;
        if before.cart == after.cart {
            return Ok(());
        }
        Err(format!("an answer without data made {:?} of {:?}", after.cart, before.cart))
    }

    fn has_same_messages(&self) -> Check {
        let Self { before, after, .. } = self;
        if before.messages == after.messages {
            return Ok(());
        }
        Err(format!("an answer without messages made {:?} of {:?}", after.messages, before.messages))
    }
}

/// Fails if the passing of time shows somebody or something new.
pub(crate) fn waited(before: &[[Saw; 3]; 2], after: &[[Saw; 3]; 2], lags: [bool; 3]) -> Check {
    for (before, after) in before.iter().zip(after) {
        for ((before, after), lags) in before.iter().zip(after).zip(lags) {
            // To a node that lags somebody may be there or not, and it shows nothing until that is over by itself.
            let was_open = lags && before.who.is_none() && before.cart.is_empty();
            if !(was_open && after.who.is_none()) {
                is_part("time", after, before)?;
            }
        }
    }
    Ok(())
}

/// Fails if a newer ring hides somebody or something.
pub(crate) fn loaded(before: &[Saw; 2], after: &[Saw; 2]) -> Check {
    before.iter().zip(after).try_for_each(|(before, after)| is_part("a newer ring", before, after))
}

fn is_part(what: &str, less: &Saw, more: &Saw) -> Check {
    let is_part = (less.who.is_none() || less.who == more.who)
        // A guest's cart may lie beside that of somebody who is away.
        && (less.cart.is_empty() || less.cart == more.cart || less.who != more.who)
        && less.messages.iter().all(|it| more.messages.contains(it));
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
    let Saw { who: Some(who), times: Some((started, _, expires)), .. } = world.look(browser, 0)? else {
        return Ok(());
    };
    let now = world.time;
    let (idle, end) = match expires {
        Some(end) => (REMEMBER_IDLE, end),
        None => (IDLE, started + world.shortest),
    };
    let idle = (world.browsers[browser].active + idle).saturating_sub(world.lack(browser) + 1);
    let then = idle.min(end - SKEW - 1);
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
    let cart = asked.jars.iter().find_map(|jar| jar.guest.as_ref());
    for (end, is_in) in [(ends, true), (cart.map(|cart| cart.fact.started + LASTING), false)] {
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
