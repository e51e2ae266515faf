//! The steps of a story, and their frequencies.

use std::fmt;

use proptest::prelude::*;

use crate::db::{Fault, NODES};
use crate::node::Person;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A browser asks a node.
    Send {
        browser: usize,
        node: usize,
        order: Order,
        fate: Fate,
    },
    /// The application ends all sign-ins of a person, or forgets them.
    Revoke {
        node: usize,
        person: Person,
        erases: bool,
    },
    /// Somebody copies a browser's cookies.
    Copy {
        from: usize,
        to: usize,
    },
    /// A late answer comes.
    Deliver(usize),
    /// A second is over for a node: it looks at the feed.
    Tick(usize),
    Wait(u64),
    /// Chooses the fate of the next write.
    Order(Fault),
    /// A write that is late is done.
    Land,
    /// The store answers no more, or does again.
    Down(bool),
    /// The store loses so many of its last writes.
    FailOver(usize),
    /// A node starts anew.
    Start(usize),
}

/// A browser's request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    SignIn(Person),
    SignOut,
    Renew,
    Reauthenticate,
    EndOthers,
    NewPassword,
    /// Ends the sign-in that came so many before the last.
    End(usize),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    AtOnce,
    /// The answer is on its way until it is delivered.
    Late,
    Lost,
}

#[derive(Clone)]
pub(crate) struct Story {
    /// Seconds by which each node's clock is ahead of the store's, or behind.
    pub(crate) skews: [i64; NODES],
    pub(crate) steps: Vec<Step>,
}

impl fmt::Debug for Story {
    /// A failure prints its log, which says more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.steps.len())
    }
}

/// The frequency of faults, and of what makes nodes or the store forget, in 100 steps.
#[derive(Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) faults: u32,
    pub(crate) losses: u32,
}

pub(crate) fn story(weather: Weather) -> BoxedStrategy<Story> {
    let skews = prop::array::uniform3(prop_oneof![2 => Just(0), 1 => -30..=30_i64]);
    let steps = prop::collection::vec(step(weather), 1..=30);
    (skews, steps).prop_map(|(skews, steps)| Story { skews, steps }).boxed()
}

fn step(Weather { faults, losses }: Weather) -> impl Strategy<Value = Step> {
    let fate = prop_oneof![8 => Just(Fate::AtOnce), 1 => Just(Fate::Late), 1 => Just(Fate::Lost)];
    let send = (0..BROWSERS, 0..NODES, order(), fate);
    let send = send.prop_map(|(browser, node, order, fate)| Step::Send { browser, node, order, fate });
    let revoke = (0..NODES, person(), prop::bool::weighted(0.3));
    let revoke = revoke.prop_map(|(node, person, erases)| Step::Revoke { node, person, erases });
    let fault = prop_oneof![Just(Fault::LosesAnswer), Just(Fault::Fails), Just(Fault::Late)];
    prop_oneof![
        45 => send,
        2 => revoke,
        8 => (0..BROWSERS, 0..BROWSERS).prop_map(|(from, to)| Step::Copy { from, to }),
        4 => any::<usize>().prop_map(Step::Deliver),
        15 => (0..NODES).prop_map(Step::Tick),
        12 => prop_oneof![Just(1), Just(4), Just(12), Just(600), Just(1_200)].prop_map(Step::Wait),
        faults => prop_oneof![
            5 => fault.prop_map(Step::Order),
            2 => Just(Step::Land),
            3 => any::<bool>().prop_map(Step::Down),
        ],
        losses => prop_oneof![
            1 => (1..4_usize).prop_map(Step::FailOver),
            1 => (0..NODES).prop_map(Step::Start),
        ],
    ]
    .boxed()
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        6 => person().prop_map(Order::SignIn),
        4 => Just(Order::SignOut),
        4 => Just(Order::Renew),
        2 => Just(Order::Reauthenticate),
        3 => Just(Order::EndOthers),
        2 => Just(Order::NewPassword),
        3 => (0..6_usize).prop_map(Order::End),
    ]
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![2 => Just("ann"), 1 => Just("bob")]
}

pub(crate) const BROWSERS: usize = 4;
