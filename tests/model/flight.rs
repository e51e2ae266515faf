//! Requests, their answers, and the way between.

use crate::answer::{Answer, Wanted};
use crate::facts::Set;
use crate::laws::{self, Shown};
use crate::node::{Asks, Begun};
use crate::reference::Asked;
use crate::site::{Op, Saw};
use crate::step::{Fate, Tab};
use crate::world::{Check, World};

/// A request whose answer has not come yet.
pub(crate) struct Flight {
    pub(crate) number: u32,
    pub(crate) browser: usize,
    pub(crate) op: Op,
    pub(crate) began: u64,
    /// The person to whom an added item will belong; none for other requests.
    pub(crate) who: Option<String>,
    node: usize,
    status: u16,
    /// True if the node had the newest ring when it began.
    is_current: bool,
    is_mixed_up: bool,
    asked: Asked,
    stage: Stage,
}

enum Stage {
    Held(Begun),
    Answered(Came),
}

/// An answer as the browser gets it, with the reference's cookies for it in `sets`.
#[derive(Clone)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) saw: Saw,
    pub(crate) fields: Vec<String>,
    pub(crate) sets: Vec<Set>,
}

impl World {
    pub(crate) fn send(&mut self, tab: Tab, node: usize, op: Op, status: u16, fate: Fate) -> Check {
        let browser = tab.browser();
        // The owner of the item.
        let who = if op == Op::Add { self.look(browser, node)?.who } else { None };
        let flight = self.begin(browser, node, op, status, who);
        let status = if status == 200 { String::new() } else { format!(", with status {status}") };
        self.tell(format_args!("tab {tab:?} asks node {node}: {op}{status}   ({}{fate})", flight.number));
        match fate {
            Fate::Held => self.flights.push(flight),
            Fate::Late => return self.finish(flight),
            Fate::AtOnce => return self.deliver(flight),
            Fate::Lost => return self.answered(flight).map(drop),
        }
        Ok(())
    }

    fn begin(&mut self, browser: usize, node: usize, op: Op, status: u16, who: Option<String>) -> Flight {
        self.sent += 1;
        let foreign = self.browsers[1 - browser].cookie("__Host-id").filter(|_| op == Op::MixUp);
        let is_mixed_up = foreign.is_some();
        let (cookies, jar) = self.browsers[browser].sends();
        let asks = Asks { op, status, number: self.sent, foreign };
        Flight {
            number: self.sent,
            browser,
            op,
            began: self.time,
            who,
            node,
            status,
            is_current: self.nodes[node].machine.has(&self.ring),
            is_mixed_up,
            asked: self.asked(node, vec![jar]),
            stage: Stage::Held(self.nodes[node].begin(&cookies, asks)),
        }
    }

    /// Lets the handler finish, and keeps the answer back.
    pub(crate) fn finish(&mut self, flight: Flight) -> Check {
        let flight = self.answered(flight)?;
        self.flights.push(flight);
        Ok(())
    }

    /// Returns the flight with its answer, having compared it with the reference and the laws.
    pub(crate) fn answered(&mut self, flight: Flight) -> Check<Flight> {
        let Flight { number, op, status, node, .. } = flight;
        let begun = match flight.stage {
            Stage::Held(begun) => begun,
            Stage::Answered(_) => return Ok(flight),
        };
        let kept = begun.kept();
        let mut came = Came::of(begun);
        self.tell(format_args!("    answer {number} of node {node}: {came}"));
        laws::answer(op, &came)?;
        laws::kept(&kept)?;
        let later = self.nodes[node].now();
        let expected = match flight.is_mixed_up {
            true => Answer { status: 500, saw: Saw::default(), sets: Vec::new() },
            false => flight.asked.answer(&Wanted { op, status, number, later }),
        };
        came.is(&expected)?;
        came.sets = expected.sets;
        let flight = Flight { stage: Stage::Answered(came.clone()), ..flight };
        self.browsers[flight.browser].note(&flight, &came);
        Ok(flight)
    }

    /// Brings the answer to the browser.
    pub(crate) fn deliver(&mut self, flight: Flight) -> Check {
        let flight = self.answered(flight)?;
        let Stage::Answered(came) = &flight.stage else { return Ok(()) };
        let before = self.views(flight.browser)?;
        if self.time > flight.began || self.sent > flight.number {
            self.tell(format_args!("    answer {} comes", flight.number));
        }
        self.browsers[flight.browser].keep(&flight, came, self.time);
        if !came.fields.is_empty() {
            self.shown[flight.browser] = Default::default();
        }
        let views = before.into_iter().zip(self.views(flight.browser)?).zip(self.lags());
        let shown = views.map(|((before, after), lags)| Shown { before, after, lags });
        laws::delivered(&flight, came, self.lack(flight.browser), &shown.collect::<Vec<_>>())
    }
}

impl Flight {
    /// True if its answer tells the browser that somebody is there.
    pub(crate) fn is_activity(&self, came: &Came) -> bool {
        let is_kept = came.status < 500 && came.status != 408;
        let is_seen = matches!(self.op, Op::Read | Op::Keep | Op::MixUp) && came.saw.who.is_some();
        is_kept && self.is_current && (is_seen || (self.op.is_verb() && came.has("__Host-id")))
    }
}

impl Came {
    fn of(begun: Begun) -> Self {
        let response = begun.finish();
        let fields = response.headers().get_all("set-cookie").iter();
        Self {
            status: response.status().as_u16(),
            fields: fields.map(|field| field.to_str().unwrap().into()).collect(),
            saw: response.into_body(),
            sets: Vec::new(),
        }
    }

    /// Returns the names of the cookies that it sets, `-` before those that it removes.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |field: &String| {
            let sign = if field.ends_with("Max-Age=0") { "-" } else { "" };
            format!("{sign}{}", field.split_once('=').unwrap().0)
        };
        self.fields.iter().map(name).collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().iter().any(|it| it == name)
    }

    fn is(&self, expected: &Answer) -> Check {
        let (mut names, mut expected_names) = (self.names(), expected.names());
        names.sort();
        expected_names.sort();
        if (self.status, &self.saw, &names) == (expected.status, &expected.saw, &expected_names) {
            return Ok(());
        }
        let Answer { status, saw, .. } = expected;
        Err(format!("the answer should be {status}: {saw}; {}", expected_names.join(" ")))
    }
}
