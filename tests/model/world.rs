//! Browsers, nodes, time and keys, with the reference beside them all.

use std::fmt::Display;
use std::rc::Rc;

use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{NoEntropy, Timestamp};

use crate::answer::Wanted;
use crate::browser::Browser;
use crate::facts::{ABSOLUTE, Jar, LONGEST, MAX_HOLD, MAX_LAG, Ring, SKEW, START};
use crate::flight::Flight;
use crate::laws;
use crate::node::{Asks, Node};
use crate::reference::Asked;
use crate::site::{Op, Saw};
use crate::step::{Step, Story};

/// Everything in a story, and its log so far.
pub(crate) struct World {
    skews: [u64; 3],
    pub(crate) time: u64,
    /// The shortest absolute timeout that any node had.
    pub(crate) shortest: u64,
    keyring: Keyring,
    pub(crate) ring: Rc<Ring>,
    /// The times since when each node has an older ring than the newest.
    behind: [Option<u64>; 3],
    pub(crate) nodes: [Node; 3],
    pub(crate) browsers: [Browser; 2],
    /// Each node's last view for each browser, if nothing has changed since.
    pub(crate) shown: [Views; 2],
    pub(crate) flights: Vec<Flight>,
    pub(crate) sent: u32,
    /// The events, a line each.
    log: Vec<String>,
}

/// The views of the three nodes, those that were asked for.
pub(crate) type Views = [Option<Saw>; 3];

/// The result of a check; the error names what does not hold.
pub(crate) type Check<T = ()> = Result<T, String>;

/// Takes a story's steps and checks the laws; the error is the story so far, a line each, and the fault.
pub(crate) fn run(story: &Story) -> Check {
    let mut world = World::new(story);
    let outcome = story.steps.iter().try_for_each(|&step| world.take(step));
    outcome.and_then(|()| laws::end(&mut world)).map_err(|what| {
        let Story { skews, renew_after, .. } = story;
        let policy = format!("activity is written down every {renew_after} s");
        format!(
            "the clocks of nodes 0, 1 and 2 are {skews:?} s ahead; {policy}\n{}\nwrong: {what}",
            world.log.join("\n")
        )
    })
}

impl World {
    fn new(&Story { skews, renew_after, .. }: &Story) -> Self {
        let keyring = Keyring::init(Suite::default(), LONGEST, Timestamp::from_unix(START), &mut random);
        let (keyring, ring) = (keyring.unwrap(), Rc::new(Ring::new(START)));
        let nodes = skews.map(|skew| Node::new(&keyring, &ring, renew_after, START + skew));
        Self {
            skews,
            time: START,
            shortest: ABSOLUTE,
            keyring,
            ring,
            behind: [None; 3],
            nodes,
            browsers: Default::default(),
            shown: Default::default(),
            flights: Vec::new(),
            sent: 0,
            log: Vec::new(),
        }
    }

    fn take(&mut self, step: Step) -> Check {
        match step {
            Step::Send { tab, node, op, status, fate } => self.send(tab, node, op, status, fate),
            Step::SendBoth { tab, node, op, older } => self.send_both(tab, node, op, older),
            Step::Finish(index) => self.flight(index).map_or(Ok(()), |flight| self.finish(flight)),
            Step::Deliver(index) => self.flight(index).map_or(Ok(()), |flight| self.deliver(flight)),
            Step::Lose(index) => {
                if let Some(flight) = self.flight(index) {
                    self.tell(format_args!("    answer {} is lost", flight.number));
                }
                Ok(())
            }
            Step::Wait(seconds) => self.wait(seconds),
            Step::Rotate { propagation } => self.rotate(propagation),
            Step::RotateTwice => self.rotate(0).and_then(|()| self.rotate(0)),
            Step::Load(node) => self.load(node),
            Step::Deploy { node, absolute } => self.deploy(node, absolute),
        }
    }

    fn flight(&mut self, index: usize) -> Option<Flight> {
        let index = index.checked_rem(self.flights.len())?;
        Some(self.flights.remove(index))
    }

    pub(crate) fn tell(&mut self, what: impl Display) {
        self.log.push(format!("{:>6} s  {what}", self.time - START));
    }

    pub(crate) fn asked(&self, node: usize, jars: Vec<Jar>) -> Asked {
        Asked { machine: self.nodes[node].machine.clone(), now: self.nodes[node].now(), jars }
    }

    /// Returns the number of seconds by which a browser's activity may be older than its last request: an identity comes late,
    /// and after it, as late, the activity of the one before it.
    pub(crate) fn lack(&self, browser: usize) -> u64 {
        self.nodes[0].machine.renew_after + SKEW + 2 * self.browsers[browser].lateness
    }

