//! The world of a story: what happens in it, and its log.

use std::fmt::Display;

use gingersnap::keyring::Keyring;
use gingersnap::store::Op;
use gingersnap::token::Suite;
use gingersnap::{NoEntropy, SessionError, Timestamp};

use crate::db::{Db, NODES};
use crate::facts::{Death, End, Facts, SignIn, Token};
use crate::laws;
use crate::node::{Came, Node, Person, Verb, ready};
use crate::step::{BROWSERS, Fate, Order, Step, Story};

pub(crate) type Check<T = ()> = Result<T, String>;

pub(crate) struct World {
    pub(crate) db: Db,
    /// The store's time.
    pub(crate) time: u64,
    skews: [i64; NODES],
    ring: Keyring,
    pub(crate) nodes: [Node; NODES],
    pub(crate) facts: Facts,
    /// The identity that each browser has.
    pub(crate) browsers: [Option<String>; BROWSERS],
    late: Vec<(usize, Came)>,
    /// The time since which the store answers.
    pub(crate) up_since: u64,
    /// The time since which it does not.
    down_since: u64,
    /// The last time that each node looked at the feed, since it started.
    reached: [Option<u64>; NODES],
    /// The time of each cut-off.
    cut_offs: Vec<u64>,
    /// The time of the last fail-over.
    failed_over: Option<u64>,
    given: usize,
    log: Vec<String>,
}

pub(crate) fn run(story: &Story) -> Check {
    let mut world = World::new(story);
    let steps = story.steps.iter().try_for_each(|step| {
        world.take(*step)?;
        laws::views(&world)
    });
    steps.and_then(|()| world.settle()).map_err(|what: String| {
        let log = world.log.join("\n");
        format!("clocks {:?} s ahead of the store's\n{log}\nwrong: {what}", story.skews)
    })
}

impl World {
    fn new(&Story { skews, .. }: &Story) -> Self {
        let ring =
            Keyring::init(Suite::default(), 400 * 86_400, Timestamp::from_unix(START - 3_600), &mut random)
                .unwrap();
        let db = Db::new(START);
        let node = |at: usize| Node::new(&ring, db.of(at), START.saturating_add_signed(skews[at]));
        let nodes = [node(0), node(1), node(2)];
        Self {
            db,
            time: START,
            skews,
            nodes,
            ring,
            facts: Facts::default(),
            browsers: Default::default(),
            late: Vec::new(),
            up_since: 0,
            down_since: 0,
            reached: [None; NODES],
            cut_offs: Vec::new(),
            failed_over: None,
            given: 0,
            log: Vec::new(),
        }
    }

    fn take(&mut self, step: Step) -> Check {
        match step {
            Step::Send { browser, node, order, fate } => return self.send(browser, node, order, fate),
            Step::Revoke { node, person, erases } => self.revoke(node, person, erases)?,
            Step::Copy { from, to } => {
                self.tell(format_args!("browser {to} has the cookies of browser {from}"));
                self.browsers[to] = self.browsers[from].clone();
            }
            Step::Deliver(index) => {
                if let Some(at) = index.checked_rem(self.late.len()) {
                    let (browser, came) = self.late.remove(at);
                    self.tell(format_args!("a late answer comes to browser {browser}"));
                    self.deliver(browser, &came);
                }
            }
            Step::Tick(node) => return self.tick(node),
            Step::Wait(seconds) => self.wait(seconds),
            Step::Order(fault) => {
                self.tell(format_args!("the next write of the store: {fault:?}"));
                self.db.order(fault);
            }
            Step::Land => self.land(),
            Step::Down(is_down) => {
                self.tell(if is_down { "the store is down" } else { "the store is up" });
                match (self.db.is_down(), is_down) {
                    (true, false) => self.up_since = self.time,
                    (false, true) => self.down_since = self.time,
                    _ => {}
                }
                self.db.set_down(is_down);
            }
            Step::FailOver(writes) => {
                self.tell(format_args!("the store loses its last {writes} writes"));
                self.db.fail_over(writes);
                self.failed_over = Some(self.time);
                self.facts.failed_over();
                // What was cut off in what is lost is cut off again when a node says so, and until then is not heeded.
                self.facts.doubt(|_, _| true);
            }
            Step::Start(node) => {
                self.tell(format_args!("node {node} starts anew"));
                self.nodes[node].start(&self.ring, self.db.of(node));
                self.reached[node] = None;
                self.facts.started(node);
            }
        }
        Ok(())
    }

