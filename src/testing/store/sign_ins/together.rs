//! Sign-ins, ends and pulls at the same time.

use std::collections::HashSet;
use std::sync::Arc;

use super::{IN_TIME, cut_off, end, enter, list, mark, new_person, new_sign_in, renew};
use crate::Timestamp;
use crate::store::{Applied, Op, Store, StoreError};
use crate::testing::store::outcome::spawned;
use crate::testing::store::trial::Trial;
use crate::token::{PersonId, SessionId};

pub(super) async fn all(trial: &Trial) {
    no_end_is_missed(trial).await;
    a_cut_off_and_sign_ins(trial).await;
    an_end_and_renewals(trial).await;
}

/// Ends sign-ins in tasks while the feed is pulled from mark to mark.
async fn no_end_is_missed(trial: &Trial) {
    let mut at = mark(trial).await;
    let ada = new_person();
    let ids: Vec<SessionId> = (0..TASKS * EACH).map(|_| new_sign_in()).collect();
    let end_all = |store: &Arc<dyn Store>, ids: &[SessionId]| {
        let (own, ids) = (Arc::clone(store), ids.to_vec());
        spawned(&**store, async move {
            for id in ids {
                own.apply(&[end(id, ada)]).await?;
            }
            Ok::<_, StoreError>(())
        })
    };
    let tasks: Vec<_> = ids.chunks(EACH).map(|ids| end_all(trial.next(), ids)).collect();
    let mut seen = HashSet::new();
    let pulls = async |seen: &mut HashSet<SessionId>, at: &mut Vec<u8>| {
        let feed = trial.answer(trial.next().feed(at)).await;
        seen.extend(feed.ended.iter().map(|ended| ended.id));
        *at = feed.mark;
        feed.has_more
    };
    for task in tasks {
        pulls(&mut seen, &mut at).await;
        let ended = trial.within(task, IN_TIME).await;
        trial.promise(ended == Some(Ok(())), &format!("ends of eight tasks are done, not: {ended:?}"));
    }
    while pulls(&mut seen, &mut at).await {}
    let missed = ids.iter().filter(|id| !seen.contains(id)).count();
    trial.promise(missed == 0, "nothing is missed by who pulls from mark to mark while others write");
}

/// In any order: sign-ins entered before the cut-off are dead, and those entered after it live.
async fn a_cut_off_and_sign_ins(trial: &Trial) {
    for _ in 0..ROUNDS {
        let (ada, before) = (new_person(), mark(trial).await);
        let race = (0..8).map(|number| {
            let id = new_sign_in();
            let operation = if number == 4 { cut_off(ada) } else { enter(id, ada) };
            (id, number == 4, begun(trial.next(), operation))
        });
        let race: Vec<_> = race.collect();
        let mut sealed = Vec::new();
        for (id, is_cut, task) in race {
            let at = outcome(trial, task).await;
            trial.promise(at.is_some(), "sign-ins and a cut-off at a time are all done");
            sealed.extend(at.filter(|_| !is_cut).map(|at| (id, at)));
        }
        let cut = super::told_cut_off(trial, &before, ada).await.map(|cut| cut.at);
        let alive: HashSet<SessionId> = list(trial, ada).await.into_iter().map(|row| row.id).collect();
        for (id, at) in sealed {
            trial.promise(
                alive.contains(&id) == (Some(at) > cut),
                "of sign-ins beside a cut-off those live that are sealed after it, and no other",
            );
        }
    }
}

/// Lets a thief renew while the sign-in is ended.
async fn an_end_and_renewals(trial: &Trial) {
    for _ in 0..ROUNDS {
        let (ada, first) = (new_person(), new_sign_in());
        let sealed_at = super::entered(trial, first, ada).await;
        let thief = |store: &Arc<dyn Store>| {
            let own = Arc::clone(store);
            spawned(&**store, async move { renews(&*own, ada, first, sealed_at).await })
        };
        let thieves: Vec<_> = (0..4).map(|_| thief(trial.next())).collect();
        let ended = begun(trial.next(), Op::EndFirst { first, person: ada });
        outcome(trial, ended).await;
        for thief in thieves {
            let stopped = trial.within(thief, IN_TIME).await;
            trial.promise(
                stopped == Some(Ok(())),
                &format!("renewals are done or conflict, not: {stopped:?}"),
            );
        }
        trial.promise(
            list(trial, ada).await.is_empty(),
            "what is ended by its first sign-in is ended with all renewals, however many are made meanwhile",
        );
    }
}

/// Renews the last renewal, again and again until it may not.
async fn renews(
    store: &dyn Store,
    person: PersonId,
    first: SessionId,
    mut sealed_at: Timestamp,
) -> Result<(), StoreError> {
    let mut last = first;
    for _ in 0..500 {
        let next = new_sign_in();
        match store.apply(&[renew(next, person, last, sealed_at)]).await? {
            (Applied::Done, at) => (last, sealed_at) = (next, at),
            _ => return Ok(()),
        }
    }
    Ok(())
}

type Begun = crate::store::tell::Told<Result<(Applied, Timestamp), StoreError>>;

fn begun(store: &Arc<dyn Store>, operation: Op) -> Begun {
    let own = Arc::clone(store);
    spawned(&**store, async move { own.apply(&[operation]).await })
}

/// The time of an operation that was done; `None` for a conflict.
async fn outcome(trial: &Trial, task: Begun) -> Option<Timestamp> {
    match trial.within(task, IN_TIME).await {
        Some(Ok((Applied::Done, at))) => Some(at),
        Some(Ok(_)) => None,
        other => {
            trial.promise(false, &format!("an operation is done or conflicts, and not: {other:?}"));
            None
        }
    }
}

const ROUNDS: u32 = 4;
const TASKS: usize = 8;
const EACH: usize = 40;
