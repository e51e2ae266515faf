//! The effects that a verb will have on live sessions, told before it writes: a preview, since the write may fail.
//!
//! They follow from the ring before and after. A session belongs to the key that was active when it was last written,
//! so a key's time in force tells whom it concerns.

use std::io::Write;

use gingersnap::keyring::{Key, KeyState, Keyring};
use gingersnap::{SKEW, Timestamp};

use super::describe::sorted;
use crate::error::Error;
use crate::keys::change::Change;
use crate::place::Location;
use crate::render::{exact_duration, time, time_and_distance};

/// A standby comes into force, now or later.
pub(in crate::keys) fn of_new_key(
    now: Timestamp,
    change: &Change,
    out: &mut impl Write,
) -> Result<(), Error> {
    let Change { old, new } = change;
    let is_new = |key: &&Key| old.key(key.id()).is_some_and(|before| before.not_before() != key.not_before());
    let Some((key, at)) = new.keys().iter().find(is_new).and_then(|key| Some((key, key.not_before()?)))
    else {
        return Ok(());
    };
    let (id, at_once) = (key.id(), at <= now);
    match old.active(now).and_then(|active| new.key(active.id())) {
        Some(active) => of_old_key(active, new, at, now, out)?,
        None => writeln!(out, "Nobody will be signed out.")?,
    }
    if at_once {
        let created = time_and_distance(key.created(), now);
        writeln!(
            out,
            "Key {id} will seal at once. It is in the ring since {created}: a node whose ring is older\n\
             cannot open what it seals, and will show those people as signed out until it loads the new ring."
        )?;
    } else {
        writeln!(
            out,
            "Key {id} will seal from {} on. Every node must have loaded the new ring by then.",
            time(at)
        )?;
    }
    writeln!(out, "{RELOADS}")?;
    Ok(out.flush()?)
}

/// Tells of the active key until a new one seals, from `at` on.
fn of_old_key(
    active: &Key,
    new: &Keyring,
    at: Timestamp,
    now: Timestamp,
    out: &mut impl Write,
) -> Result<(), Error> {
    let id = active.id();
    let until = match at <= now {
        true => "retire at once".into(),
        false => format!("seal until {}", time_and_distance(at, now)),
    };
    let opens = new.expires_at(active).map_or_else(String::new, |at| time_and_distance(at, now));
    Ok(writeln!(out, "Nobody will be signed out: key {id} will {until}, and open until {opens}.")?)
}

/// Warns of a propagation that is too short even for nodes with the shortest interval.
pub(in crate::keys) fn warn_if_short(propagation: u64, out: &mut impl Write) -> Result<(), Error> {
    if propagation < LEAST_PROPAGATION {
        writeln!(
            out,
            "warning: {} of propagation may be too short: nodes that reload every second need",
            exact_duration(propagation)
        )?;
        writeln!(
            out,
            "warning: {LEAST_PROPAGATION} s, which is twice that and {SKEW} s between their clocks"
        )?;
    }
    Ok(out.flush()?)
}

/// Keys are disabled or revoked.
pub(in crate::keys) fn of_stopped_keys(
    now: Timestamp,
    change: &Change,
    out: &mut impl Write,
) -> Result<(), Error> {
    let Change { old, new } = change;
    let becomes = |key: &Key| new.key(key.id()).map(|key| new.state(key, now));
    let keys = sorted(old, now);
    let stops = |key: &Key| becomes(key).filter(|&to| !to.opens() && to != old.state(key, now));
    for (key, to) in keys.iter().filter_map(|key| Some((key, stops(key)?))) {
        write_stopped(key, old.state(key, now), to, now, out)?;
    }
    let live = |key: &Key| sealed(key, now).is_some() && old.state(key, now) != KeyState::Expired;
    let others = keys.iter().any(|key| live(key) && becomes(key).is_some_and(KeyState::opens));
    if !keys.iter().any(|key| stops(key).is_some()) {
        writeln!(out, "No further key will be revoked by that: nobody will be signed out.")?;
    } else if keys.iter().any(|key| live(key) && stops(key).is_some()) {
        let rest =
            if others { "Nobody else will be signed out." } else { "No other key has sealed a session." };
        writeln!(out, "{rest}")?;
    }
    if old.active(now).is_some() && new.active(now).is_none() {
        let until = new.keys().iter().filter_map(Key::not_before).filter(|&at| at > now).min();
        let until =
            until.map_or_else(|| "from then on".into(), |at| format!("until {}", time_and_distance(at, now)));
        writeln!(
            out,
            "No key will seal {until}: nobody will be able to sign in, and no session can be changed."
        )?;
    }
    if keys.iter().any(|key| stops(key) == Some(KeyState::Revoked)) {
        writeln!(out, "Whoever stole one key of a ring has them all: then `gingersnap keys emergency`.")?;
    }
    writeln!(out, "{TAKES_EFFECT}")?;
    Ok(out.flush()?)
}

