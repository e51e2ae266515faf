//! A browser: its jar, the reference's jar beside it, and the deeds that later views are judged by.

use std::collections::BTreeMap;

use crate::facts::Jar;
use crate::flight::{Came, Flight};
use crate::site::{Op, Saw};
use crate::world::Check;

#[derive(Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
    jar: Jar,
    older: Vec<(String, Jar)>,
    /// Everybody who ever signed in here.
    subjects: Vec<String>,
    /// Each item that was ever sealed here, and its owner.
    items: BTreeMap<u32, Option<String>>,
    /// Each message that was ever sealed here.
    messages: Vec<String>,
    /// The time of the last request that was activity and whose answer came.
    pub(crate) active: u64,
    /// The longest time that any answer was on its way.
    pub(crate) lateness: u64,
}

impl Browser {
    /// Returns the `Cookie` field of a request, and the reference's jar for it.
    pub(crate) fn sends(&self) -> (String, Jar) {
        (field(&self.cookies), self.jar.clone())
    }

    /// The same, with the cookies of an older jar after its own.
    pub(crate) fn sends_both(&self, older: usize) -> Option<(String, Vec<Jar>)> {
        let (cookies, jar) = self.older.get(older.checked_rem(self.older.len())?)?;
        Some((format!("{}; {cookies}", field(&self.cookies)), vec![self.jar.clone(), jar.clone()]))
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).cloned()
    }

    /// Notes the people, items and messages that an answer may bring to this browser.
    pub(crate) fn note(&mut self, flight: &Flight, came: &Came) {
        let owner = match flight.op {
            Op::SignIn { subject, .. } => Some(subject.into()),
            Op::SignOut { .. } => None,
            _ => flight.who.clone(),
        };
        if came.has("__Host-session") {
            self.items.insert(flight.number, owner.clone());
        }
        if came.has("__Host-flash") {
            self.messages.push(flight.number.to_string());
        }
        if let Op::SignIn { .. } = flight.op
            && came.has("__Host-id")
        {
            self.subjects.extend(owner);
        }
    }

    /// Takes an answer's cookies into both jars.
    pub(crate) fn keep(&mut self, flight: &Flight, came: &Came, now: u64) {
        self.older.push(self.sends());
        for set in &came.sets {
            self.jar.keep(set.clone());
        }
        for field in &came.fields {
            let (pair, attributes) = field.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.ends_with("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        self.lateness = self.lateness.max(now - flight.began);
        if flight.is_activity(came) {
            self.active = self.active.max(flight.began);
        }
    }

    /// Fails if the browser is shown a person who did not sign in here, or anything that is somebody else's.
    pub(crate) fn may_see(&self, saw: &Saw) -> Check {
        if let Some(who) = &saw.who
            && !self.subjects.contains(who)
        {
            return Err(format!("{who} never signed in here"));
        }
        if let Some(message) = saw.messages.iter().find(|it| !self.messages.contains(it)) {
            return Err(format!("message {message} was never left here"));
        }
        for item in &saw.cart {
            match self.items.get(item) {
                None => return Err(format!("item {item} was never put into a cart here")),
                Some(Some(owner)) if saw.who.as_ref() != Some(owner) => {
                    return Err(format!("item {item} is {owner}'s, and {:?} sees it", saw.who));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn field(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}
