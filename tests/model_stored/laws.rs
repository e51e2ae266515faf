//! The laws of answers and of what is shown: what is promised of sessions in a store, seen from outside.

use std::collections::BTreeSet;

use crate::db::Call;
use crate::flight::{Came, Flight};
use crate::site::{Cart, Deed, Person, Script};
use crate::truth::{Facts, GUEST, ID, Jar, OWN, Shown};
use crate::world::{Check, World, field};

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
        if flight.script.has_verb() && !saves {
            return Err("a sign-in or sign-out fails for a busy tab".into());
        }
        if flight.conflicts() >= TRIES || (flight.conflicts() > 0 && flight.has_lost(&self.facts)) {
            return Ok(());
        }
        Err("a conflict that merges is 409".into())
    }

    /// The view that a browser with these cookies should have after a request, even if another request signed somebody out
    /// meanwhile.
    fn meant(&self, flight: &Flight, jar: &Jar, now: u64) -> Shown {
        let is_same = jar.get(ID) == flight.jar.get(ID);
        let who = if is_same { flight.came.who } else { self.facts.who(jar, now) };
        self.facts.shown_to(who, jar, now)
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
        let shown = self.meant(flight, &jar, now);
        if shown.who != last {
            return Err(format!("{last:?} should be there, and {:?} is", shown.who));
        }
        self.kept(flight, before, &jar, last)?;
        self.stored(flight, came, &shown.cart)?;
        self.ended(flight, came, before)?;
        self.adopted(flight, before)?;
        self.pointed(flight, &jar)?;
        self.left(flight, before, &jar)?;
        self.placed(flight, came)
    }

    /// Fails if a sign-in left a guest's row, though others were not faster three times, or a row outlives its pointer.
    fn adopted(&self, flight: &Flight, before: &Facts) -> Check {
        let now = self.nodes[flight.node].now();
        let Some(person) = flight.script.signs_in().filter(|_| !flight.script.signs_out()) else {
            return Ok(());
        };
        let guests = before.shown_to(None, &flight.jar, now);
        let is_alone = before.shown_to(Some(person), &flight.jar, now).owner.is_none();
        let Some(row) = guests.row.filter(|_| is_alone && flight.came.who.is_none()) else { return Ok(()) };
        let is_hers = self.facts.rows.get(&row).is_some_and(|it| it.owner == Some(person));
        if is_hers
            || flight.conflicts() > 0 && flight.script.0.iter().flatten().count() > 1
            || flight.conflicts() >= TRIES - 1
        {
            return Ok(());
        }
        Err(format!("a sign-in of {person} leaves the row a guest's"))
    }

    /// Fails if what was there before the last step of the request is not there after it.
    fn kept(&self, flight: &Flight, before: &Facts, jar: &Jar, last: Option<Person>) -> Check {
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
        let cart = self.meant(flight, jar, now).cart;
        // Where the store did not answer, a guest's stays beside hers.
        let is_down = flight.has(|call| matches!(call, Call::Failed));
        let beside = self.facts.shown_to(None, jar, now).cart.items;
        let is_left = |item: &u32| cart.items.contains(item) || (is_down && beside.contains(item));
        let takes = script.deeds().filter(|deed| *deed == Deed::Take).count();
        let lost: BTreeSet<_> = hers.items.iter().chain(guests).filter(|item| !is_left(item)).collect();
        if lost.len() > takes { Err(format!("{} loses {lost:?}", flight.number)) } else { Ok(()) }
    }

    /// Fails if what the request did is not there, unless it had to yield.
    fn stored(&self, flight: &Flight, came: &Came, cart: &Cart) -> Check {
        let script = flight.script;
        let is_verb = |deed: &Deed| matches!(deed, Deed::SignIn(_) | Deed::SignOut | Deed::Destroy);
        let from = script.deeds().collect::<Vec<_>>().iter().rposition(is_verb).map_or(0, |at| at + 1);
        let gives_way = flight.is_safe && flight.has_lost(&self.facts);
        // What was stored before the answer may have been ended since.
        let saves = flight.is_held && script.has(|deed| matches!(deed, Deed::Save | Deed::Count));
        let yields = flight.conflicts() > 0 && (gives_way || script.has_verb());
        let yields = yields || (saves && flight.has_lost(&self.facts));
        if yields {
            return Ok(());
        }
        for (_, item) in script.adds(flight.number).filter(|(at, _)| *at >= from) {
            if !cart.items.contains(&item) && !self.taken.contains(&item) && !came.saw.taken.contains(&item) {
                return Err(format!("{} added {item}, and it is not there", flight.number));
            }
        }
        // One that was stored before the answer may have been written over since.
        let note = script.note(flight.number).filter(|_| from == 0 && !saves);
        if note.is_some() && note != Some(cart.note) {
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
    fn ended(&self, flight: &Flight, came: &Came, before: &Facts) -> Check {
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
        let is_removed = came.sets.iter().any(|(name, value)| name == GUEST && value.is_none());
        let guests = before.shown_to(None, &flight.jar, self.nodes[flight.node].now()).row;
        let is_left = guests.and_then(|row| self.facts.rows.get(&row)).is_some_and(|it| it.owner.is_none());
        if is_removed && could && is_left {
            return Err("a guest's row outlives its pointer".into());
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
}

/// Fails if a node shows a browser anything else than what is true, or anybody what another person wrote.
pub(crate) fn views(world: &World) -> Check {
    for (number, browser) in world.browsers.iter().enumerate() {
        for (node, it) in world.nodes.iter().enumerate() {
            let shown = world.facts.shown(&browser.jar, node, it.now());
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
