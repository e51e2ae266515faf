//! The laws: what is promised of sessions in a store, seen from outside.

use std::collections::BTreeSet;

use crate::db::Call;
use crate::flight::{Came, Flight};
use crate::node::LONGEST;
use crate::site::{Cart, Deed, Script};
use crate::truth::{Facts, GUEST, ID, Key, Meaning, OWN, Truth};
use crate::world::{Check, World, field};

/// Fails if a write took away what another request wrote, brought what its request could not have, or made a row another's.
pub(crate) fn written(
    flight: &Flight,
    facts: &Facts,
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
    let reach = facts.reach(flight, after.sealed);
    let adds: BTreeSet<u32> = flight.script.adds(flight.number).map(|(_, item)| item).collect();
    let is_known = |item: &&u32| {
        was.items.contains(item) || adds.contains(item) || reach.iter().any(|cart| cart.items.contains(item))
    };
    if let Some(item) = cart.items.iter().find(|item| !is_known(item)) {
        return Err(format!("the write of {} brings item {item} from nowhere", flight.number));
    }
    let note = flight.script.note(flight.number);
    if cart.note != was.note && note != Some(cart.note) && !reach.iter().any(|it| it.note == cart.note) {
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

impl World {
    /// Takes in an answer, and fails if it is not what was promised.
    pub(crate) fn answered(&mut self, flight: &mut Flight, came: &Came, before: &Facts) -> Check {
        let told = format!("    {} is {}: {}", flight.number, came.status, came.saw.cart);
        let sets: Vec<_> = came
            .sets
            .iter()
            .map(|(name, value)| {
                format!(
                    "{}{name}{}",
                    if value.is_none() { "-" } else { "" },
                    match value {
                        Some(value) if name != ID && value.len() == 96 => " (a pointer)",
                        _ => "",
                    }
                )
            })
            .collect();
        self.tell(format!("{told}; {}", sets.join(" ")));
        self.learn(flight, came)?;
        self.note_writers(flight);
        match came.status {
            200 => self.done(flight, came, before),
            409 | 503 => self.failed(flight, came),
            status => Err(format!("a status of {status}")),
        }
    }

    fn note_writers(&mut self, flight: &Flight) {
        let mut who = flight.came.who;
        let mut adds = flight.script.adds(flight.number).peekable();
        for (at, deed) in flight.script.deeds().enumerate() {
            match deed {
                Deed::SignIn(person) => who = Some(person),
                Deed::SignOut => who = None,
                _ => {}
            }
            if let Some((_, item)) = adds.next_if(|it| it.0 == at) {
                self.writers.insert(item, who);
            }
        }
    }

    /// An answer that failed sets nothing that was not saved before, and removes nothing but what a sign-out takes along.
    fn failed(&self, flight: &Flight, came: &Came) -> Check {
        let saves = flight.script.has(|deed| matches!(deed, Deed::Save | Deed::Count));
        for (name, value) in &came.sets {
            let may_be = match value {
                Some(_) => saves && name != ID,
                None => flight.script.signs_out(),
            };
            if !may_be {
                return Err(format!("a failed answer sets or removes {name}"));
            }
        }
        if came.status == 503 {
            let may_be = flight.has(|call| matches!(call, Call::Failed));
            // Another may have written since, and then nobody knows.
            let lost = flight.calls.iter().filter(|call| matches!(call, Call::Lost)).count();
            let may_be = may_be || (flight.is_held && lost > 0) || lost > 1;
            return if may_be { Ok(()) } else { Err("the store answered, and it is 503".into()) };
        }
        if flight.is_safe && !saves {
            return Err("a request that only reads does not give way".into());
        }
        if flight.conflicts() >= TRIES || (flight.conflicts() > 0 && flight.has_lost(&self.facts)) {
            return Ok(());
        }
        Err("a conflict that merges is 409".into())
    }

    fn done(&self, flight: &Flight, came: &Came, before: &Facts) -> Check {
        let now = self.nodes[flight.node].now();
        let (script, jar) = (flight.script, came.after(&flight.jar));
        if !flight.is_held
            && (came.saw.who.as_deref(), &came.saw.cart) != (flight.came.who, &flight.came.cart)
        {
            return Err(format!("it saw {:?} {}, and should {:?}", came.saw.who, came.saw.cart, flight.came));
        }
        if !script.writes() && (!came.sets.is_empty() || flight.applied().next().is_some()) {
            return Err("a look changes something".into());
        }
        let last = flight.persons().last().flatten();
        let shown = self.facts.shown(&jar, now);
        if shown.who != last {
            return Err(format!("{last:?} should be there, and {:?} is", shown.who));
        }
        self.kept(flight, before, &shown.cart, last)?;
        self.stored(flight, came, &shown.cart)?;
        self.ended(flight, before)?;
        self.placed(flight, came)
    }

    /// Fails if what was there before the last step of the request is not there after it.
    fn kept(&self, flight: &Flight, before: &Facts, cart: &Cart, last: Option<&'static str>) -> Check {
        let (script, now) = (flight.script, self.nodes[flight.node].now());
        if script.has(|deed| deed == Deed::Destroy || deed == Deed::SignOut) {
            return Ok(());
        }
        let hers = before.shown_to(last, &flight.jar, now);
        // A guest's is not adopted after somebody else: it may be theirs.
        if flight.came.who.is_some() && flight.came.who != last && hers.owner.is_none() {
            return Ok(());
        }
        let hers = hers.cart;
        let guests = before.shown_to(None, &flight.jar, now).cart;
        let is_one = |hers: u32, guests: u32| hers == 0 || guests == 0 || hers == guests;
        let merges = is_one(hers.note, guests.note) && is_one(hers.count, guests.count);
        let adopts =
            script.signs_in().is_some() && flight.came.who.is_none() && merges && script.note(0).is_none();
        let guests = guests.items.iter().filter(|_| adopts);
        let takes = script.deeds().filter(|deed| *deed == Deed::Take).count();
        let lost: BTreeSet<_> =
            hers.items.iter().chain(guests).filter(|item| !cart.items.contains(item)).collect();
        if lost.len() > takes { Err(format!("{} loses {lost:?}", flight.number)) } else { Ok(()) }
    }

    /// Fails if what the request did is not there, unless it had to yield.
    fn stored(&self, flight: &Flight, came: &Came, cart: &Cart) -> Check {
        let script = flight.script;
        let is_verb = |deed: &Deed| matches!(deed, Deed::SignIn(_) | Deed::SignOut | Deed::Destroy);
        let from =
            script.deeds().collect::<Vec<_>>().iter().rposition(|deed| is_verb(deed)).map_or(0, |at| at + 1);
        let yields =
            flight.conflicts() > 0 && ((flight.is_safe && flight.has_lost(&self.facts)) || script.has_verb());
        if yields {
            return Ok(());
        }
        for (_, item) in script.adds(flight.number).filter(|(at, _)| *at >= from) {
            if !cart.items.contains(&item) && !came.saw.taken.contains(&item) {
                return Err(format!("{} added {item}, and it is not there", flight.number));
            }
        }
        let note = Script(std::array::from_fn(|at| script.0[at].filter(|_| at >= from))).note(flight.number);
        if note.is_some() && note != Some(cart.note) && script.0.iter().take(from).all(Option::is_none) {
            return Err(format!("{} wrote note {note:?}, and there is {}", flight.number, cart.note));
        }
        let is_stored = flight.applied().any(|op| op.record().is_some());
        if is_stored && !script.has_verb() && came.saw.counted != flight.counted {
            return Err(format!(
                "{} counted {}, and it is {}",
                flight.number, came.saw.counted, flight.counted
            ));
        }
        Ok(())
    }

    /// Fails if a sign-out left a row of who signed out.
    fn ended(&self, flight: &Flight, before: &Facts) -> Check {
        let could = !flight.has(|call| matches!(call, Call::Failed | Call::Lost));
        for name in [GUEST, OWN].into_iter().filter(|_| could && flight.script.signs_out()) {
            let Some(row) = before.pointed(&flight.jar, name) else { continue };
            let Some(was) = before.rows.get(&row).filter(|it| !it.is_over(self.nodes[flight.node].now()))
            else {
                continue;
            };
            if was.owner.is_some() && was.owner == flight.came.who && self.facts.rows.contains_key(&row) {
                return Err(format!("a row of {:?} outlives the sign-out", flight.came.who));
            }
        }
        if flight.script.has(|deed| deed == Deed::Destroy)
            && could
            && flight
                .came
                .row
                .and_then(|row| self.facts.rows.get(&row))
                .is_some_and(|it| it.owner == flight.came.owner)
        {
            return Err("a row outlives its end".into());
        }
        Ok(())
    }

    /// Fails if data went where it does not belong, or the store was asked for nothing.
    fn placed(&self, flight: &Flight, came: &Came) -> Check {
        let (script, now) = (flight.script, self.nodes[flight.node].now());
        for (name, value) in came.sets.iter().filter(|(name, _)| name != ID) {
            let Some(value) = value else { continue };
            let meaning = &self.facts.meanings[value];
            let was = self.facts.meaning(&flight.jar, name);
            match meaning {
                Meaning::Cookie { .. } if self.facts.moved.is_some() => {
                    return Err("data goes into a cookie, where all is stored".into());
                }
                Meaning::Cookie { .. }
                    if flight
                        .came
                        .row
                        .and_then(|row| self.facts.rows.get(&row))
                        .is_some_and(|it| it.owner == flight.came.owner)
                        && !script.has_verb()
                        && !script.has(|it| it == Deed::Destroy) =>
                {
                    return Err("data goes back into the cookie".into());
                }
                Meaning::Pointer { row, .. } => {
                    let is_new = flight.applied().any(|op| {
                        op.id().to_bytes() == *row && matches!(op, gingersnap::store::Op::Insert { .. })
                    });
                    let is_known = matches!(was, Some(Meaning::Pointer { row: old, sealed, .. }) if old == row && sealed + LONGEST / 10 > now);
                    if is_known && !is_new {
                        return Err("a pointer is sent that the browser has".into());
                    }
                    let fits = self
                        .facts
                        .rows
                        .get(row)
                        .and_then(|it| it.cart.as_ref())
                        .is_some_and(|cart| !cart.is_swollen());
                    if is_new
                        && fits
                        && self.facts.moved.is_none()
                        && !flight.came.cart.is_swollen()
                        && !script.has(|it| matches!(it, Deed::Save | Deed::Count | Deed::Swell))
                    {
                        return Err("data that fits its cookie goes to the store".into());
                    }
                }
                _ => {}
            }
        }
        let points = [GUEST, OWN].iter().any(|name| self.facts.pointed(&flight.jar, name).is_some());
        let spills =
            self.facts.moved.is_some() || flight.came.cart.is_swollen() || script.has(|it| it == Deed::Swell);
        if !points && !spills && !flight.calls.is_empty() {
            return Err("a session in a cookie asks the store".into());
        }
        Ok(())
    }
}

/// Fails if a node shows a browser anything else than what is true, or anybody what another person wrote.
pub(crate) fn views(world: &World) -> Check {
    for (number, browser) in world.browsers.iter().enumerate() {
        for (node, it) in world.nodes.iter().enumerate() {
            let shown = world.facts.shown(&browser.jar, it.now());
            let came = Came::of(it.ask(&world.db, &field(&browser.jar), Script::default()));
            let saw = (came.status, came.saw.who.as_deref(), &came.saw.cart);
            if saw != (200, shown.who, &shown.cart) {
                return Err(format!("node {node} shows browser {number} {saw:?}, and should show {shown:?}"));
            }
            if !came.sets.is_empty() {
                return Err("a look sets cookies".into());
            }
            for item in &came.saw.cart.items {
                let writer = world.writers.get(item).copied().flatten();
                if writer.is_some() && writer != shown.who {
                    return Err(format!("{writer:?} wrote {item}, and {:?} sees it", shown.who));
                }
            }
        }
    }
    Ok(())
}

/// After so many conflicts a change is given up.
const TRIES: usize = 4;
