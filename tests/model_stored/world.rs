//! Browsers, nodes, a store, time and keys, and what is true of them all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use gingersnap::keyring::Keyring;
use gingersnap::token::{PersonId, Suite};
use gingersnap::{NoEntropy, Place, Timestamp};

use crate::db::{Db, Rows};
use crate::flight::{Came, Flight};
use crate::laws;
use crate::node::{LONGEST, Node};
use crate::rows;
use crate::site::{Deed, Job, Person, Script};
use crate::step::{Fate, Step, Story};
use crate::truth::{Facts, ID, Jar};

pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) time: u64,
    pub(crate) skews: [u64; 3],
    pub(crate) ring: Keyring,
    pub(crate) place: Place,
    pub(crate) nodes: [Node; 3],
    pub(crate) browsers: [Browser; 2],
    pub(crate) facts: Facts,
    /// The person who wrote each item; none for a guest.
    pub(crate) writers: BTreeMap<u32, Option<Person>>,
    /// The number of changes of rows.
    pub(crate) changes: u32,
    /// The items that were taken out of a row.
    pub(crate) taken: BTreeSet<u32>,
    /// The store, and what was true of it, after each step.
    pub(crate) history: Vec<(Rows, Facts)>,
    flights: Vec<Flight>,
    late: Vec<(usize, Came)>,
    sent: u32,
    /// The person whose rows have this id.
    persons: [(PersonId, Person); 2],
    /// The events, a line each.
    log: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) jar: Jar,
    older: Vec<Jar>,
}

/// The result of a check; the error names what does not hold.
pub(crate) type Check<T = ()> = Result<T, String>;

/// Takes a story's steps and checks the laws; the error is the story so far, a line each, and the fault.
pub(crate) fn run(story: &Story) -> Check {
    let mut world = World::new(story).map_err(|what| format!("wrong: {what}"))?;
    let outcome = story.steps.iter().try_for_each(|&step| {
        world.take(step)?;
        laws::views(&world)?;
        world.history.push((world.db.rows(), world.facts.clone()));
        Ok(())
    });
    outcome.and_then(|()| world.land_all()).map_err(|what: String| {
        let place = if story.is_stored { "in the store" } else { "in cookies until they do not fit" };
        let log = world.log.join("\n");
        format!("clocks {:?} s ahead of the store's; carts {place}\n{log}\nwrong: {what}", story.skews)
    })
}

impl World {
    fn new(&Story { skews, is_stored, .. }: &Story) -> Check<Self> {
        let ring =
            Keyring::init(Suite::default(), LONGEST, Timestamp::from_unix(START), &mut random).unwrap();
        let place = if is_stored { Place::Store } else { Place::CookieThenStore };
        let db = Db::default();
        db.set_time(START);
        let nodes = skews.map(|skew| Node::new(&ring, place, &db, START + skew));
        let facts = Facts { moved: is_stored.then_some(0), ..Facts::default() };
        let persons = [(id_of("ann", &ring)?, "ann"), (id_of("bob", &ring)?, "bob")];
        Ok(Self {
            history: vec![(Rows::new(), facts.clone())],
            db,
            time: START,
            skews,
            ring,
            place,
            nodes,
            facts,
            writers: BTreeMap::new(),
            taken: BTreeSet::new(),
            changes: 0,
            persons,
            browsers: Default::default(),
            flights: Vec::new(),
            late: Vec::new(),
            sent: 0,
            log: Vec::new(),
        })
    }

    fn take(&mut self, step: Step) -> Check {
        match step {
            Step::Send { tab, node, is_safe, script, fate } => self.send(tab, node, is_safe, script, fate),
            Step::Advance(index) => {
                self.taken(index).map_or(Ok(()), |flight| self.go_on(flight, Some(1), Fate::Held))
            }
            Step::GoAway(index) => self.taken(index).map_or(Ok(()), |flight| self.go_away(flight)),
            Step::Deliver(index) => {
                if let Some(at) = index.checked_rem(self.late.len()) {
                    let (browser, came) = self.late.remove(at);
                    self.tell(format_args!("a late answer comes to browser {browser}"));
                    self.deliver(browser, &came);
                }
                Ok(())
            }
            Step::Order(fault) => {
                self.tell(format_args!("the next write of the store: {fault:?}"));
                self.db.order(fault);
                Ok(())
            }
            Step::Land => self.land(),
            Step::Down(is_down) => {
                self.db.set_down(is_down);
                self.tell(if is_down { "the store is down" } else { "the store is up" });
                Ok(())
            }
            Step::FailOver(steps) => self.fail_over(steps),
            Step::Purge => self.purge(),
            Step::Tamper { swaps } => self.tamper(swaps),
            Step::Wait(seconds) => self.wait(seconds),
            Step::Rotate => self.rotate(),
            Step::Move { takes } => self.move_carts(takes),
            Step::PutBack { browser, older } => {
                let Browser { jar, older: jars } = &mut self.browsers[browser];
                if let Some(at) = jars.len().checked_sub(older) {
                    *jar = jars[at].clone();
                    self.tell(format_args!("browser {browser} has its cookies of {older} answers ago"));
                }
                Ok(())
            }
            Step::Plant { from } => {
                if let Some(planted) = self.browsers[from].jar.get(crate::truth::GUEST).cloned() {
                    self.browsers[1 - from].jar.insert(crate::truth::GUEST.into(), planted);
                    self.tell(format_args!("browser {} has the guest's cart of browser {from}", 1 - from));
                }
                Ok(())
            }
        }
    }

