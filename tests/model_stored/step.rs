//! The steps of a story, and their frequencies.

use std::fmt;

use proptest::prelude::*;

use crate::db::Fault;
use crate::node::{ABSOLUTE, LASTING, LONGEST};
use crate::site::{Deed, Person, Script};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A tab asks a node.
    Send {
        tab: usize,
        node: usize,
        is_safe: bool,
        script: Script,
        fate: Fate,
    },
    /// One more call of a held request is carried out.
    Advance(usize),
    /// The client of a held request goes away.
    GoAway(usize),
    /// A late answer comes.
    Deliver(usize),
    /// Chooses the fate of the next write.
    Order(Fault),
    /// A write that is late is done.
    Land,
    /// The store answers no more, or does again.
    Down(bool),
    /// The store loses what was written in so many steps.
    FailOver(usize),
    Purge,
    /// Somebody who writes the database swaps two rows, or gives one another version; then puts it right.
    Tamper {
        swaps: bool,
    },
    Wait(u64),
    Rotate,
    /// A deploy keeps carts in the store alone; `takes`: with those that were in cookies before.
    Move {
        takes: bool,
    },
    /// A browser has the cookies again that it had so many answers ago.
    PutBack {
        browser: usize,
        older: usize,
    },
    /// One browser's guest's cart is in the other: planted there, or at a shared computer.
    Plant {
        from: usize,
    },
}

/// The fate of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    AtOnce,
    /// Each call of the store waits for [`Step::Advance`].
    Held,
    /// The answer is on its way until it is delivered.
    Late,
    Lost,
}

/// The beginning of a world, and the steps in it.
#[derive(Clone)]
pub(crate) struct Story {
    /// Seconds by which each node's clock is ahead of the store's.
    pub(crate) skews: [u64; 3],
    /// True if carts are in the store from the first; or else where they do not fit their cookies.
    pub(crate) is_stored: bool,
    pub(crate) steps: Vec<Step>,
}

impl fmt::Debug for Story {
    /// A failure prints its log, which says more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.steps.len())
    }
}

/// The frequency of held requests, of faults, and of what an operator does, in 100 steps.
#[derive(Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) held: u32,
    pub(crate) faults: u32,
    pub(crate) turns: u32,
}

pub(crate) fn story(weather: Weather) -> BoxedStrategy<Story> {
    let skews = prop::array::uniform3(prop_oneof![Just(0), 0..=50_u64]);
    let steps = prop::collection::vec(step(weather), 1..=30);
    (skews, any::<bool>(), steps)
        .prop_map(|(skews, is_stored, steps)| Story { skews, is_stored, steps })
        .boxed()
}

fn step(Weather { held, faults, turns }: Weather) -> impl Strategy<Value = Step> {
    let send = (0..3_usize, 0..3_usize, prop::bool::weighted(0.3), script(), fate(held));
    let send =
        send.prop_map(|(tab, node, is_safe, script, fate)| Step::Send { tab, node, is_safe, script, fate });
    let fault = prop_oneof![Just(Fault::LosesAnswer), Just(Fault::Fails), Just(Fault::Late)];
    prop_oneof![
        50 => send,
        held => prop_oneof![
            8 => any::<usize>().prop_map(Step::Advance),
            1 => any::<usize>().prop_map(Step::GoAway),
            2 => any::<usize>().prop_map(Step::Deliver),
        ],
        faults => prop_oneof![
            5 => fault.prop_map(Step::Order),
            2 => Just(Step::Land),
            3 => any::<bool>().prop_map(Step::Down),
            1 => (1..6_usize).prop_map(Step::FailOver),
        ],
        turns => prop_oneof![
            4 => wait().prop_map(Step::Wait),
            2 => Just(Step::Purge),
            1 => any::<bool>().prop_map(|swaps| Step::Tamper { swaps }),
            1 => Just(Step::Rotate),
            1 => any::<bool>().prop_map(|takes| Step::Move { takes }),
            3 => (0..2_usize, 1..8_usize).prop_map(|(browser, older)| Step::PutBack { browser, older }),
            2 => (0..2_usize).prop_map(|from| Step::Plant { from }),
        ],
    ]
    .boxed()
}

/// Data alone, or data about a sign-in or sign-out.
fn script() -> impl Strategy<Value = Script> {
    let shop = prop::option::weighted(0.4, deed());
    let verb = prop_oneof![4 => person().prop_map(Deed::SignIn), 2 => Just(Deed::SignOut)];
    let beside = || prop::option::weighted(0.3, prop_oneof![3 => Just(Deed::Add), 1 => Just(Deed::Note)]);
    prop_oneof![
        2 => Just(Script::default()),
        8 => (deed(), shop.clone(), shop).prop_map(|(one, two, three)| Script([Some(one), two, three])),
        1 => Just(Script([Some(Deed::Destroy), None, None])),
        6 => (beside(), verb, beside()).prop_map(|(before, verb, after)| Script([before, Some(verb), after])),
    ]
    .boxed()
}

fn deed() -> impl Strategy<Value = Deed> + Clone {
    prop_oneof![
        8 => Just(Deed::Add),
        3 => Just(Deed::Take),
        3 => Just(Deed::Note),
        2 => Just(Deed::Swell),
        1 => Just(Deed::Shrink),
        2 => Just(Deed::Save),
        3 => Just(Deed::Count),
    ]
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![2 => Just("ann"), 1 => Just("bob")]
}

fn fate(held: u32) -> impl Strategy<Value = Fate> {
    prop_oneof![60 => Just(Fate::AtOnce), held => Just(Fate::Held), 5 => Just(Fate::Late), 4 => Just(Fate::Lost)]
}

/// All are multiples of ten minutes, and what has an end ends five minutes beside one.
fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(600),
        3 => Just(LASTING - 300),
        2 => Just(LASTING + 300),
        2 => Just(A_TENTH),
        2 => Just(ABSOLUTE - 300),
        1 => Just(ABSOLUTE + 300),
        1 => Just(LONGEST + 300),
    ]
}

/// More than a tenth of the longest session: a pointer that is so old is sent anew.
const A_TENTH: u64 = 18_000;
