//! The fleet, its place, true time, and what happened so far.

use std::fmt::Display;
use std::rc::Rc;

use gingersnap::keyring::Keyring;
use gingersnap::keystore;
use gingersnap::token::{KeyId, Padding, Plaintext, SealError, Sealing, Suite, Unopened};
use gingersnap::{Refusal, Timestamp};

use super::facts::{Facts, LONGEST};
use super::laws;
use super::node::{Node, liars_record};
use super::place::{Content, Dice, Origin, Place, Written};
use super::step::{Step, Story, Weather};
use crate::{NOW, aad};

pub(super) struct World {
    pub(super) weather: Weather,
    pub(super) time: u64,
    pub(super) reload: u64,
    pub(super) dice: Dice,
    /// Every ring that a command made, the newest last.
    pub(super) line: Vec<Rc<Written>>,
    pub(super) nodes: Vec<Node>,
    operator: i64,
    place: Place,
    tokens: Vec<Token>,
    /// The nodes' records of their rings: those that remember look at them when they start.
    said: Vec<keystore::Node>,
    log: Vec<String>,
}

/// A token that a node sealed.
pub(super) struct Token {
    pub(super) text: String,
    pub(super) key: KeyId,
    /// The time by the clock of the node that sealed it.
    pub(super) sealed: u64,
    /// Seconds by which that clock was ahead.
    pub(super) skew: i64,
}

/// The result of a check; the error names what does not hold.
pub(super) type Check<T = ()> = Result<T, String>;

/// Takes a story's steps and checks the laws; the error is the story so far, a line each, and the fault.
pub(super) fn run(story: &Story, weather: Weather) -> Check {
    let mut world = World::new(story, weather);
    let outcome = story.steps.iter().try_for_each(|&step| world.take(step));
    outcome.map_err(|what| {
        let Story { skews, operator, reload, .. } = story;
        format!(
            "the nodes' clocks are {skews:?} s ahead, the operator's {operator} s; a reload takes {reload} s at most\n\
             {}\nwrong: {what}",
            world.log.join("\n")
        )
    })
}

impl World {
    fn new(story: &Story, weather: Weather) -> Self {
        let (time, mut dice) = (NOW.unix(), Dice(story.seed));
        // Made a minute ago, so that it is in force by every clock.
        let made = time - 60 - 30;
        let random = &mut |bytes: &mut [u8]| dice.fill(bytes);
        let ring = Keyring::init(Suite::XChaCha20Poly1305, LONGEST, Timestamp::from_unix(made), random);
        let ring = ring.unwrap();
        let facts = Facts::first(ring.keys()[0].id(), ring.keys()[1].id(), made);
        let ring = Written::new(ring, facts, Origin::Command);
        let nodes = story.skews.iter().map(|&skew| Node::new(&ring, skew, story.reload, dice.roll(), time));
        let nodes: Vec<_> = nodes.collect();
        let mut world = Self {
            weather,
            time,
            reload: story.reload,
            operator: story.operator,
            place: Place::new(&ring, time),
            line: vec![Rc::clone(&ring)],
            nodes,
            tokens: Vec::new(),
            said: Vec::new(),
            log: Vec::new(),
            dice,
        };
        for node in 0..world.nodes.len() {
            world.holds(node, &ring);
        }
        world
    }

    fn take(&mut self, step: Step) -> Check {
        match step {
            Step::Wait(seconds) => self.wait(seconds)?,
            Step::Turn(node) => self.turn(node % self.nodes.len())?,
            Step::Seal(node) => self.seal(node % self.nodes.len())?,
            Step::Open(node, token) => self.open(node % self.nodes.len(), token)?,
            Step::Operate(verb) => self.operate(verb)?,
            Step::Crash(node) => {
                let node = node % self.nodes.len();
                (self.nodes[node].runs, self.nodes[node].starts) = (None, None);
                self.tell(format_args!("node {node} crashes"));
            }
            Step::Start { node, remembers } => self.start(node % self.nodes.len(), remembers)?,
            Step::Outage(seconds) => {
                self.place.cut_off(self.time + seconds);
                self.tell(format_args!("nobody reaches the place for {seconds} s"));
            }
            Step::Damage(at) => self.damage(at)?,
            Step::Backup(index) => {
                let backup = Rc::clone(&self.line[index % self.line.len()]);
                if !Rc::ptr_eq(&backup, self.newest()) {
                    let generation = backup.facts.generation;
                    self.tell(format_args!("generation {generation} is put in place by hand"));
                    let copy = Written::new(backup.keyring.clone(), backup.facts.clone(), Origin::Backup);
                    self.put(Content::Ring(copy));
                }
            }
            Step::Fork => self.fork()?,
            Step::Repair => self.repair(),
            Step::Lie(beyond) => self.lie(beyond),
        }
        laws::every_node(self)
    }