    fn taken(&mut self, index: usize) -> Option<Flight> {
        let index = index.checked_rem(self.flights.len())?;
        Some(self.flights.remove(index))
    }

    pub(crate) fn tell(&mut self, what: impl Display) {
        self.log.push(format!("{:>6} s  {what}", self.time - START));
    }

    fn send(&mut self, tab: usize, node: usize, is_safe: bool, script: Script, fate: Fate) -> Check {
        self.sent += 1;
        let (number, browser) = (self.sent, tab / 2);
        let jar = self.browsers[browser].jar.clone();
        let came = self.facts.shown(&jar, node, self.nodes[node].now());
        let answering = self.nodes[node].begin(is_safe, &field(&jar), Job { number, script });
        let is_held = fate == Fate::Held;
        let mut flight = Flight::new(number, (browser, node), came, answering);
        (flight.is_safe, flight.script, flight.jar, flight.is_held) = (is_safe, script, jar, is_held);
        let method = if is_safe { "GET" } else { "POST" };
        self.tell(format_args!(
            "browser {browser} asks node {node}: {method} {script}   ({number} {fate:?})"
        ));
        self.go_on(flight, if is_held { Some(0) } else { None }, fate)
    }

    /// Has a request go on, and looks at what it did, and at its answer if that comes.
    fn go_on(&mut self, mut flight: Flight, permits: Option<usize>, fate: Fate) -> Check {
        let before = self.facts.clone();
        let (came, calls) = flight.go_on(&self.db, permits);
        self.see(&mut flight, &calls)?;
        let Some(came) = came else {
            self.flights.push(flight);
            return Ok(());
        };
        if came.sets.contains(&(ID.into(), None)) {
            self.sign_out(&flight);
        }
        self.answered(&mut flight, &came, &before)?;
        match fate {
            Fate::AtOnce | Fate::Held => self.deliver(flight.browser, &came),
            Fate::Late => self.late.push((flight.browser, came)),
            Fate::Lost => {}
        }
        Ok(())
    }

    fn go_away(&mut self, mut flight: Flight) -> Check {
        self.tell(format_args!("the client of {} goes away", flight.number));
        let calls = flight.go_away(&self.db);
        // It may have come to the sign-out, or not.
        if flight.script.signs_out() && self.is_out(&flight) {
            self.sign_out(&flight);
        }
        self.see(&mut flight, &calls)?;
        rows::gone_away(&flight)
    }

    /// The sign-in that a request brought is over, on the node that it asked.
    fn sign_out(&mut self, flight: &Flight) {
        let id = flight.jar.get(ID).cloned();
        self.facts.ended.extend(id.map(|id| (flight.node, id)));
    }

    /// True if the node takes the sign-in that a request brought for ended.
    fn is_out(&self, flight: &Flight) -> bool {
        let jar: Jar = flight.jar.get(ID).map(|id| (ID.into(), id.clone())).into_iter().collect();
        let came = Came::of(self.nodes[flight.node].ask(&self.db, &field(&jar), Script::default()));
        came.saw.who.is_none()
    }

    pub(crate) fn deliver(&mut self, browser: usize, came: &Came) {
        let browser = &mut self.browsers[browser];
        browser.older.push(browser.jar.clone());
        browser.jar = came.after(&browser.jar);
    }

    fn land(&mut self) -> Check {
        self.db.serve(0, None);
        if self.db.land() {
            self.tell("a late write is done");
            self.see_late()?;
        }
        Ok(())
    }

    fn land_all(&mut self) -> Check {
        self.finish_all()?;
        laws::views(self)
    }

    pub(crate) fn finish_all(&mut self) -> Check {
        while let Some(flight) = self.taken(0) {
            self.go_on(flight, None, Fate::Held)?;
        }
        Ok(())
    }

    pub(crate) fn person(&self, id: Option<PersonId>) -> Check<Option<Person>> {
        let known = |id| self.persons.iter().find(|it| it.0 == id).map(|it| it.1);
        id.map(|id| known(id).ok_or("a row is of a person who is not known".into())).transpose()
    }

    /// A sign-in of this person, of now, for what is no part of the story.
    pub(crate) fn identity(&self, person: Person) -> Check<String> {
        let came =
            Came::of(self.nodes[0].ask(&self.db, "", Script([Some(Deed::SignIn(person)), None, None])));
        let set = came.sets.into_iter().find(|(name, _)| name == ID);
        set.and_then(|(_, value)| value).ok_or_else(|| format!("{person} cannot sign in"))
    }
}

/// The id that the rows of a person have.
fn id_of(person: Person, ring: &Keyring) -> Check<PersonId> {
    let db = Db::default();
    let node = Node::new(ring, Place::Store, &db, START);
    node.ask(&db, "", Script([Some(Deed::SignIn(person)), Some(Deed::Add), None]));
    db.rows().values().find_map(|row| row.owner).ok_or_else(|| format!("{person}'s row is nobody's"))
}

/// The `Cookie` field.
pub(crate) fn field(jar: &Jar) -> String {
    jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(bytes).map_err(|_| NoEntropy)
}

/// The time at which every story begins.
const START: u64 = 1_800_000_000;
