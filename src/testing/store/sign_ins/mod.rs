//! Sign-ins: entered, renewed, ended, cut off, and listed in the feed.

mod cut_offs;
mod ends;
mod feed;
mod rows;
mod together;

use super::trial::Trial;
use crate::layer::OsEntropy;
use crate::store::{Applied, CutOff, Ended, Feed, Op, SignInRow, Store};
use crate::testing::must;
use crate::token::{PersonId, SessionId};
use crate::{Entropy as _, Timestamp};

pub(super) async fn all(trial: &Trial) {
    rows::all(trial).await;
    ends::all(trial).await;
    cut_offs::all(trial).await;
    feed::all(trial).await;
    together::all(trial).await;
}

/// Random bytes, with everything that a driver might stumble over.
fn random() -> [u8; 16] {
    super::trial::new_id().to_bytes()
}

fn new_sign_in() -> SessionId {
    SessionId::from_bytes(random())
}

fn new_person() -> PersonId {
    let mut bytes = [0; 16];
    must(OsEntropy.fill(&mut bytes).map_err(|_| "the operating system has none"), "no random bytes");
    PersonId::from_bytes(bytes)
}

/// Enters a sign-in for an hour.
fn enter(id: SessionId, person: PersonId) -> Op {
    Op::Enter {
        id,
        person,
        renews: None,
        cuts_off: None,
        started_at: STARTED,
        lifetime: 3600,
        label: Some(b"a\0label\xFF".into()),
    }
}

/// Enters a sign-in that goes on from another, whose identity was sealed at `sealed_at`.
fn renew(id: SessionId, person: PersonId, was: SessionId, sealed_at: Timestamp) -> Op {
    Op::Enter {
        id,
        person,
        renews: Some((was, sealed_at)),
        cuts_off: None,
        started_at: STARTED,
        lifetime: 3600,
        label: None,
    }
}

fn end(id: SessionId, person: PersonId) -> Op {
    Op::End { id, person, lifetime: 3600 }
}

fn cut_off(person: PersonId) -> Op {
    Op::CutOff { person, lifetime: 3600 }
}

/// The time of an operation that was done; `None` for a conflict.
async fn applied(trial: &Trial, operation: Op) -> Option<Timestamp> {
    let store = trial.next();
    let answer = trial.within(store.apply(std::slice::from_ref(&operation)), IN_TIME).await;
    match answer {
        Ok((Applied::Done, at)) => Some(at),
        Ok((Applied::Conflict(0), _)) => None,
        other => {
            trial.promise(false, &format!("an operation is done or conflicts, and not: {other:?}"));
            None
        }
    }
}

/// Enters a sign-in, which must succeed; returns the time at which its identity is sealed.
async fn entered(trial: &Trial, id: SessionId, person: PersonId) -> Timestamp {
    let at = applied(trial, enter(id, person)).await;
    trial.promise(at.is_some(), "a new sign-in is entered");
    at.unwrap_or_default()
}

/// The living sign-ins of a person, in the order of their ids.
async fn list(trial: &Trial, person: PersonId) -> Vec<SignInRow> {
    let mut rows = trial.answer(trial.next().sign_ins(person)).await;
    rows.sort_by_key(|row| row.id.to_bytes());
    rows
}

async fn ids(trial: &Trial, person: PersonId) -> Vec<SessionId> {
    list(trial, person).await.into_iter().map(|row| row.id).collect()
}

fn sorted<const N: usize>(mut ids: [SessionId; N]) -> [SessionId; N] {
    ids.sort_by_key(|id| id.to_bytes());
    ids
}

/// Everything that one handle's feed has after a mark.
async fn pull(trial: &Trial, store: &dyn Store, mark: &[u8]) -> Feed {
    let mut all = trial.answer(store.feed(mark)).await;
    while all.has_more {
        let next = trial.answer(store.feed(&all.mark)).await;
        trial.promise(!next.is_anew, "a feed goes on from the mark of the one before");
        all.ended.extend(next.ended);
        all.cut_offs.extend(next.cut_offs);
        (all.mark, all.has_more) = (next.mark, next.has_more);
    }
    all
}

/// The mark of the feed's present end.
async fn mark(trial: &Trial) -> Vec<u8> {
    pull(trial, &**trial.next(), &[]).await.mark
}

/// The end of a sign-in that the feed has since a mark.
async fn told(trial: &Trial, mark: &[u8], id: SessionId) -> Option<Ended> {
    let feed = pull(trial, &**trial.next(), mark).await;
    feed.ended.into_iter().rfind(|ended| ended.id == id)
}

/// The cut-off of a person that the feed has since a mark.
async fn told_cut_off(trial: &Trial, mark: &[u8], person: PersonId) -> Option<CutOff> {
    let feed = pull(trial, &**trial.next(), mark).await;
    feed.cut_offs.into_iter().rfind(|cut| cut.person == person)
}

const STARTED: Timestamp = Timestamp::from_unix(1_700_000_000);
const IN_TIME: &str = "a call is answered within two seconds";
