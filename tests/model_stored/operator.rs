//! The deeds of operators, of time, and of whoever writes the database.

use gingersnap::store::Store as _;
use gingersnap::{Place, Timestamp};

use crate::laws;
use crate::node::ready;
use crate::world::{Check, World, random};

impl World {
    pub(crate) fn fail_over(&mut self, steps: usize) -> Check {
        self.finish_all()?;
        let at = self.history.len().saturating_sub(steps);
        let (rows, facts) = self.history[at].clone();
        self.db.put_back(rows);
        self.db.forget_late();
        self.facts.rows = facts.rows;
        self.tell(format_args!("the store loses what was written in {steps} steps"));
        self.look_into_unknown().map(drop)
    }

    pub(crate) fn purge(&mut self) -> Check {
        let answer = ready(self.db.purge(1_000)).map_err(|error| error.to_string())?;
        let rows = self.db.rows();
        let gone = self.facts.rows.extract_if(.., |key, _| !rows.contains_key(key));
        if gone.collect::<Vec<_>>().iter().any(|(_, truth)| !truth.is_over(self.time)) {
            return Err("a row is purged that is still shown".into());
        }
        self.tell(format_args!("the store purges {} rows", answer.0));
        Ok(())
    }

    /// Replaces rows. A replaced row does not open; nothing else is touched.
    pub(crate) fn tamper(&mut self, swaps: bool) -> Check {
        let (rows, facts) = (self.db.rows(), self.facts.clone());
        let mut keys = rows.keys().copied();
        let (Some(one), other) = (keys.next(), keys.next()) else { return Ok(()) };
        let mut tampered = rows.clone();
        if let Some(other) = other.filter(|_| swaps) {
            tampered.extend([(one, rows[&other].clone()), (other, rows[&one].clone())]);
            self.facts.rows.remove(&other);
        } else if let Some(row) = tampered.get_mut(&one) {
            row.record.version += 1;
        }
        self.facts.rows.remove(&one);
        self.tell("somebody writes into the database");
        self.db.put_back(tampered);
        laws::views(self)?;
        self.db.put_back(rows);
        self.facts = facts;
        Ok(())
    }

    pub(crate) fn wait(&mut self, seconds: u64) -> Check {
        self.finish_all()?;
        self.time += seconds;
        self.db.set_time(self.time);
        for (node, skew) in self.nodes.iter().zip(self.skews) {
            node.set(self.time + skew);
        }
        self.tell(format_args!("{seconds} s pass"));
        Ok(())
    }

    /// Requests that are under way would lag by a ring.
    pub(crate) fn rotate(&mut self) -> Check {
        self.finish_all()?;
        let now = Timestamp::from_unix(self.nodes[0].now());
        if let Ok(ring) = self.ring.rotate(0, None, now, &mut random) {
            self.ring = ring;
            self.start_all();
            self.tell("the operator rotates");
        }
        Ok(())
    }

    /// A node of a former place may still seal cookies: they end first.
    pub(crate) fn move_carts(&mut self, takes: bool) -> Check {
        self.finish_all()?;
        if self.facts.moved.is_none() {
            let end = self.time + SKEW;
            self.place = if takes { Place::StoreSince(Timestamp::from_unix(end)) } else { Place::Store };
            self.facts.moved = Some(if takes { end } else { 0 });
            self.start_all();
            self.tell(format_args!(
                "a deploy keeps carts in the store{}",
                if takes { ", and takes those before" } else { "" }
            ));
        }
        Ok(())
    }

    pub(crate) fn start_all(&mut self) {
        // Where nothing is told to them, new nodes know of no end.
        self.facts.ended.clear();
        for node in &mut self.nodes {
            node.start(&self.ring, self.place, &self.db);
        }
    }
}

/// More than any two clocks are apart.
const SKEW: u64 = 60;
