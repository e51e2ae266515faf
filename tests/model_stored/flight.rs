//! A request under way: what it was sent with, what the store was asked, and its answer.

use std::collections::BTreeMap;

use gingersnap::store::Op;

use crate::db::{Call, Db};
use crate::node::{Answering, ROUNDS, poll};
use crate::site::{Person, Saw, Script};
use crate::truth::{Facts, GUEST, Jar, Key, OWN, Shown, Truth};

pub(crate) struct Flight {
    pub(crate) number: u32,
    pub(crate) browser: usize,
    pub(crate) node: usize,
    pub(crate) is_safe: bool,
    pub(crate) script: Script,
    /// The cookies that it came with.
    pub(crate) jar: Jar,
    /// The view for these cookies when the request came.
    pub(crate) came: Shown,
    /// True if it is held somewhere between its calls.
    pub(crate) is_held: bool,
    /// Rows as they were when it loaded them, or wrote them last.
    pub(crate) loaded: BTreeMap<Key, Option<Truth>>,
    pub(crate) calls: Vec<Call>,
    /// The changes of rows that there had been at its last conflict.
    pub(crate) met: Option<u32>,
    /// The counts that its writes brought.
    pub(crate) counted: u32,
    answering: Option<Answering>,
}

/// An answer as the browser gets it.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) saw: Saw,
    /// Each cookie with its new value, or none if it is removed.
    pub(crate) sets: Vec<(String, Option<String>)>,
}

impl Flight {
    /// One that only looks, with no cookies, until more is said.
    pub(crate) fn new(
        number: u32,
        (browser, node): (usize, usize),
        came: Shown,
        answering: Answering,
    ) -> Self {
        Self {
            number,
            browser,
            node,
            is_safe: false,
            script: Script::default(),
            jar: Jar::new(),
            came,
            is_held: false,
            loaded: BTreeMap::new(),
            calls: Vec::new(),
            met: None,
            counted: 0,
            answering: Some(answering),
        }
    }

    /// Goes on, and has so many calls carried out; the calls are added to [`Self::calls`], and returned.
    pub(crate) fn go_on(&mut self, db: &Db, permits: Option<usize>) -> (Option<Came>, Vec<Call>) {
        db.serve(self.number, permits);
        let mut came = None;
        for _ in 0..ROUNDS {
            let was_waiting = !db.has_permits();
            came = self.answering.as_mut().and_then(poll).map(Came::of);
            db.poll_tasks(self.number);
            if came.is_some() || was_waiting {
                break;
            }
        }
        assert!(came.is_some() || permits.is_some(), "nobody holds it, and it waits");
        (came, self.heard(db))
    }

    /// Is dropped; what it had begun in the store goes on.
    pub(crate) fn go_away(&mut self, db: &Db) -> Vec<Call> {
        db.serve(self.number, None);
        self.answering = None;
        for _ in 0..ROUNDS {
            db.poll_tasks(self.number);
        }
        self.heard(db)
    }

    fn heard(&mut self, db: &Db) -> Vec<Call> {
        let calls = db.calls(self.number);
        self.calls.extend(calls.iter().cloned());
        calls
    }

    pub(crate) fn has(&self, is: impl Fn(&Call) -> bool) -> bool {
        self.calls.iter().any(is)
    }

    /// The operations that it carried out.
    pub(crate) fn applied(&self) -> impl DoubleEndedIterator<Item = &Op> {
        let applied = self.calls.iter().filter_map(|call| match call {
            Call::Applied(operations) => Some(operations),
            _ => None,
        });
        applied.flatten()
    }

    pub(crate) fn conflicts(&self) -> usize {
        self.calls.iter().filter(|call| matches!(call, Call::Conflict)).count()
    }

    /// True if the row that its cookies showed, or that it wrote, has become another's or is gone, or has a note or a count
    /// that does not merge with its own.
    pub(crate) fn has_lost(&self, facts: &Facts) -> bool {
        let own_note = self.script.note(self.number);
        self.loaded.iter().any(|(row, before)| {
            let Some(before) = before else { return false };
            let Some(now) = facts.rows.get(row) else { return true };
            let (Some(then), Some(cart)) = (&before.cart, &now.cart) else { return true };
            before.owner != now.owner
                || (own_note.is_some_and(|note| note != cart.note) && then.note != cart.note)
        })
    }

    /// The row that a cookie of this answer points to: the one that was written last for whom the cookie is, or else a person's to
    /// which the guest's cookie pointed.
    pub(crate) fn points_to(&self, name: &str, facts: &Facts) -> Option<Key> {
        let is_own = name == OWN;
        let written = self.applied().rev().find_map(|op| match op {
            Op::Insert { id, owner, .. } | Op::Replace { id, owner, .. } if owner.is_some() == is_own => {
                Some(id.to_bytes())
            }
            _ => None,
        });
        written.or_else(|| facts.pointed(&self.jar, GUEST))
    }

    /// Everybody who is there at some time of it.
    pub(crate) fn persons(&self) -> impl Iterator<Item = Option<Person>> {
        let verbs = self.script.deeds().filter_map(|deed| match deed {
            crate::site::Deed::SignIn(person) => Some(Some(person)),
            crate::site::Deed::SignOut => Some(None),
            _ => None,
        });
        std::iter::once(self.came.who).chain(verbs)
    }
}

/// The times that calls wrote a row.
pub(crate) fn writes(calls: &[Call], row: &Key) -> usize {
    let writes = |call: &&Call| match call {
        Call::Applied(operations) => operations
            .iter()
            .any(|op| op.record_id().is_some_and(|id| id.to_bytes() == *row) && op.record().is_some()),
        _ => false,
    };
    calls.iter().filter(writes).count()
}

impl Came {
    pub(crate) fn of(response: http::Response<Saw>) -> Self {
        let set = |field: &http::HeaderValue| {
            let (pair, attributes) = field.to_str().unwrap().split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            (name.into(), (!attributes.ends_with("Max-Age=0")).then(|| value.into()))
        };
        Self {
            status: response.status().as_u16(),
            sets: response.headers().get_all("set-cookie").iter().map(set).collect(),
            saw: response.into_body(),
        }
    }

    /// The cookies of a browser that had these before.
    pub(crate) fn after(&self, jar: &Jar) -> Jar {
        let mut jar = jar.clone();
        for (name, value) in &self.sets {
            match value {
                Some(value) => drop(jar.insert(name.clone(), value.clone())),
                None => drop(jar.remove(name)),
            }
        }
        jar
    }
}
