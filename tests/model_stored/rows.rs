//! The laws of what a request did to rows, whatever it answered.

use std::collections::BTreeSet;

use crate::db::Call;
use crate::flight::Flight;
use crate::site::{Cart, Deed};
use crate::truth::{Facts, Key, Truth};
use crate::world::Check;

/// Fails if a write took away what another request wrote, brought what its request could not have, or made a row another's.
pub(crate) fn written(
    flight: &Flight,
    reach: &[Cart],
    before: Option<&Truth>,
    after: &Truth,
    key: &Key,
) -> Check {
    if after.owner.is_some() && !flight.persons().any(|who| who == after.owner) {
        return Err(format!("a row becomes {:?}'s, who is not there", after.owner));
    }
    if before.is_some_and(|it| it.owner.is_some() && it.owner != after.owner) {
        return Err(format!("a row of {:?} becomes {:?}'s", before.and_then(|it| it.owner), after.owner));
    }
    let Some(cart) = &after.cart else { return Ok(()) };
    let nothing = Cart::default();
    let was = before.and_then(|it| it.cart.as_ref()).unwrap_or(&nothing);
    let takes = flight.script.deeds().filter(|deed| *deed == Deed::Take).count();
    let lost: Vec<_> = was.items.difference(&cart.items).collect();
    if lost.len() > takes {
        return Err(format!("the write of {} loses {lost:?}", flight.number));
    }
    let adds: BTreeSet<u32> = flight.script.adds(flight.number).map(|(_, item)| item).collect();
    let is_known = |item: &&u32| {
        was.items.contains(item) || adds.contains(item) || reach.iter().any(|cart| cart.items.contains(item))
    };
    if let Some(item) = cart.items.iter().find(|item| !is_known(item)) {
        return Err(format!("the write of {} brings item {item} from nowhere", flight.number));
    }
    let is_its = flight.script.notes(flight.number).any(|note| note == cart.note);
    if cart.note != was.note && !is_its && !reach.iter().any(|it| it.note == cart.note) {
        return Err(format!("the write of {} brings note {} from nowhere", flight.number, cart.note));
    }
    let loaded = flight.loaded.get(key).and_then(|it| it.as_ref()?.cart.as_ref());
    let Some(loaded) = loaded.filter(|_| before.is_some()) else { return Ok(()) };
    if loaded.note != was.note && cart.note != was.note {
        return Err(format!("the write of {} loses note {}", flight.number, was.note));
    }
    if cart.count < was.count {
        return Err(format!(
            "the write of {} counts back from {} to {}",
            flight.number, was.count, cart.count
        ));
    }
    Ok(())
}

/// Fails if a request removed a row that was not its to remove.
pub(crate) fn removed(flight: &Flight, facts: &Facts, before: Option<&Truth>) -> Check {
    let Some(before) = before else { return Ok(()) };
    let ends = flight.script.has(|deed| deed == Deed::Destroy || deed == Deed::SignOut);
    // A sign-out takes along what is of who was there until the timeout.
    let was_there = flight.script.signs_out().then(|| facts.who(&flight.jar, 0)).flatten();
    let is_there = flight.persons().chain([was_there]).any(|who| who == before.owner);
    let is_guests = before.owner.is_none() && flight.persons().any(|who| who.is_some());
    if (ends && is_there) || (is_guests && flight.script.writes()) {
        return Ok(());
    }
    Err(format!("{} removes a row of {:?}", flight.number, before.owner))
}

/// Fails if something that a request began in the store was not carried through when its client went away.
pub(crate) fn gone_away(flight: &Flight) -> Check {
    let count = |is: fn(&Call) -> bool| flight.calls.iter().filter(|call| is(call)).count();
    let asked = count(|call| matches!(call, Call::Asked));
    let ended = count(|it| matches!(it, Call::Applied(_) | Call::Conflict | Call::Failed | Call::Lost));
    // One that is lost was applied as well.
    if asked <= ended { Ok(()) } else { Err(format!("a write of {} is cut off", flight.number)) }
}