fn write_stopped(
    key: &Key,
    from: KeyState,
    to: KeyState,
    now: Timestamp,
    out: &mut impl Write,
) -> Result<(), Error> {
    let id = key.id();
    match (sealed(key, now), from, to) {
        (_, KeyState::Expired, _) => {
            writeln!(out, "Whatever key {id} sealed is dead already: nobody will be signed out.")?;
        }
        (None, ..) => writeln!(out, "Key {id} has sealed nothing: nobody will be signed out.")?,
        (Some(span), _, KeyState::Disabled) => {
            writeln!(
                out,
                "Sessions last written {span} will be neither read nor written until key {id} is enabled."
            )?;
            writeln!(out, "Those people will seem signed out meanwhile; their cookies will be kept.")?;
        }
        (Some(span), ..) => {
            writeln!(
                out,
                "Every session last written {span} will be signed out for good: key {id} sealed it."
            )?;
        }
    }
    Ok(())
}

/// Sign-ins that began, and data that was last written, before a time are ended.
pub(in crate::keys) fn of_ended_sessions(
    now: Timestamp,
    ring: &Keyring,
    before: Timestamp,
    out: &mut impl Write,
) -> Result<(), Error> {
    let longest = ring.longest_session();
    if before.age_at(now) >= longest.saturating_add(SKEW) {
        writeln!(
            out,
            "No session is that old, since none lasts longer than {}: nobody will be signed out.",
            exact_duration(longest)
        )?;
    } else {
        writeln!(
            out,
            "Everybody who signed in before {} will be signed out for good.",
            time_and_distance(before, now)
        )?;
        writeln!(out, "Data last written before that will be lost, but for sessions of the browser.")?;
        writeln!(out, "Nobody else will be signed out.")?;
    }
    writeln!(out, "This is worth nothing against a stolen key, whose thief chooses the times.")?;
    writeln!(out, "{TAKES_EFFECT}")?;
    Ok(out.flush()?)
}

/// Every key is revoked.
pub(in crate::keys) fn of_emergency(
    location: &Location,
    old: &Keyring,
    out: &mut impl Write,
) -> Result<(), Error> {
    writeln!(out, "This will revoke all {} keys of {location}, for good.", old.keys().len())?;
    writeln!(
        out,
        "Everybody will be signed out, and every cart and draft that is kept in a cookie will be lost."
    )?;
    writeln!(out, "{TAKES_EFFECT}")?;
    Ok(out.flush()?)
}

/// Secrets of dead keys are destroyed at once, without the second look a day later.
pub(in crate::keys) fn of_destruction(
    now: Timestamp,
    change: &Change,
    out: &mut impl Write,
) -> Result<(), Error> {
    let Change { old, new } = change;
    writeln!(out, "By this machine's clock it is {}.", time(now))?;
    for key in sorted(old, now).into_iter().filter(|key| new.key(key.id()).is_none()) {
        writeln!(out, "Key {} is {}: its secret will be destroyed.", key.id(), old.state(key, now))?;
    }
    Ok(out.flush()?)
}

/// The time in which the key sealed; none if it never did.
pub(in crate::keys) fn sealed(key: &Key, now: Timestamp) -> Option<String> {
    let from = key.not_before().filter(|&at| at <= now)?;
    Some(match key.retired_at().filter(|&at| at <= now) {
        Some(until) => format!("from {} to {}", time_and_distance(from, now), time_and_distance(until, now)),
        None => format!("since {}", time_and_distance(from, now)),
    })
}

const RELOADS: &str = "Nodes load the ring by themselves, every second unless told otherwise.";
pub(in crate::keys) const TAKES_EFFECT: &str =
    "It will take effect on each node when that loads the ring, by itself: within 2 s unless told otherwise.";
/// Twice the interval in which nodes reload unless told otherwise, and the clocks' skew.
const LEAST_PROPAGATION: u64 = 2 + SKEW;