    fn tell(&mut self, what: impl Display) {
        self.log.push(format!("{:>6} s  {what}", self.time - START));
    }

    fn send(&mut self, browser: usize, node: usize, order: Order, fate: Fate) -> Check {
        let Some(verb) = self.verb(order) else { return Ok(()) };
        let value = self.browsers[browser].clone();
        let failures = self.db.failures();
        let came = self.nodes[node].ask(value.as_deref(), verb.clone());
        let failures = self.db.failures() - failures;
        let brought = value.as_ref().map(|value| self.facts.tokens[value].number);
        self.tell(format_args!(
            "browser {browser} asks node {node}: {order:?} with {brought:?} ({fate:?}), and is {}, {:?}, told {:?} {:?}",
            came.status, came.saw.who, came.saw.told, came.saw.error
        ));
        let token = value.as_ref().map(|value| &self.facts.tokens[value]);
        laws::answer(self, token, &verb, &came, failures)?;
        self.learn(value.as_deref(), node, &verb, &came)?;
        match fate {
            Fate::AtOnce => self.deliver(browser, &came),
            Fate::Late => self.late.push((browser, came)),
            Fate::Lost => {}
        }
        Ok(())
    }

    fn verb(&self, order: Order) -> Option<Verb> {
        Some(match order {
            Order::SignIn(person) => Verb::SignIn(person),
            Order::SignOut => Verb::SignOut,
            Order::Renew => Verb::Renew,
            Order::Reauthenticate => Verb::Reauthenticate,
            Order::EndOthers => Verb::EndOthers,
            Order::NewPassword => Verb::ReauthenticateAndEndOthers,
            Order::End(back) => {
                let at = self.facts.sign_ins.len().checked_sub(back + 1)?;
                Verb::End(self.facts.sign_ins[at].key?)
            }
        })
    }

