//! A node: the ring in use, loaded again and again, as `Reloader` does it.

use std::collections::BTreeSet;
use std::rc::Rc;

use gingersnap::keyring::{Keyring, KeyringErrorKind, LiveKeyring, Succession};
use gingersnap::keystore;
use gingersnap::token::KeyId;
use gingersnap::{ReloadError, Reloader, Timestamp};

use super::place::{Content, Dice, Place, Shown, Written};
use super::world::Check;
use crate::{Digest, Sha256};

pub(super) struct Node {
    pub(super) skew: i64,
    pub(super) reload: u64,
    pub(super) dice: Dice,
    pub(super) runs: Option<Running>,
    /// Set if it tries to start; true if it then remembers its ring.
    pub(super) starts: Option<bool>,
    /// The time of its next load, or attempt to start.
    pub(super) next: u64,
    /// The ring that it loaded last, whether or not it took it.
    tried: Option<Rc<Written>>,
    /// The highest generation it had since it last started without memory.
    pub(super) highest: u64,
    /// The keys that it learnt to be revoked since then.
    pub(super) revoked: BTreeSet<KeyId>,
}

pub(super) struct Running {
    pub(super) live: LiveKeyring,
    /// The ring in use, as the reference says.
    pub(super) held: Rc<Written>,
    pub(super) loaded_at: u64,
    /// The age of its view of the place at the last load; none if that was not the operator's newest ring of then.
    pub(super) lag: Option<u64>,
}

impl Node {
    pub(super) fn new(ring: &Rc<Written>, skew: i64, reload: u64, seed: u64, time: u64) -> Self {
        let mut node = Self {
            skew,
            reload,
            dice: Dice(seed),
            runs: None,
            starts: None,
            next: time,
            tried: Some(Rc::clone(ring)),
            highest: 0,
            revoked: BTreeSet::new(),
        };
        let now = node.clock(time);
        let live = LiveKeyring::new(ring.keyring.clone(), Timestamp::from_unix(now));
        node.runs = Some(Running { live, held: Rc::clone(ring), loaded_at: now, lag: Some(0) });
        node.next = time + node.pause();
        node
    }

    pub(super) fn clock(&self, time: u64) -> u64 {
        time.strict_add_signed(self.skew)
    }

    /// Returns a pause between two thirds of the longest time and all of it: jitter.
    fn pause(&mut self) -> u64 {
        let most = self.reload;
        (most - self.dice.up_to(most / 3)).max(1)
    }

    pub(super) fn is_awake(&self) -> bool {
        self.runs.is_some() || self.starts.is_some()
    }

    /// True if a load in the place as it is might change something.
    pub(super) fn may_load(&self, place: &Place, time: u64) -> bool {
        let has_tried = match place.at(time) {
            Content::Ring(ring) => self.tried.as_ref().is_some_and(|tried| Rc::ptr_eq(tried, ring)),
            Content::Damaged => true,
        };
        self.is_awake() && !(has_tried && place.is_settled(time, self.reload))
    }

    /// Loads, or tries to start. Returns the ring in use if it is another than before.
    pub(super) fn wake(
        &mut self,
        place: &Place,
        time: u64,
        said: &[keystore::Node],
    ) -> Check<Option<Rc<Written>>> {
        self.next = time + self.pause();
        let lag = self.dice.up_to(1) * self.dice.up_to(self.reload);
        if !place.is_reachable(time) {
            return Ok(None);
        }
        let Content::Ring(ring) = place.at(time - lag) else { return Ok(None) };
        let now = self.clock(time);
        let again = self.tried.as_ref().is_some_and(|tried| Rc::ptr_eq(tried, ring));
        self.tried = Some(Rc::clone(ring));
        match (&mut self.runs, self.starts) {
            (Some(running), _) if again && !Rc::ptr_eq(&running.held, ring) => Ok(None), // Refused again.
            (Some(running), _) => running.load(ring, now, lag),
            (None, Some(remembers)) => self.start(ring, remembers, now, lag, said),
            (None, None) => Ok(None),
        }
    }