    pub(super) fn newest(&self) -> &Rc<Written> {
        &self.line[self.line.len() - 1]
    }

    pub(super) fn operator_clock(&self) -> u64 {
        self.time.strict_add_signed(self.operator)
    }

    pub(super) fn put(&mut self, content: Content) {
        self.place.put(self.time, content);
    }

    pub(super) fn tell(&mut self, what: impl Display) {
        self.log.push(format!("{:>7} s  {what}", self.relative(self.time)));
    }

    /// Seconds since the story began.
    pub(super) fn relative(&self, time: u64) -> i64 {
        time.wrapping_sub(NOW.unix()).cast_signed()
    }

    fn repair(&mut self) {
        let newest = Rc::clone(self.newest());
        if !self.place.holds(&newest) {
            self.put(Content::Ring(newest));
            self.tell("the newest ring is put back");
        }
    }

    fn lie(&mut self, beyond: u64) {
        let record = liars_record(&self.newest().keyring, beyond);
        self.tell(format_args!("a record is written that says generation {}", record.generation()));
        self.said.retain(|said| said.name() != record.name());
        self.said.push(record);
    }

    fn damage(&mut self, at: usize) -> Check {
        let bytes = self.newest().bytes();
        let half = &bytes[..at % bytes.len()];
        if Keyring::parse(half).is_ok() {
            return Err(format!("{} bytes of {} are a ring", half.len(), bytes.len()));
        }
        self.put(Content::Damaged);
        self.tell("the ring in the place is cut off");
        Ok(())
    }

    /// Time passes, and every node loads at its instants.
    fn wait(&mut self, seconds: u64) -> Check {
        self.tell(format_args!("{seconds} s pass"));
        let end = self.time + seconds;
        loop {
            self.skip(end);
            let awake = self.nodes.iter().enumerate().filter(|(_, node)| node.is_awake());
            let next = awake.map(|(index, node)| (index, node.next)).min_by_key(|next| next.1);
            let Some((node, at)) = next.filter(|next| next.1 <= end) else { break };
            self.time = self.time.max(at);
            self.wake(node)?;
        }
        self.time = end;
        for node in 0..self.nodes.len() {
            self.open(node, self.tokens.len().wrapping_sub(1 + node % 2))?;
        }
        Ok(())
    }

    /// Waits for the moment at which a node that lags too much is found out.
    fn turn(&mut self, node: usize) -> Check {
        let next = self.newest().facts.reign.last().map_or(0, |(_, from)| *from);
        let Some(seconds) = next.checked_sub(self.nodes[node].clock(self.time)) else { return Ok(()) };
        self.wait(seconds)?;
        self.seal(node)
    }

    /// Passes over time in which no load can change anything, but for the last loads before the end.
    fn skip(&mut self, end: u64) {
        let until = (end - self.time.min(end)).saturating_sub(2 * self.reload) + self.time;
        let until = match self.place.is_reachable(self.time) {
            true if self.nodes.iter().any(|node| node.may_load(&self.place, self.time)) => return,
            true => until,
            false => until.min(self.place.unreachable_until),
        };
        let skipped = until - self.time;
        self.time = until;
        self.nodes.iter_mut().for_each(|node| node.next += skipped);
    }

