//! The effect of a request on the rows, and the meaning of its cookies: found by looking, without a word from whoever wrote them.

use std::collections::BTreeSet;

use crate::db::{Call, Row};
use crate::flight::{self, Came, Flight};
use crate::rows;
use crate::site::{Cart, Person, Script};
use crate::truth::{Facts, GUEST, ID, Jar, Key, Meaning, OWN, Truth};
use crate::world::{Check, World, field};

impl World {
    /// Compares the rows with what was true of them before a request's calls.
    pub(crate) fn see(&mut self, flight: &mut Flight, calls: &[Call]) -> Check {
        let told: Vec<_> = calls.iter().map(|call| call.to_string()).collect();
        if flight.is_held && !told.is_empty() {
            self.tell(format_args!("    {} of the store: {}", flight.number, told.join(", ")));
        }
        for call in calls {
            match call {
                Call::Loaded(row) => {
                    let now = self.facts.rows.get(row).cloned();
                    flight.loaded.entry(*row).or_insert(now);
                }
                Call::Revived => return Err("a row that was removed is there again".into()),
                Call::Conflict if flight.met == Some(self.changes) => {
                    return Err(format!("{} does not go on from what it met", flight.number));
                }
                Call::Conflict => flight.met = Some(self.changes),
                _ => {}
            }
        }
        let reach = self.facts.reach(flight, self.nodes[flight.node].now());
        for key in self.changed() {
            let before = self.facts.rows.get(&key).cloned();
            let Some(row) = self.db.rows().remove(&key) else {
                self.changes += 1;
                rows::removed(flight, &self.facts, before.as_ref())?;
                self.facts.rows.remove(&key);
                flight.loaded.remove(&key);
                continue;
            };
            self.changes += 1;
            if flight::writes(calls, &key) > 1 {
                // The last goes on from the first.
                flight.loaded.insert(key, before.clone());
            }
            let truth = self.truth(&key, &row, before.as_ref(), flight)?;
            rows::written(flight, &reach, before.as_ref(), &truth, &key)?;
            if let (Some(before), Some(cart)) = (before.and_then(|it| it.cart), &truth.cart) {
                flight.counted += cart.count.saturating_sub(before.count);
                self.taken.extend(before.items.difference(&cart.items));
            }
            self.facts.rows.insert(key, truth.clone());
            flight.loaded.insert(key, Some(truth));
        }
        Ok(())
    }

    /// Takes in a write of a request that is over.
    pub(crate) fn see_late(&mut self) -> Check {
        self.changes += 1;
        for key in self.changed() {
            match self.db.rows().remove(&key) {
                None => drop(self.facts.rows.remove(&key)),
                Some(row) => {
                    let owner = self.person(row.owner)?;
                    let before = self.facts.rows.get(&key).cloned();
                    let cart = self.look_into(&key, owner)?;
                    let started = before.map_or(self.time, |it| it.started);
                    let (version, bytes) = (row.record.version, row.record.bytes);
                    let truth = Truth { version, bytes, owner, cart, started, sealed: self.time };
                    self.facts.rows.insert(key, truth);
                }
            }
        }
        Ok(())
    }

    /// The rows that are not as they were.
    fn changed(&self) -> Vec<Key> {
        let (rows, facts) = (self.db.rows(), &self.facts.rows);
        let keys: BTreeSet<Key> = rows.keys().chain(facts.keys()).copied().collect();
        let is_same = |key: &Key| match (rows.get(key), facts.get(key)) {
            (Some(row), Some(truth)) => {
                (row.record.version, &row.record.bytes) == (truth.version, &truth.bytes)
            }
            _ => false,
        };
        keys.into_iter().filter(|key| !is_same(key)).collect()
    }

    fn truth(&self, key: &Key, row: &Row, before: Option<&Truth>, flight: &Flight) -> Check<Truth> {
        let owner = self.person(row.owner)?;
        let now = self.nodes[flight.node].now();
        let guests = self.facts.shown_to(None, &flight.jar, now);
        let goes_on = !flight.script.has_verb() && guests.row.is_none();
        let started = before.map(|it| it.started).or(guests.started.filter(|_| goes_on)).unwrap_or(now);
        Ok(Truth {
            version: row.record.version,
            bytes: row.record.bytes.clone(),
            owner,
            cart: self.look_into(key, owner)?,
            started,
            sealed: now,
        })
    }

