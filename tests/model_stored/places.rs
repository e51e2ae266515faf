//! The laws of where data goes, and of pointers.

use gingersnap::store::Op;

use crate::flight::{Came, Flight};
use crate::node::LONGEST;
use crate::site::Deed;
use crate::truth::{Facts, GUEST, ID, Jar, Meaning, OWN};
use crate::world::{Check, World};

impl World {
    /// Fails if the browser's pointer to a row that was written ends long before the row does.
    pub(crate) fn pointed(&self, flight: &Flight, jar: &Jar) -> Check {
        let now = self.nodes[flight.node].now();
        for name in [GUEST, OWN] {
            let Some(Meaning::Pointer { row, sealed, .. }) = self.facts.meaning(jar, name) else { continue };
            let is_written = flight
                .applied()
                .any(|op| op.record_id().is_some_and(|id| id.to_bytes() == *row) && op.record().is_some());
            if is_written && name == OWN && sealed + LONGEST / 10 <= now {
                return Err("a pointer ends before its row".into());
            }
        }
        Ok(())
    }

    /// Fails if a guest's write took the only pointer to a person's row away.
    pub(crate) fn left(&self, flight: &Flight, before: &Facts, jar: &Jar) -> Check {
        let now = self.nodes[flight.node].now();
        if flight.came.who.is_some() || flight.script.has_verb() || flight.jar.contains_key(OWN) {
            return Ok(());
        }
        if flight.is_held && flight.script.has(|deed| deed == Deed::Destroy) {
            // It was a guest's when it was ended.
            return Ok(());
        }
        for person in ["ann", "bob"] {
            let hers = before.shown_to(Some(person), &flight.jar, now);
            let is_hers = hers.owner.is_some() && self.facts.rows.contains_key(&hers.row.unwrap_or_default());
            if is_hers && self.facts.shown_to(Some(person), jar, now).row != hers.row {
                return Err(format!("a guest's write takes the row of {person} away"));
            }
        }
        Ok(())
    }

    /// Fails if data went where it does not belong, or the store was asked for nothing.
    pub(crate) fn placed(&self, flight: &Flight, came: &Came) -> Check {
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
                        op.record_id().is_some_and(|id| id.to_bytes() == *row)
                            && matches!(op, Op::Insert { .. })
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