    /// Notes what an answer promises.
    fn learn(&mut self, value: Option<&str>, node: usize, verb: &Verb, came: &Came) -> Check {
        let now = self.time;
        let is_dead = value.is_some_and(|value| match self.facts.tokens[value].death {
            Death::None => false,
            Death::Maybe => true,
            Death::Certain(end) => end.at <= now,
        });
        let brought = value.map(|value| self.facts.tokens[value].sign_in);
        let number = value.map(|value| self.facts.tokens[value].number);
        let is_whole = brought.is_some_and(|it| self.facts.sign_ins[it].key.is_some());
        // Of a sign-in whose rows may be lost the one that was brought ends.
        let ends = |token: &Token, _: &SignIn| {
            Some(token.sign_in) == brought && (is_whole || Some(token.number) == number)
        };
        if !is_whole && matches!(verb, Verb::SignIn(_) | Verb::SignOut) {
            self.facts.doubt(|token, _| Some(token.sign_in) == brought);
        }
        let is_done = came.status == 200;
        let person = came.saw.who.as_deref();
        let is_hers = |_: &Token, sign_in: &SignIn| Some(sign_in.person) == person;
        match verb {
            Verb::Look => {}
            Verb::SignIn(_) if is_done => self.facts.end(End::stored(now), ends),
            Verb::SignOut if is_done => self.facts.end(End::stored(now).known_to(node), ends),
            Verb::SignOut if came.error() == Some(&SessionError::StillElsewhere) => {
                let end = End { is_stored: false, ..End::stored(now).known_to(node) };
                // What renewals made of it this node does not know.
                self.facts.doubt(ends);
                self.facts.end(end, |token, _| Some(token.number) == number);
            }
            Verb::SignIn(_) | Verb::SignOut => self.facts.doubt(ends),
            Verb::Renew | Verb::Reauthenticate if is_done && came.gives() => {
                let end = End { at: now + Op::GRACE, ..End::stored(now) };
                self.facts.end(end, |token, _| Some(token.number) == number);
            }
            Verb::EndOthers | Verb::ReauthenticateAndEndOthers if is_done && came.gives() => {
                self.cut_offs.push(now);
                self.facts.cut_off(End::stored(now), self.is_shaky(), is_hers);
            }
            Verb::EndOthers | Verb::ReauthenticateAndEndOthers => {
                self.cut_offs.push(now);
                self.facts.doubt(is_hers);
            }
            Verb::Renew | Verb::Reauthenticate => self.facts.doubt(|token, _| Some(token.number) == number),
            Verb::End(key) => {
                let is_it = |_: &Token, sign_in: &SignIn| sign_in.key.as_ref() == Some(key);
                let mut ended =
                    self.facts.tokens.values().filter(|it| is_it(it, &self.facts.sign_ins[it.sign_in]));
                let lives =
                    ended.any(|it| matches!(it.death, Death::None) && Some(self.facts.person(it)) == person);
                let is_over = self.is_over(key);
                match came.saw.told {
                    Some(true) => self.facts.end(End::stored(now).known_to(node), is_it),
                    Some(false) if lives && !is_over => return Err("what lived was not ended".into()),
                    Some(false) => {}
                    None => self.facts.doubt(is_it),
                }
            }
        }
        if let Some(Some(new)) = &came.identity {
            self.give(new, node, verb, brought, is_dead)?;
        }
        Ok(())
    }

    fn is_over(&self, key: &gingersnap::SignInKey) -> bool {
        let over = |it: &&SignIn| {
            it.key.as_ref() == Some(key) && self.time + 60 >= it.started_at + crate::node::ABSOLUTE
        };
        self.facts.sign_ins.iter().find(over).is_some()
    }

    /// Notes an identity that was given out.
    fn give(
        &mut self,
        value: &str,
        node: usize,
        verb: &Verb,
        brought: Option<usize>,
        was_dead: bool,
    ) -> Check {
        self.given += 1;
        let sign_in = match (verb, brought) {
            (Verb::SignIn(person), _) => {
                let rows = ready(self.nodes[node].revoker().sign_ins(person));
                let known: Vec<_> = self.facts.sign_ins.iter().filter_map(|it| it.key).collect();
                let mut new = rows.unwrap_or_default().into_iter().filter(|row| !known.contains(&row.key));
                let key = new.next().map(|row| row.key);
                // Of several that are new, some were entered by requests that were not answered.
                let key = if new.next().is_some() { None } else { key };
                self.facts.sign_ins.push(SignIn { person, started_at: self.time, key });
                self.facts.sign_ins.len() - 1
            }
            (_, Some(sign_in)) => sign_in,
            (verb, None) => return Err(format!("{verb:?} gives an identity to nobody")),
        };
        // What goes on from something dead is dead too, if nobody knows yet.
        let goes_on = was_dead && !matches!(verb, Verb::SignIn(_));
        let death = if goes_on || self.is_shaky() { Death::Maybe } else { Death::None };
        let token = Token { sign_in, number: self.given, death };
        if self.facts.tokens.insert(value.into(), token).is_some() {
            return Err("an identity is given out twice".into());
        }
        Ok(())
    }

    fn revoke(&mut self, node: usize, person: Person, erases: bool) -> Check {
        let revoker = self.nodes[node].revoker();
        let failures = self.db.failures();
        let done =
            ready(async { if erases { revoker.erase(person).await } else { revoker.person(person).await } });
        self.tell(format_args!("node {node} ends all of {person}, erases: {erases}: {done:?}"));
        self.cut_offs.push(self.time);
        match done {
            Ok(()) => {
                let end = End::stored(self.time).known_to(node);
                self.facts.cut_off(end, self.is_shaky(), |_, sign_in| sign_in.person == person);
            }
            Err(error) if self.db.failures() == failures && !self.is_crowded() => {
                return Err(format!("a cut-off fails though the store answered: {error:?}"));
            }
            Err(_) => self.facts.doubt(|_, sign_in| sign_in.person == person),
        }
        Ok(())
    }