    /// Returns true for each node that has an older ring than the newest.
    pub(crate) fn lags(&self) -> [bool; 3] {
        self.behind.map(|since| since.is_some())
    }

    /// Returns every node's view for this browser now.
    pub(crate) fn views(&mut self, browser: usize) -> Check<[Saw; 3]> {
        Ok([self.look(browser, 0)?, self.look(browser, 1)?, self.look(browser, 2)?])
    }

    /// Returns a node's view for this browser now.
    pub(crate) fn look(&mut self, browser: usize, node: usize) -> Check<Saw> {
        if let Some(saw) = &self.shown[browser][node] {
            return Ok(saw.clone());
        }
        let (cookies, jar) = self.browsers[browser].sends();
        let saw = self.compare(node, &cookies, vec![jar])?;
        self.browsers[browser].may_see(&saw, self.nodes[node].now())?;
        self.shown[browser][node] = Some(saw.clone());
        Ok(saw)
    }

    /// Compares a node's view of these cookies with the reference's.
    pub(crate) fn compare(&self, node: usize, cookies: &str, jars: Vec<Jar>) -> Check<Saw> {
        let asked = self.asked(node, jars);
        let asks = Asks { op: Op::Look, status: 200, number: 0, foreign: None };
        let saw = self.nodes[node].begin(cookies, asks).finish().into_body();
        let wanted = Wanted { op: Op::Look, status: 200, number: 0, later: asked.now };
        let expected = asked.answer(&wanted).saw;
        if saw == expected {
            Ok(saw)
        } else {
            Err(format!("node {node} shows {saw}, and should show {expected}"))
        }
    }

    fn wait(&mut self, seconds: u64) -> Check {
        for node in 0..3 {
            if self.behind[node].is_some_and(|since| self.time + seconds > since + MAX_LAG) {
                self.load(node)?;
            }
        }
        for flight in std::mem::take(&mut self.flights) {
            let is_too_long = self.time + seconds > flight.began + MAX_HOLD;
            let flight = if is_too_long { self.answered(flight)? } else { flight };
            self.flights.push(flight);
        }
        self.tell(format_args!("{seconds} s pass"));
        let before = [self.views(0)?, self.views(1)?];
        self.set_time(self.time + seconds);
        let after = [self.views(0)?, self.views(1)?];
        laws::waited(&before, &after, self.lags())
    }

    pub(crate) fn set_time(&mut self, time: u64) {
        self.time = time;
        for (node, skew) in self.skews.into_iter().enumerate() {
            self.set_clock(node, time + skew);
        }
    }

    pub(crate) fn set_clock(&mut self, node: usize, now: u64) {
        self.nodes[node].set(now);
        self.forget(node);
    }

    fn forget(&mut self, node: usize) {
        for shown in &mut self.shown {
            shown[node] = None;
        }
    }

    fn rotate(&mut self, propagation: u64) -> Check {
        let now = self.nodes[0].now();
        let next = self.keyring.rotate(propagation, None, Timestamp::from_unix(now), &mut random);
        match (next, self.ring.rotated(propagation, now)) {
            (Ok(keyring), Some(ring)) => {
                (self.keyring, self.ring) = (keyring, Rc::new(ring));
                self.behind = self.behind.map(|since| since.or(Some(self.time)));
                self.tell(format_args!("the operator rotates: in force after {propagation} s"));
                Ok(())
            }
            (Err(_), None) => Ok(()),
            (next, _) => Err(format!("rotating gave {next:?}")),
        }
    }

    pub(crate) fn load(&mut self, node: usize) -> Check {
        let before = [self.look(0, node)?, self.look(1, node)?];
        let absolute = self.nodes[node].machine.absolute;
        self.nodes[node].load(&self.keyring, &self.ring, absolute);
        self.behind[node] = None;
        self.forget(node);
        self.tell(format_args!("node {node} loads the ring"));
        let after = [self.look(0, node)?, self.look(1, node)?];
        laws::loaded(&before, &after)
    }

    fn deploy(&mut self, node: usize, absolute: u64) -> Check {
        self.load(node)?;
        self.nodes[node].load(&self.keyring, &self.ring, absolute);
        self.shortest = self.shortest.min(absolute);
        self.forget(node);
        self.tell(format_args!("node {node} starts anew, with {absolute} s in all"));
        Ok(())
    }
}

fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(bytes).map_err(|_| NoEntropy)
}
