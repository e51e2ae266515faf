//! The operator's commands: carried out on the newest ring, and compared with the reference.

use std::rc::Rc;

use gingersnap::Timestamp;
use gingersnap::keyring::{Keyring, KeyringError};
use gingersnap::token::Suite;

use super::facts::{Facts, Names, SKEW};
use super::place::{Content, Dice, Origin, Written};
use super::step::Verb;
use super::world::{Check, World};

impl World {
    /// A command works on the newest ring: where a backup was put in its place, the operator puts it back first.
    pub(super) fn operate(&mut self, verb: Verb) -> Check {
        let newest = Rc::clone(self.newest());
        let now = self.operator_clock();
        let propagation = match verb {
            Verb::RotatePlanned(spare) => 2 * self.reload + SKEW + spare,
            Verb::RotateWithin(seconds) => seconds,
            _ => 0,
        };
        match changed(&newest, verb, propagation, now, &mut self.dice)? {
            None => Ok(()),
            Some(written) => {
                self.tell(format_args!(
                    "the operator, at {}: {verb:?}, generation {}",
                    self.relative(now),
                    written.facts.generation
                ));
                self.put(Content::Ring(Rc::clone(&written)));
                self.line.push(written);
                Ok(())
            }
        }
    }

    /// Puts in a change of the ring before the newest: the newest's generation, and other content.
    pub(super) fn fork(&mut self) -> Check {
        let Some(before) = self.line.len().checked_sub(2) else { return Ok(()) };
        let (old, now) = (Rc::clone(&self.line[before]), self.operator_clock());
        let Some(fork) = changed(&old, Verb::Add, 0, now, &mut self.dice)? else { return Ok(()) };
        let fork = Written::new(fork.keyring.clone(), fork.facts.clone(), Origin::Fork);
        self.tell(format_args!("another ring of generation {} is put in place", fork.facts.generation));
        self.put(Content::Ring(fork));
        Ok(())
    }
}

/// The ring that the command makes, or none if it is refused: as the reference says.
fn changed(
    old: &Written,
    verb: Verb,
    propagation: u64,
    now: u64,
    dice: &mut Dice,
) -> Check<Option<Rc<Written>>> {
    let keys = &old.facts.keys;
    let target = match verb {
        Verb::Promote(index) | Verb::Disable(index) | Verb::Enable(index) | Verb::Revoke(index) => index,
        _ => 0,
    };
    let Some(target) = target.checked_rem(keys.len()).map(|index| keys[index].id) else { return Ok(None) };
    let at = Timestamp::from_unix(now);
    let random = &mut |bytes: &mut [u8]| dice.fill(bytes);
    let ring = &old.keyring;
    let made = match verb {
        Verb::Add => ring.add(Suite::XChaCha20Poly1305, "", at, random),
        Verb::RotatePlanned(_) | Verb::RotateWithin(_) => ring.rotate(propagation, None, at, random),
        Verb::Promote(_) => ring.promote(target, at, random),
        Verb::Disable(_) => ring.disable(target, at, random),
        Verb::Enable(_) => ring.enable(target, at),
        Verb::Revoke(_) => ring.revoke(target, at, random),
        Verb::RevokeCreatedBefore(ago) => {
            ring.revoke_created_before(Timestamp::from_unix(now - ago), at, random)
        }
        Verb::EndSessionsBefore(ago) => ring.end_sessions_before(Timestamp::from_unix(now - ago), at),
        Verb::Emergency => ring.emergency(at, random),
        Verb::Prune => ring.prune(at),
    };
    let names = names(&old.facts, made.as_ref().unwrap_or(ring));
    let expected = old.facts.after(verb, target, propagation, now, &names);
    match (made, expected) {
        (Ok(made), Ok(facts)) => {
            same(&facts, &made, now)?;
            Ok(Some(Written::new(made, facts, Origin::Command)))
        }
        (Err(error), Err(kind)) if error.kind() == kind => Ok(None),
        (made, expected) => Err(format!(
            "{verb:?} of key {target} gave {}, and should give {}",
            tell(made.map(|ring| ring.generation()).map_err(|error: KeyringError| error.kind())),
            tell(expected.map(|facts| facts.generation)),
        )),
    }
}

fn tell<E: std::fmt::Debug>(outcome: Result<u64, E>) -> String {
    outcome.map_or_else(|error| format!("{error:?}"), |generation| format!("generation {generation}"))
}

/// The ids of new keys: all that the reference is told.
fn names(old: &Facts, made: &Keyring) -> Names {
    let mut names = Names::default();
    for key in made.keys().iter().filter(|key| old.key(key.id()).is_none()) {
        match key.not_before() {
            Some(_) => names.seals = Some(key.id()),
            None => names.stands_by = Some(key.id()),
        }
    }
    names
}

/// Fails unless the ring holds everything that the reference knows, and nothing else.
fn same(facts: &Facts, ring: &Keyring, now: u64) -> Check {
    let wrong = |what: &str| Err(format!("generation {}: {what}", facts.generation));
    let destroyed: Vec<_> = ring.tombstones().iter().map(|tombstone| tombstone.id()).collect();
    let unix = |at: Option<Timestamp>| at.map(Timestamp::unix);
    if ring.generation() != facts.generation || ring.keys().len() != facts.keys.len() {
        return wrong("not the generation or the number of keys that there should be");
    }
    if destroyed != facts.destroyed {
        return wrong("not the destroyed keys that there should be");
    }
    if unix(ring.keys_dead_before()) != facts.keys_cut
        || unix(ring.sessions_dead_before()) != facts.sessions_cut
    {
        return wrong("not the cuts that there should be");
    }
    for one in &facts.keys {
        let Some(key) = ring.key(one.id) else { return wrong("a key is missing") };
        let id = one.id;
        let is = (key.created().unix(), unix(key.not_before()), unix(key.retired_at()));
        let should = (one.created, facts.from(id), facts.until(id));
        if is != should {
            return wrong(&format!("key {id} has the times {is:?}, and should have {should:?}"));
        }
        let (is, should) = (ring.state(key, Timestamp::from_unix(now)), facts.state(one, now));
        if is != should || unix(key.found_dead_at()) != one.found_dead {
            return wrong(&format!("key {id} is {is}, and should be {should}"));
        }
    }
    Ok(())
}