    fn deliver(&mut self, browser: usize, came: &Came) {
        if let Some(identity) = &came.identity {
            self.browsers[browser].clone_from(identity);
        }
    }

    fn tick(&mut self, node: usize) -> Check {
        self.tell(format_args!("node {node} looks at the feed"));
        // A look before the first request looks at nothing: nobody follows yet.
        let is_loaded = self.nodes[node].revoker().known().as_of.is_some();
        let failures = self.db.failures();
        self.db.of(node).tick();
        if !self.db.is_down() && is_loaded {
            // A node whose write fails tells the store at another time.
            self.facts.pulled(node, (self.db.failures() == failures).then_some(self.time));
            self.reached[node] = Some(self.time);
            return laws::list(self, node);
        }
        Ok(())
    }

    fn wait(&mut self, seconds: u64) {
        self.time += seconds;
        self.db.set_time(self.time);
        for (node, skew) in self.nodes.iter().zip(self.skews) {
            node.set(self.time.saturating_add_signed(skew));
        }
        self.tell(format_args!("{seconds} s pass"));
    }

    fn land(&mut self) {
        let Some(operations) = self.db.land() else { return };
        self.tell("a late write is done");
        let is_end = |op: &Op| {
            !matches!(op, Op::Seen { .. } | Op::Label { .. } | Op::Enter { renews: None, cuts_off: None, .. })
        };
        if operations.iter().any(is_end) {
            self.facts.doubt(|_, _| true);
        }
    }

    /// Lets everything come that is still to come: then all nodes agree with what was told.
    fn settle(&mut self) -> Check {
        self.db.forget_faults();
        if self.db.is_down() {
            self.up_since = self.time;
        }
        self.db.set_down(false);
        self.wait(15);
        // Those who know tell the store, and those who do not know hear it from there.
        for node in [0, 1, 2, 0, 1, 2] {
            self.tick(node)?;
        }
        laws::views(self)
    }

    /// True if a node may not know whether somebody was ended: the store is not reached, or was not a moment ago.
    pub(crate) fn may_not_know(&self, node: usize) -> bool {
        let has_heard = self.reached[node].is_some_and(|at| self.time <= at + GRACE);
        self.was_away() && !has_heard
    }

    /// True shortly after a fail-over: a cut-off that was lost comes back, and what was sealed may have been ahead of the store's clock.
    fn is_shaky(&self) -> bool {
        self.failed_over.is_some_and(|at| self.time <= at + Op::MOST_AHEAD)
    }

    /// True if the store is away for longer than a node may go by what it knew.
    pub(crate) fn is_long_away(&self) -> bool {
        self.db.is_down() && self.time > self.down_since + GRACE + 60
    }

    /// True if the store is away, or was a moment ago.
    pub(crate) fn was_away(&self) -> bool {
        self.db.is_down() || self.time <= self.up_since + 6
    }

    /// True if there were so many cut-offs within a minute that nothing can be sealed after them soon.
    pub(crate) fn is_crowded(&self) -> bool {
        self.cut_offs.iter().filter(|at| **at + 60 > self.time).count() >= 25
    }
}

impl Came {
    pub(crate) fn gives(&self) -> bool {
        matches!(self.identity, Some(Some(_)))
    }

    pub(crate) fn error(&self) -> Option<&SessionError> {
        self.saw.error.as_ref()
    }
}

fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(bytes).map_err(|_| NoEntropy)
}

/// Seconds for which a node goes by what it knew.
const GRACE: u64 = 900;
/// The time at which every story begins.
const START: u64 = 1_800_000_000;
