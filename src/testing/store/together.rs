//! The operations of one response: in order, all or none.

use super::trial::{Trial, insert, new_id, person, record, replace};
use crate::store::{Applied, Op, Record, RecordId};

pub(super) async fn all(trial: &Trial) {
    trial.done(&[], "no operations are done").await;
    conflicts_at_each_position(trial).await;
    first_conflict_is_told(trial).await;
    one_record_twice(trial).await;
    owner_within(trial).await;
    many(trial).await;
}

/// Tries four operations that can be done, with one that cannot be before, between and after them.
async fn conflicts_at_each_position(trial: &Trial) {
    let [new, replaced, removed, other, taken] = [(); 5].map(|()| new_id());
    let first = record(1, "first");
    let before = [insert(replaced, &first), insert(removed, &first), insert(taken, &first)];
    trial.done(&before, "several records are made together").await;
    let good = [
        insert(new, &first),
        replace(replaced, 1, &record(2, "second")),
        Op::Remove { id: removed, owner: None },
        insert(other, &first),
    ];
    let bad = [insert(taken, &record(9, "over")), replace(taken, 2, &record(3, "late"))];
    for (bad, index) in bad.iter().flat_map(|bad| (0..=good.len()).map(move |index| (bad, index))) {
        let mut operations = good.to_vec();
        operations.insert(index, bad.clone());
        let applied = trial.apply(&operations).await;
        trial.promise(applied != Applied::Done, "one conflict is a conflict of all");
        trial.promise(applied == Applied::Conflict(index), "a conflict names its operation, counted from 0");
        for (id, found) in [(new, None), (replaced, Some(&first)), (removed, Some(&first)), (other, None)] {
            trial.finds(id, found, "with one conflict, none of the operations is done").await;
        }
        trial.finds(taken, Some(&first), "with one conflict, none of the operations is done").await;
    }
    trial.done(&good, "operations that can be done are done together").await;
    for (id, version) in [(new, Some(1)), (replaced, Some(2)), (removed, None), (other, Some(1))] {
        let found = trial.load(id).await.map(|record| record.version);
        trial.promise(found == version, "operations that are done are all done");
    }
}

async fn first_conflict_is_told(trial: &Trial) {
    let [gone, late, new] = [(); 3].map(|()| new_id());
    let next = record(2, "next");
    let operations = [insert(new, &next), replace(gone, 1, &next), replace(late, 1, &next)];
    let applied = trial.apply(&operations).await;
    trial.promise(applied == Applied::Conflict(1), "of several conflicts the first is told");
}

async fn one_record_twice(trial: &Trial) {
    let versions = [1, 2, 3].map(|version| record(version, &format!("version {version}")));
    let [one, ..] = &versions;
    for (operations, expected, found, promise) in CASES {
        let id = new_id();
        trial.done(&[insert(id, one)], "a record is made where there is none").await;
        trial.promise(trial.apply(&operations(id, &versions)).await == expected, promise);
        let found = versions.iter().find(|record| record.version == found);
        trial.finds(id, found, promise).await;
    }
}

/// Adopts a record and removes it in one call.
async fn owner_within(trial: &Trial) {
    let (ada, two) = (person(0xA0), record(2, "adopted"));
    for (owner, found) in [(ada, None), (None, Some(&two))] {
        let id = new_id();
        trial.done(&[insert(id, &record(1, "a guest's"))], "a record is made for a guest").await;
        let adopt = Op::Replace { id, was: 1, owner: ada, lifetime: 3600, record: two.clone() };
        let promise = "an operation sees what those before it did: the owner";
        trial.done(&[adopt, Op::Remove { id, owner }], promise).await;
        trial.finds(id, found, promise).await;
    }
}

async fn many(trial: &Trial) {
    let ids: Vec<_> = (0..64).map(|_| new_id()).collect();
    let first = record(1, "one of many");
    let mut operations: Vec<_> = ids.iter().map(|id| insert(*id, &first)).collect();
    operations.push(replace(new_id(), 1, &first));
    let applied = trial.apply(&operations).await;
    trial.promise(applied == Applied::Conflict(64), "a conflict names its operation, counted from 0");
    operations.pop();
    trial.done(&operations, "64 operations are done together").await;
    for id in ids {
        trial.finds(id, Some(&first), "operations that are done are all done").await;
    }
}

/// Operations on a record of version 1, their outcome, and the version that is found afterwards: 0 for none.
type Case = (fn(RecordId, &[Record; 3]) -> Vec<Op>, Applied, u32, &'static str);

const CASES: [Case; 7] = [
    (
        |id, [one, two, _]| vec![replace(id, 1, two), replace(id, 1, one)],
        Applied::Conflict(1),
        1,
        "a version is replaced once, within one call too",
    ),
    (
        |id, [_, two, three]| vec![remove(id), insert(id, two), insert(id, three)],
        Applied::Conflict(2),
        1,
        "an id is taken once, within one call too",
    ),
    (
        |id, [_, two, _]| vec![remove(id), replace(id, 1, two)],
        Applied::Conflict(1),
        1,
        "an operation sees what those before it did: removed, so not to be replaced",
    ),
    (
        |id, [_, two, three]| vec![replace(id, 1, two), replace(id, 2, three)],
        Applied::Done,
        3,
        "an operation sees what those before it did: replaced, and replaced again",
    ),
    (
        |id, [_, two, _]| vec![remove(id), insert(id, two)],
        Applied::Done,
        2,
        "an operation sees what those before it did: removed, and made anew",
    ),
    (
        |id, [_, two, three]| vec![remove(id), insert(id, two), replace(id, 2, three)],
        Applied::Done,
        3,
        "an operation sees what those before it did: made, and replaced",
    ),
    (
        |id, [_, two, _]| vec![replace(id, 1, two), remove(id)],
        Applied::Done,
        0,
        "an operation sees what those before it did: replaced, and removed",
    ),
];

const fn remove(id: RecordId) -> Op {
    Op::Remove { id, owner: None }
}
