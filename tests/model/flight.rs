//! Requests, their answers, and the way between.

use crate::answer::{Answer, Wanted};
use crate::facts::{Jar, Set};
use crate::laws::{self, Shown};
use crate::node::{Asks, Begun};
use crate::reference::Asked;
use crate::site::{Deed, Op, Saw};
use crate::step::{Fate, Tab};
use crate::world::{Check, World};

/// A request whose answer has not come yet.
pub(crate) struct Flight {
    pub(crate) number: u32,
    pub(crate) browser: usize,
    pub(crate) op: Op,
    pub(crate) began: u64,
    /// The person who was signed in when it began.
    pub(crate) was: Option<String>,
    /// The number of answers that had come by then.
    pub(crate) before: usize,
    node: usize,
    status: u16,
    /// True if the node had the newest ring when it began.
    pub(crate) is_current: bool,
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
        let was = self.look(browser, node)?.who;
        let (cookies, jar) = self.browsers[browser].sends();
        let flight = self.begin(tab, node, (op, status), was, (&cookies, vec![jar]));
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

    /// Asks with the cookies of an older jar beside its own, as after a planted one. The answer is lost.
    pub(crate) fn send_both(&mut self, tab: Tab, node: usize, op: Op, older: usize) -> Check {
        let Some((cookies, jars)) = self.browsers[tab.browser()].sends_both(older) else { return Ok(()) };
        let was = self.compare(node, &cookies, jars.clone())?.who;
        let flight = self.begin(tab, node, (op, 200), was, (&cookies, jars));
        let number = flight.number;
        self.tell(format_args!(
            "tab {tab:?} asks node {node}, with older cookies beside its own: {op}   ({number}{})",
            Fate::Lost
        ));
        self.answered(flight).map(drop)
    }

    fn begin(
        &mut self,
        tab: Tab,
        node: usize,
        (op, status): (Op, u16),
        was: Option<String>,
        (cookies, jars): (&str, Vec<Jar>),
    ) -> Flight {
        self.sent += 1;
        let browser = tab.browser();
        let foreign = self.browsers[1 - browser].cookie("__Host-id").filter(|_| op == Op::MixUp);
        // A node judges what it can open: what it cannot, some other program may have put there.
        let (machine, now) = (&self.nodes[node].machine, self.nodes[node].now());
        let others = self.browsers[1 - browser].sends().1.id;
        let foreign = foreign.filter(|_| others.is_some_and(|id| machine.opens(&id, now).is_ok()));
        let is_mixed_up = foreign.is_some();
        let asks = Asks { op, status, number: self.sent, foreign };
        Flight {
            number: self.sent,
            browser,
            op,
            began: self.time,
            was,
            before: self.browsers[browser].came(),
            node,
            status,
            is_current: self.nodes[node].machine.has(&self.ring),
            is_mixed_up,
            asked: self.asked(node, jars),
            stage: Stage::Held(self.nodes[node].begin(cookies, asks)),
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
        laws::answer(op, flight.was.as_deref(), &came)?;
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
        let is_alone = self.browsers[flight.browser].came() == flight.before;
        self.browsers[flight.browser].keep(&flight, came, self.time);
        if !came.fields.is_empty() {
            self.shown[flight.browser] = Default::default();
        }
        let views = before.into_iter().zip(self.views(flight.browser)?).zip(self.lags());
        let shown = views.map(|((before, after), lags)| Shown { before, after, lags });
        laws::delivered(&flight, came, self.lack(flight.browser), &shown.collect::<Vec<_>>(), is_alone)
    }
}

impl Flight {
    /// True if its answer tells the browser that somebody is there.
    pub(crate) fn is_activity(&self, came: &Came) -> bool {
        let is_seen = matches!(self.op, Op::Read | Op::Keep | Op::MixUp) && came.saw.who.is_some();
        !came.is_failed() && self.is_current && (is_seen || came.has("__Host-id"))
    }

    /// Returns the absolute timeout of the node that answers.
    pub(crate) const fn absolute(&self) -> u64 {
        self.asked.machine.absolute
    }

    /// Returns each deed with its number, and the person who is signed in when it comes.
    pub(crate) fn deeds(&self) -> Vec<(Deed, u32, Option<String>)> {
        let Op::Do(script) = self.op else { return Vec::new() };
        let mut person = self.was.clone();
        let mut deeds = Vec::new();
        for (deed, number) in script.numbered(self.number) {
            deeds.push((deed, number, person.clone()));
            match deed {
                Deed::SignIn { subject, .. } => person = Some(subject.into()),
                Deed::SignOut => person = None,
                _ => {}
            }
        }
        deeds
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

    /// True if the status says that nothing of it is to be kept, but what stands whatever the status.
    pub(crate) const fn is_failed(&self) -> bool {
        self.status >= 500 || self.status == 408
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
