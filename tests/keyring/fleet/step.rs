//! The steps of a story, and their frequencies.

use std::fmt;

use proptest::prelude::*;

use super::facts::LONGEST;
use crate::DAY;

/// A fleet, and the steps in its story.
#[derive(Clone)]
pub(super) struct Story {
    /// Seconds by which each node's clock is ahead of true time.
    pub(super) skews: Vec<i64>,
    /// The same for the operator's clock.
    pub(super) operator: i64,
    /// The longest time between two loads of a node, and the greatest age of its view of the place then.
    pub(super) reload: u64,
    /// The seed of the keys, and of the nodes' instants.
    pub(super) seed: u64,
    pub(super) steps: Vec<Step>,
}

impl fmt::Debug for Story {
    /// A failure prints its log, which says more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.steps.len())
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Wait(u64),
    /// Time passes until the next key's time comes by a node's clock, which then seals.
    Turn(usize),
    /// A node seals, and every other opens.
    Seal(usize),
    /// A node opens what was sealed earlier.
    Open(usize, usize),
    Operate(Verb),
    Crash(usize),
    Start {
        node: usize,
        remembers: bool,
    },
    /// Nobody reaches the place for this many seconds.
    Outage(u64),
    /// The ring in the place is cut off.
    Damage(usize),
    /// An earlier ring is put into the place by hand.
    Backup(usize),
    /// A ring made of the one before the newest is put in: the same generation, other content.
    Fork,
    /// The newest ring is put back.
    Repair,
    /// Somebody who may write nodes' records writes one: of a generation this much ahead of what is still believed.
    Lie(u64),
}

/// The operator's command. A key is chosen by its number in the list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Add,
    /// A rotation with as much time as the nodes need, and this much more.
    RotatePlanned(u64),
    /// A rotation with this much time, whether or not that is enough.
    RotateWithin(u64),
    Promote(usize),
    Disable(usize),
    Enable(usize),
    Revoke(usize),
    RevokeCreatedBefore(u64),
    EndSessionsBefore(u64),
    Emergency,
    Prune,
}

/// The kind of histories.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Weather {
    Planned,
    Any,
}

pub(super) fn story(weather: Weather) -> impl Strategy<Value = Story> {
    let skew = || prop_oneof![2 => -30..=30_i64, 1 => Just(-30), 1 => Just(30)];
    let skews = prop::collection::vec(skew(), 2..=5);
    let reload = prop_oneof![Just(1_u64), 2..=30_u64, 31..=120_u64];
    let steps = match weather {
        Weather::Planned => prop::collection::vec(planned().boxed(), 1..=24),
        Weather::Any => prop::collection::vec(any_step().boxed(), 1..=28),
    };
    (skews, skew(), reload, any::<u64>(), steps).prop_map(|(skews, operator, reload, seed, steps)| Story {
        skews,
        operator,
        reload,
        seed,
        steps,
    })
}

fn planned() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => wait().prop_map(Step::Wait),
        8 => node().prop_map(Step::Seal),
        3 => node().prop_map(Step::Turn),
        2 => (node(), any::<usize>()).prop_map(|(node, token)| Step::Open(node, token)),
        6 => planned_verb().prop_map(Step::Operate),
        1 => node().prop_map(Step::Crash),
        2 => (node(), any::<bool>()).prop_map(|(node, remembers)| Step::Start { node, remembers }),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => planned(),
        6 => verb().prop_map(Step::Operate),
        3 => prop_oneof![
            2 => (1..=300_u64).prop_map(Step::Outage),
            1 => any::<usize>().prop_map(Step::Damage),
            2 => any::<usize>().prop_map(Step::Backup),
            2 => Just(Step::Fork),
            2 => Just(Step::Repair),
            1 => prop_oneof![0..=3_u64, Just(1 << 52)].prop_map(Step::Lie),
        ],
    ]
}

fn planned_verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        1 => Just(Verb::Add),
        5 => prop_oneof![Just(0), 0..=300_u64].prop_map(Verb::RotatePlanned),
        1 => ago().prop_map(Verb::EndSessionsBefore),
        2 => Just(Verb::Prune),
    ]
}

fn verb() -> impl Strategy<Value = Verb> {
    let key = any::<usize>;
    prop_oneof![
        3 => prop_oneof![2 => Just(0), 1 => 0..=300_u64].prop_map(Verb::RotateWithin),
        2 => key().prop_map(Verb::Promote),
        2 => key().prop_map(Verb::Disable),
        2 => key().prop_map(Verb::Enable),
        2 => key().prop_map(Verb::Revoke),
        1 => ago().prop_map(Verb::RevokeCreatedBefore),
        1 => Just(Verb::Emergency),
        1 => Just(Verb::Prune),
    ]
}

/// The age of a cut, in seconds.
fn ago() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0..=LONGEST]
}

fn node() -> impl Strategy<Value = usize> {
    0..5_usize
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..=60_u64,
        4 => 60..=400_u64,
        1 => LONGEST - 60..=LONGEST + 120,
        1 => Just(DAY),
    ]
}
