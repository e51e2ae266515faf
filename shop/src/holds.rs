//! The values that each cookie holds, in words.

use gingersnap::{Identity, Message, Report, Timestamp};

use crate::cart::{Cart, Line, Visits};
use crate::format::count;
use crate::preferences::Preferences;
use crate::when::When;

/// A name and what it stands for.
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// What a name stands for.
pub(crate) enum Value {
    Text(String),
    Time(When),
}

impl Fact {
    pub(crate) fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), value: Value::Text(text.into()) }
    }

    pub(crate) fn past(name: impl Into<String>, at: Timestamp, now: Timestamp) -> Self {
        Self { name: name.into(), value: Value::Time(When::past(at, now)) }
    }

    fn future(name: impl Into<String>, at: Timestamp, now: Timestamp) -> Self {
        Self { name: name.into(), value: Value::Time(When::future(at, now)) }
    }
}

/// The facts of a login; none if nobody is logged in.
pub(crate) fn login(identity: &Identity, now: Timestamp) -> Vec<Fact> {
    let remembered = identity.expires_at().is_some();
    let ends = if remembered { "You stay logged in until" } else { "Ends, if you stay away" };
    let facts = [
        identity.subject().map(|subject| Fact::text("You are", subject)),
        identity.started_at().map(|at| Fact::past("This login began", at, now)),
        identity.authenticated_at().map(|at| Fact::past("You last logged in", at, now)),
        identity.ends_at().map(|at| Fact::future(ends, at, now)),
    ];
    facts.into_iter().flatten().collect()
}

/// The last time that somebody's activity was written down.
pub(crate) fn activity(report: Option<&Report>, now: Timestamp) -> Vec<Fact> {
    report.map(|report| Fact::past("You were here", report.sealed_at, now)).into_iter().collect()
}

/// The lines of a cart.
pub(crate) fn cart(cart: &Cart) -> Vec<Fact> {
    let line =
        |line: &Line| Fact::text(line.name(), format!("{}, {}", count(line.quantity, "piece"), line.price()));
    cart.lines().iter().map(line).collect()
}

/// The number of visits.
pub(crate) fn visits(visits: &Visits) -> Vec<Fact> {
    vec![Fact::text("You looked at the shelf", count(visits.count, "time"))]
}

/// A nickname and an address.
pub(crate) fn preferences(preferences: &Preferences) -> Vec<Fact> {
    let facts =
        [("We call you", Some(preferences.nickname.clone())), ("We bring it to", preferences.destination())];
    let told =
        facts.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?)));
    told.map(|(name, text)| Fact::text(name, text)).collect()
}

/// The messages that waited.
pub(crate) fn messages(messages: &[Message]) -> Vec<Fact> {
    messages.iter().map(|message| Fact::text(message.level.name(), message.text.as_str())).collect()
}