    fn wake(&mut self, node: usize) -> Check {
        let before = self.nodes[node].highest;
        if let Some(ring) = self.nodes[node].wake(&self.place, self.time, &self.said)? {
            self.tell(format_args!("node {node} loads generation {}", ring.facts.generation));
            laws::generation(node, &self.nodes[node], before, &ring)?;
            self.holds(node, &ring);
        }
        Ok(())
    }

    fn start(&mut self, node: usize, remembers: bool) -> Check {
        if self.nodes[node].runs.is_some() {
            return Ok(());
        }
        self.tell(format_args!("node {node} starts{}", if remembers { "" } else { ", without memory" }));
        self.nodes[node].starts = Some(remembers);
        self.wake(node)
    }

    /// Registers the node's ring, and lets it learn the revoked keys.
    fn holds(&mut self, node: usize, ring: &Rc<Written>) {
        let now = Timestamp::from_unix(self.nodes[node].clock(self.time));
        let name = format!("node-{node}").parse().unwrap();
        self.said.retain(|said| *said.name() != name);
        self.said.push(keystore::Node::new(name, &ring.keyring, now));
        self.nodes[node].highest = ring.facts.generation;
        let revoked = ring.facts.keys.iter().filter(|key| ring.facts.is_revoked(key)).map(|key| key.id);
        self.nodes[node].revoked.extend(revoked);
    }

    fn seal(&mut self, node: usize) -> Check {
        let Some(running) = &self.nodes[node].runs else { return Ok(()) };
        let (skew, now) = (self.nodes[node].skew, self.nodes[node].clock(self.time));
        let at = Timestamp::from_unix(now);
        let mut random = [0; 16];
        self.dice.fill(&mut random).unwrap();
        let mut plain = Plaintext::with_capacity(2);
        plain.extend(b"hi");
        let sealing = Sealing { padding: Padding::None, ..Sealing::new(at, random) };
        let sealed = running.live.get().seal(plain, &aad(), at, &sealing);
        let sealed = match (sealed, running.held.facts.seals(now)) {
            (Err(SealError::NoActiveKey), None) => return laws::nobody_seals(self, node),
            (Ok(sealed), Some(key)) => (sealed.to_string(), key),
            (sealed, key) => {
                let sealed = sealed.map(|_| "a token");
                return Err(format!("node {node} seals: {sealed:?}, and should with {key:?}"));
            }
        };
        let (text, key) = sealed;
        let header = Unopened::parse(text.as_bytes()).unwrap().header();
        if header.key_id != key {
            return Err(format!("node {node} seals with key {}, and should with {key}", header.key_id));
        }
        self.tell(format_args!("node {node} seals with key {key}"));
        laws::sealed(self, node, key, now)?;
        self.tokens.push(Token { text, key, sealed: now, skew });
        (0..self.nodes.len()).try_for_each(|node| self.open(node, self.tokens.len() - 1))
    }

    fn open(&mut self, node: usize, token: usize) -> Check {
        let Some(token) = token.checked_rem(self.tokens.len()).map(|index| &self.tokens[index]) else {
            return Ok(());
        };
        let Some(running) = &self.nodes[node].runs else { return Ok(()) };
        let now = self.nodes[node].clock(self.time);
        let (at, loaded_at) = (Timestamp::from_unix(now), Timestamp::from_unix(running.loaded_at));
        let unopened = Unopened::parse(token.text.as_bytes()).unwrap();
        let opened = running.live.get().open(unopened, &aad(), at, Some(loaded_at));
        let expected = running.held.facts.opens(token.key, token.sealed, now, running.loaded_at);
        let is = match opened {
            Ok(opened) if opened.plain() == b"hi" => Ok(()),
            Ok(_) => return Err(format!("node {node} opens something else")),
            Err(refusal) => Err(refusal),
        };
        if is != expected {
            let (is, expected) = (told(is), told(expected));
            return Err(format!(
                "node {node} opens a token of key {}: {is}, and should: {expected}",
                token.key
            ));
        }
        laws::opened(self, node, token, is)
    }
}

fn told(opened: Result<(), Refusal>) -> &'static str {
    opened.map_or_else(Refusal::name, |()| "opened")
}
