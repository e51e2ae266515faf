//! A browser: its jar, the reference's jar beside it, and the deeds that later views are judged by.

use std::collections::BTreeMap;

use crate::facts::Jar;
use crate::flight::{Came, Flight};
use crate::site::{Deed, Saw};
use crate::world::Check;

#[derive(Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
    jar: Jar,
    older: Vec<(String, Jar)>,
    /// Everybody who ever signed in here, when, and the absolute timeout of that day.
    sign_ins: Vec<(String, u64, u64)>,
    /// Each item that was ever sealed here, and the person who wrote it.
    items: BTreeMap<u32, Option<String>>,
    /// Each message that was ever sealed here, and the person who wrote it.
    messages: BTreeMap<String, Option<String>>,
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
        let has_cart = came.has("__Host-cart") || came.has("__Host-cart-own");
        for (deed, number, person) in flight.deeds() {
            match deed {
                Deed::Add | Deed::Try | Deed::Stuff if has_cart => drop(self.items.insert(number, person)),
                Deed::Push if came.has("__Host-flash") => {
                    self.messages.insert(number.to_string(), person);
                }
                Deed::SignIn { .. } if came.has("__Host-id") => {
                    let who = came.saw.who.clone().zip(came.saw.times);
                    let who = who.map(|(who, (started, ..))| (who, started, flight.absolute()));
                    self.sign_ins.extend(who);
                }
                _ => {}
            }
        }
    }

    /// Returns the number of answers that have come.
    pub(crate) fn came(&self) -> usize {
        self.older.len()
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

    /// Fails if the browser is shown a person who did not sign in here or whose time is over, or anything that is
    /// somebody else's.
    pub(crate) fn may_see(&self, saw: &Saw, now: u64) -> Check {
        if let (Some(who), Some((started, _, expires))) = (&saw.who, saw.times) {
            let of = |it: &&(String, u64, u64)| it.0 == *who && it.1 == started;
            let Some(absolute) = self.sign_ins.iter().filter(of).map(|it| it.2).max() else {
                return Err(format!("{who} never signed in here then"));
            };
            if expires.unwrap_or(started + absolute) <= now {
                return Err(format!("{who} outlives the sign-in"));
            }
        }
        for item in &saw.cart {
            is_for(saw, &format!("item {item}"), self.items.get(item))?;
        }
        for message in &saw.messages {
            is_for(saw, &format!("message {message}"), self.messages.get(message))?;
        }
        Ok(())
    }
}

/// Fails if it was never left in this browser, or if a person wrote it and somebody else sees it.
fn is_for(saw: &Saw, what: &str, writer: Option<&Option<String>>) -> Check {
    match writer {
        None => Err(format!("{what} was never left here")),
        Some(Some(writer)) if saw.who.as_ref() != Some(writer) => {
            Err(format!("{what} is {writer}'s, and {:?} sees it", saw.who))
        }
        Some(_) => Ok(()),
    }
}

fn field(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}