    fn start(
        &mut self,
        ring: &Rc<Written>,
        remembers: bool,
        now: u64,
        lag: u64,
        said: &[keystore::Node],
    ) -> Check<Option<Rc<Written>>> {
        let nodes = if remembers { said.to_vec() } else { Vec::new() };
        let believed = |&generation: &u64| generation <= ring.facts.generation + 1_000_000;
        let seen = nodes.iter().map(keystore::Node::generation).filter(believed).max().unwrap_or(0);
        let digest = Sha256::digest(ring.bytes());
        let digest: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let other = |node: &&keystore::Node| !node.to_json().contains(&format!("\"digest\":\"{digest}\""));
        let diverged = nodes.iter().filter(other).any(|node| node.generation() == ring.facts.generation);
        let shown = Shown { bytes: ring.bytes().to_vec(), nodes };
        let clock = move || Timestamp::from_unix(now);
        let started = RUNTIME.with(|runtime| runtime.block_on(Reloader::start_by(shown, clock)));
        match started {
            Ok(reloader) if seen <= ring.facts.generation && !diverged => {
                self.runs = Some(Running {
                    live: reloader.keyring(),
                    held: Rc::clone(ring),
                    loaded_at: now,
                    lag: ring.sees(lag),
                });
                self.starts = None;
                if !remembers {
                    self.highest = 0;
                }
                if !remembers {
                    self.revoked = BTreeSet::new();
                }
                Ok(Some(Rc::clone(ring)))
            }
            Err(ReloadError::Keyring(error))
                if seen > ring.facts.generation && error.kind() == KeyringErrorKind::RolledBack =>
            {
                Ok(None)
            }
            Err(ReloadError::Keyring(error))
                if seen == ring.facts.generation
                    && diverged
                    && error.kind() == KeyringErrorKind::Diverged =>
            {
                Ok(None)
            }
            outcome => {
                let (generation, outcome) = (ring.facts.generation, outcome.map(|_| "started"));
                Err(format!("generation {seen} was seen, and a start with {generation} gave {outcome:?}"))
            }
        }
    }
}

/// A record of a ring that nobody has had: of a generation this much beyond those that are believed.
pub(super) fn liars_record(newest: &Keyring, beyond: u64) -> keystore::Node {
    let generation = newest.generation();
    let record = keystore::Node::new("liar".parse().unwrap(), newest, crate::NOW).to_json();
    let said = format!("\"generation\":{},", generation + 1_000_000 + beyond);
    let record = record.replace(&format!("\"generation\":{generation},"), &said);
    keystore::Node::from_json(record.as_bytes()).unwrap()
}

impl Running {
    fn load(&mut self, ring: &Rc<Written>, now: u64, lag: u64) -> Check<Option<Rc<Written>>> {
        let (held, new) = (self.held.facts.generation, ring.facts.generation);
        let was = Rc::clone(&self.held);
        if !Rc::ptr_eq(&was, ring) {
            let outcome = self.live.replace(ring.keyring.clone(), Timestamp::from_unix(now));
            let outcome = outcome.map_err(|error| error.kind());
            let expected = match new.cmp(&held) {
                std::cmp::Ordering::Greater => Ok(Succession::Newer),
                std::cmp::Ordering::Equal if ring.bytes() == self.held.bytes() => Ok(Succession::Same),
                std::cmp::Ordering::Equal => Err(KeyringErrorKind::Diverged),
                std::cmp::Ordering::Less => Err(KeyringErrorKind::RolledBack),
            };
            if outcome != expected {
                return Err(format!("a load of generation {new} over {held} gave {outcome:?}"));
            }
            if expected.is_err() {
                return Ok(None);
            }
            self.held = Rc::clone(ring);
        }
        // As `Reloader`: the same bytes are looked at no further.
        (self.loaded_at, self.lag) = (now, ring.sees(lag));
        Ok((!Rc::ptr_eq(&was, &self.held)).then(|| Rc::clone(ring)))
    }
}

thread_local! {
    /// `Reloader` waits for keystores with a deadline.
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
}