    /// The cart in a row, as its owner sees it; none while there is no pointer to it.
    fn look_into(&self, key: &Key, owner: Option<Person>) -> Check<Option<Cart>> {
        let points = |meaning: &Meaning| match meaning {
            Meaning::Pointer { row, is_own, .. } if row == key && (owner.is_some() || !is_own) => {
                Some(*is_own)
            }
            _ => None,
        };
        let pointers = self.facts.meanings.iter();
        let pointers = pointers.filter_map(|(value, it)| Some((points(it)?, it.sealed(), value)));
        let Some((is_own, _, value)) = pointers.max_by_key(|(is_own, sealed, _)| (*is_own, *sealed)) else {
            return Ok(None);
        };
        self.look_at(if is_own { OWN } else { GUEST }, value, owner).map(Some)
    }

    fn look_at(&self, name: &str, value: &str, owner: Option<Person>) -> Check<Cart> {
        let mut jar = Jar::from([(name.into(), value.into())]);
        if let Some(owner) = owner {
            jar.insert(ID.into(), self.identity(owner)?);
        }
        let came = Came::of(self.nodes[0].ask(&self.db, &field(&jar), Script::default()));
        if came.status == 200 { Ok(came.saw.cart) } else { Err(format!("a look is {}", came.status)) }
    }

    /// Learns the meaning of each cookie that an answer sets, and what is in rows that had no pointer.
    pub(crate) fn learn(&mut self, flight: &mut Flight, came: &Came) -> Check {
        let now = self.nodes[flight.node].now();
        for (name, value) in &came.sets {
            let Some(value) = value else { continue };
            let meaning = match name.as_str() {
                ID => Meaning::SignIn {
                    person: flight.script.signs_in().ok_or("an answer signs in whom nobody asked for")?,
                    started: now,
                },
                name if value.len() == POINTER => {
                    let row = flight.points_to(name, &self.facts).ok_or("a pointer to nothing")?;
                    Meaning::Pointer { row, sealed: now, is_own: name == OWN }
                }
                name => self.cookie(flight, name, value, now)?,
            };
            self.facts.meanings.insert(value.clone(), meaning);
        }
        for key in self.look_into_unknown()? {
            let truth = self.facts.rows[&key].clone();
            // It goes on from a cookie, or starts anew.
            let from = if flight.came.row.is_none() { flight.came.cart.count } else { 0 };
            flight.counted += truth.cart.as_ref().map_or(0, |cart| cart.count).saturating_sub(from);
            let reach = self.facts.reach(flight, now);
            rows::written(flight, &reach, None, &truth, &key)?;
        }
        Ok(())
    }

    /// Learns what is in rows to which there was no pointer, and is now; returns them.
    pub(crate) fn look_into_unknown(&mut self) -> Check<Vec<Key>> {
        let unknown = self.facts.rows.iter().filter(|(_, it)| it.cart.is_none());
        let unknown: Vec<_> = unknown.map(|(key, it)| (*key, it.owner)).collect();
        let mut known = Vec::new();
        for (key, owner) in unknown {
            if let Some(cart) = self.look_into(&key, owner)? {
                self.facts.rows.entry(key).and_modify(|it| it.cart = Some(cart));
                known.push(key);
            }
        }
        Ok(known)
    }

    fn cookie(&self, flight: &Flight, name: &str, value: &str, now: u64) -> Check<Meaning> {
        let owner = match name {
            OWN => flight.persons().flatten().last(),
            _ => None,
        };
        let guests = self.facts.shown_to(None, &flight.jar, now);
        let started = guests.started.filter(|_| !flight.script.has_verb()).unwrap_or(now);
        let cart = self.look_at(name, value, owner)?;
        Ok(Meaning::Cookie { cart, owner, started, sealed: now })
    }
}

impl Meaning {
    const fn sealed(&self) -> u64 {
        match self {
            Self::Pointer { sealed, .. } | Self::Cookie { sealed, .. } => *sealed,
            Self::SignIn { started, .. } => *started,
        }
    }
}

impl Facts {
    /// All that a request could have from its cookies, whoever is there.
    pub(crate) fn reach(&self, flight: &Flight, now: u64) -> Vec<Cart> {
        let shown = flight.persons().map(|who| self.shown_to(who, &flight.jar, now).cart);
        let guests = self.shown_to(None, &flight.jar, now).cart;
        let loaded = flight.loaded.values().flatten().filter_map(|it| it.cart.clone());
        shown.chain([guests, flight.came.cart.clone()]).chain(loaded).collect()
    }
}

/// Octets of a pointer.
const POINTER: usize = 96;
