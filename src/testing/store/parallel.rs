//! Calls at the same time, in tasks that the store carries through.

use core::future::poll_fn;
use core::task::{Context, Poll};
use std::sync::Arc;

use super::outcome::spawned;
use super::trial::{Trial, insert, new_id, record, replace};
use crate::store::tell::Told;
use crate::store::{Answer, Applied, Op, RecordId, Store, StoreError};

pub(super) async fn all(trial: &Trial) {
    tasks_are_carried_through(trial).await;
    answers_that_nobody_awaits(trial).await;
    one_maker_wins(trial).await;
    one_writer_wins(trial).await;
    orders_that_cross(trial).await;
    increments(trial).await;
}

async fn tasks_are_carried_through(trial: &Trial) {
    for store in &trial.handles {
        let (id, first) = (new_id(), record(1, "carried through"));
        let (own, operation) = (Arc::clone(store), [insert(id, &first)]);
        let task = spawned(&**store, async move { own.apply(&operation).await.map(|(applied, _)| applied) });
        let applied = trial.within(task, "a task is carried through").await;
        trial.promise(applied.is_some(), "a task is carried through, and not dropped");
        trial.promise(applied == Some(Ok(Applied::Done)), "a task's calls are answered");
        trial.finds(id, Some(&first), "what a task wrote is there").await;
    }
}

/// Begins a call and drops it, as when a client goes away.
async fn answers_that_nobody_awaits(trial: &Trial) {
    for _ in 0..8 {
        let operations = [insert(new_id(), &record(1, "dropped"))];
        begun_alone(trial.next().apply(&operations)).await;
        begun_alone(trial.next().load(new_id())).await;
    }
    let (id, first) = (new_id(), record(1, "after those"));
    trial.done(&[insert(id, &first)], "a call that nobody awaits any more harms no later one").await;
    trial.finds(id, Some(&first), "a call that nobody awaits any more harms no later one").await;
}

async fn begun_alone<T>(mut answer: Answer<'_, T>) {
    let begin = |context: &mut Context<'_>| {
        let _: Poll<_> = answer.as_mut().poll(context);
        Poll::Ready(())
    };
    poll_fn(begin).await;
}

async fn one_maker_wins(trial: &Trial) {
    for _ in 0..ROUNDS {
        let id = new_id();
        let race = (0..RACERS).map(|racer| vec![insert(id, &record(racer, "mine"))]).collect();
        wins_alone(trial, id, race, "of many who make one record at a time, one does").await;
    }
}

async fn one_writer_wins(trial: &Trial) {
    for _ in 0..ROUNDS {
        let id = new_id();
        trial.done(&[insert(id, &record(1000, "first"))], "a record is made where there is none").await;
        let race = (0..RACERS).map(|racer| vec![replace(id, 1000, &record(racer, "mine"))]).collect();
        wins_alone(trial, id, race, "of many who replace one version at a time, one does").await;
    }
}

/// Writes two records, half of the racers in one order and half in the other.
async fn orders_that_cross(trial: &Trial) {
    for _ in 0..ROUNDS {
        let (a, b) = (new_id(), new_id());
        let first = record(1000, "first");
        trial.done(&[insert(a, &first), insert(b, &first)], "several records are made together").await;
        let both =
            |racer| [replace(a, 1000, &record(racer, "mine")), replace(b, 1000, &record(racer, "mine"))];
        let ordered = |racer: u32| {
            let [one, two] = both(racer);
            if racer.is_multiple_of(2) { vec![one, two] } else { vec![two, one] }
        };
        let race = (0..RACERS).map(ordered).collect();
        wins_alone(trial, a, race, "of many who replace two records at a time, in whichever order, one does")
            .await;
        trial.promise(
            trial.load(a).await == trial.load(b).await,
            "the operations of one call are done together",
        );
    }
}

/// Runs the race; racer `n` writes version `n`.
async fn wins_alone(trial: &Trial, id: RecordId, race: Vec<Vec<Op>>, promise: &str) {
    let tasks: Vec<_> = race.into_iter().map(|operations| begun(trial.next(), operations)).collect();
    let mut winners = Vec::new();
    for (racer, task) in (0..).zip(tasks) {
        match trial.within(task, "a call is answered within two seconds").await {
            Some(Ok(Applied::Done)) => winners.push(racer),
            Some(Ok(Applied::Conflict(_))) => {}
            other => trial.promise(false, &format!("{promise}, and the others conflict, not: {other:?}")),
        }
    }
    trial.promise(winners.len() == 1, promise);
    let found = trial.load(id).await.map(|record| record.version);
    trial.promise(found == winners.first().copied(), "what is loaded after a race is the winner's");
}

fn begun(store: &Arc<dyn Store>, operations: Vec<Op>) -> Told<Result<Applied, StoreError>> {
    let own = Arc::clone(store);
    spawned(&**store, async move { own.apply(&operations).await.map(|(applied, _)| applied) })
}

/// Runs eight tasks that add one eight times each.
async fn increments(trial: &Trial) {
    let id = new_id();
    trial.done(&[insert(id, &record(0, ""))], "a record begins with any version").await;
    let add = |store: &Arc<dyn Store>| {
        let own = Arc::clone(store);
        spawned(&**store, async move {
            for _ in 0..8 {
                add_one(&*own, id).await?;
            }
            Ok::<_, StoreError>(())
        })
    };
    let tasks: Vec<_> = (0..8).map(|_| add(trial.next())).collect();
    for task in tasks {
        let added = trial.within(task, "64 increments of eight tasks end").await;
        trial.promise(added == Some(Ok(())), &format!("64 increments of eight tasks end, not in {added:?}"));
    }
    let found = trial.load(id).await.map(|record| record.version);
    trial.promise(found == Some(64), "64 increments end at 64");
}

/// Loads and replaces, again until nobody else was faster.
async fn add_one(store: &dyn Store, id: RecordId) -> Result<(), StoreError> {
    loop {
        let was = store.load(id).await?.0.map_or(0, |record| record.version);
        let operation = [replace(id, was, &record(was + 1, ""))];
        if store.apply(&operation).await?.0 == Applied::Done {
            return Ok(());
        }
    }
}

const ROUNDS: u32 = 4;
const RACERS: u32 = 16;
