//! The steps of a story, and their frequencies.

use std::fmt;

use proptest::prelude::*;

use crate::facts::{ABSOLUTE, IDLE, LONGER, Person, REMEMBER_IDLE, SHORTER};
use crate::site::{Deed, Op, Script};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A tab asks a node.
    Send {
        tab: Tab,
        node: usize,
        op: Op,
        status: u16,
        fate: Fate,
    },
    /// A tab asks with an older jar's cookies beside its own, and the answer is lost.
    SendBoth {
        tab: Tab,
        node: usize,
        op: Op,
        older: usize,
    },
    /// A held handler goes on.
    Finish(usize),
    /// A late answer comes.
    Deliver(usize),
    /// A late answer never comes.
    Lose(usize),
    Wait(u64),
    /// The operator schedules the next key.
    Rotate {
        propagation: u64,
    },
    /// And the one after that, both in force at once.
    RotateTwice,
    /// A node loads the newest ring.
    Load(usize),
    /// A node starts anew, with another absolute timeout.
    Deploy {
        node: usize,
        absolute: u64,
    },
}

/// Two tabs of one browser, and another browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tab {
    A1,
    A2,
    B,
}

impl Tab {
    pub(crate) fn browser(self) -> usize {
        usize::from(self == Self::B)
    }
}

/// The fate of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    AtOnce,
    /// It is on its way until it is delivered or lost.
    Late,
    /// The same, and its handler waits between its reads and its writes.
    Held,
    Lost,
}

/// The beginning of a world, and the steps in it.
#[derive(Clone)]
pub(crate) struct Story {
    /// Seconds by which each node's clock is ahead of the slowest possible one.
    pub(crate) skews: [u64; 3],
    /// Seconds between two writes of activity.
    pub(crate) renew_after: u64,
    pub(crate) steps: Vec<Step>,
}

impl fmt::Debug for Story {
    /// A failure prints its log, which says more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.steps.len())
    }
}

/// The frequency of late answers, and of time, keys and rings that go on, in 100 steps.
#[derive(Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) late: u32,
    pub(crate) turns: u32,
}

pub(crate) fn story(weather: Weather) -> BoxedStrategy<Story> {
    let skews = prop::array::uniform3(prop_oneof![Just(0), 0..=60_u64, Just(60)]);
    let renew_after = prop_oneof![Just(RENEW_AFTER), Just(0)];
    let steps = prop::collection::vec(step(weather), 1..=40);
    (skews, renew_after, steps)
        .prop_map(|(skews, renew_after, steps)| Story { skews, renew_after, steps })
        .boxed()
}

fn step(Weather { late, turns }: Weather) -> impl Strategy<Value = Step> {
    let node = 0..3_usize;
    let send = (tab(), node.clone(), op(), status(), fate(late));
    let send =
        send.prop_map(|(tab, node, op, status, fate)| Step::Send { tab, node, op, status, fate }).boxed();
    let both = (tab(), node.clone(), op(), any::<usize>());
    let both = both.prop_map(|(tab, node, op, older)| Step::SendBoth { tab, node, op, older });
    let absolute = prop_oneof![Just(SHORTER), Just(ABSOLUTE), Just(LONGER)];
    let deploy = (node.clone(), absolute).prop_map(|(node, absolute)| Step::Deploy { node, absolute });
    prop_oneof![
        50 => send,
        5 => both,
        late => prop_oneof![
            2 => any::<usize>().prop_map(Step::Finish),
            4 => any::<usize>().prop_map(Step::Deliver),
            1 => any::<usize>().prop_map(Step::Lose),
        ],
        turns => prop_oneof![
            5 => wait().prop_map(Step::Wait),
            1 => prop_oneof![Just(0), Just(600)].prop_map(|propagation| Step::Rotate { propagation }),
            1 => Just(Step::RotateTwice),
            2 => node.prop_map(Step::Load),
            1 => deploy,
        ],
    ]
}

fn tab() -> impl Strategy<Value = Tab> {
    prop_oneof![4 => Just(Tab::A1), 4 => Just(Tab::A2), 2 => Just(Tab::B)]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => Just(Op::Read),
        1 => Just(Op::Poll),
        30 => script().prop_map(Op::Do),
        1 => Just(Op::Keep),
        1 => Just(Op::MixUp),
    ]
}

fn script() -> impl Strategy<Value = Script> {
    let deeds = prop_oneof![
        3 => deed().prop_map(|first| [Some(first), None, None]),
        3 => (deed(), deed()).prop_map(|(first, then)| [Some(first), Some(then), None]),
        1 => [deed(), deed(), deed()].prop_map(|deeds| deeds.map(Some)),
    ];
    (deeds, any::<bool>()).prop_map(|(deeds, holds)| Script { deeds, holds }).boxed()
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => Just(Deed::Add),
        1 => Just(Deed::Try),
        1 => Just(Deed::Stuff),
        1 => Just(Deed::Save),
        1 => Just(Deed::Destroy),
        6 => sign_in(),
        3 => Just(Deed::SignOut),
        2 => Just(Deed::Renew),
        1 => Just(Deed::Reauthenticate),
        2 => Just(Deed::Push),
        2 => Just(Deed::Show),
    ]
}

fn sign_in() -> impl Strategy<Value = Deed> {
    let remember = prop_oneof![3 => Just(None), 1 => Just(Some(7_200)), 1 => Just(Some(30_000))];
    let subject = prop_oneof![Just("ann"), Just("bob")];
    (subject, remember).prop_map(|(subject, remember): (Person, _)| Deed::SignIn { subject, remember })
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![16 => Just(200), 1 => Just(303), 1 => Just(422), 1 => Just(408), 1 => Just(500)]
}

fn fate(late: u32) -> impl Strategy<Value = Fate> {
    prop_oneof![
        60 => Just(Fate::AtOnce),
        late => Just(Fate::Late),
        late => Just(Fate::Held),
        3 => Just(Fate::Lost),
    ]
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        1 => 1..=60_u64,
        2 => Just(RENEW_AFTER),
        2 => 600..=1_800_u64,
        1 => Just(IDLE - 1),
        1 => Just(IDLE),
        1 => Just(ABSOLUTE),
        1 => Just(REMEMBER_IDLE),
    ]
}

/// A tenth of the idle timeout, which is the default.
const RENEW_AFTER: u64 = IDLE / 10;
