//! One record: made once, replaced by version, removed by owner.

use super::trial::{Trial, insert, new_id, person, record, replace};
use crate::store::{Applied, Op, Record};

pub(super) async fn all(trial: &Trial) {
    unknown_ids(trial).await;
    each_handle_sees_the_other(trial).await;
    whole_bytes(trial).await;
    taken_ids(trial).await;
    versions(trial).await;
    removed(trial).await;
    owners(trial).await;
    owners_change(trial).await;
}

async fn unknown_ids(trial: &Trial) {
    let id = new_id();
    trial.finds(id, None, "an unknown id has no record").await;
    for was in [0, 1, u32::MAX] {
        let applied = trial.apply(&[replace(id, was, &record(was.wrapping_add(1), "new"))]).await;
        trial.promise(applied == Applied::Conflict(0), "replacing an unknown record is a conflict");
        trial.finds(id, None, "replacing an unknown record makes none").await;
    }
}

async fn each_handle_sees_the_other(trial: &Trial) {
    let (id, [here, there]) = (new_id(), &trial.handles);
    for (version, writer) in [(1, here), (2, there), (3, here)] {
        let next = record(version, "seen by all");
        let operation = if version == 1 { insert(id, &next) } else { replace(id, version - 1, &next) };
        let applied = trial.answer(writer.apply(&[operation])).await;
        trial
            .promise(applied == Applied::Done, "a version that one handle wrote is replaced through another");
        for reader in [there, here] {
            let found = trial.answer(reader.load(id)).await;
            trial.promise(found == Some(next.clone()), "a load sees what was applied, by whichever handle");
        }
    }
}

async fn whole_bytes(trial: &Trial) {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let large: Vec<u8> = all.iter().copied().cycle().take(LARGEST).collect();
    for (version, bytes) in [(0, vec![0; 100]), (u32::MAX, all), (i32::MAX.unsigned_abs() + 1, large)] {
        let (id, record) = (new_id(), Record { version, bytes });
        trial.done(&[insert(id, &record)], "a record of up to 1 MiB is taken").await;
        let found = trial.load(id).await;
        let found = found.as_ref();
        trial.promise(
            found.map(|found| found.version) == Some(version),
            "a version is any number of 32 bits, and loaded as it was written",
        );
        trial.promise(
            found.map(|found| &found.bytes) == Some(&record.bytes),
            "bytes are loaded as they were written: zeros, each other byte, 1 MiB of them",
        );
    }
}

async fn taken_ids(trial: &Trial) {
    let (id, first) = (new_id(), record(1, "first"));
    trial.done(&[insert(id, &first)], "a record is made where there is none").await;
    for version in [1, 2] {
        let applied = trial.apply(&[insert(id, &record(version, "second"))]).await;
        trial.promise(applied == Applied::Conflict(0), "making a record whose id is taken is a conflict");
        trial.finds(id, Some(&first), "a record is not made over another").await;
    }
}

async fn versions(trial: &Trial) {
    let (id, first, second) = (new_id(), record(7, "first"), record(8, "second"));
    trial.done(&[insert(id, &first)], "a record begins with any version").await;
    for was in [0, 6, 8] {
        let applied = trial.apply(&[replace(id, was, &second)]).await;
        trial.promise(applied == Applied::Conflict(0), "replacing another version is a conflict");
        trial.finds(id, Some(&first), "replacing another version changes nothing").await;
    }
    trial.done(&[replace(id, 7, &second)], "the version that is there is replaced").await;
    trial.finds(id, Some(&second), "a record that was replaced is loaded as it was written").await;
    let applied = trial.apply(&[replace(id, 7, &record(8, "third"))]).await;
    trial.promise(applied == Applied::Conflict(0), "a version is replaced once");
    trial.finds(id, Some(&second), "a version is replaced once").await;
}

async fn removed(trial: &Trial) {
    let id = new_id();
    let remove = Op::Remove { id, owner: None };
    trial.done(&[insert(id, &record(3, "short"))], "a record begins with any version").await;
    trial.done(std::slice::from_ref(&remove), "a record is removed, whatever its version").await;
    trial.finds(id, None, "a removed record is gone").await;
    let applied = trial.apply(&[replace(id, 3, &record(4, "late"))]).await;
    trial.promise(applied == Applied::Conflict(0), "replacing a removed record is a conflict");
    trial.finds(id, None, "a removed record is not revived").await;
    trial.done(&[remove], "removing what is not there is as good as done").await;
    trial.finds(id, None, "removing what is not there makes nothing").await;
}

async fn owners(trial: &Trial) {
    let owners = [None, person(0xA0), person(0xB1), person(0)];
    for owner in owners {
        for other in owners.into_iter().filter(|other| *other != owner) {
            let (id, theirs) = (new_id(), record(1, "theirs"));
            let make = Op::Insert { id, owner, lifetime: 3600, record: theirs.clone() };
            trial.done(&[make], "a record is made for a guest or a person").await;
            let removed = trial.apply(&[Op::Remove { id, owner: other }]).await;
            trial.promise(removed == Applied::Done, "removing another's record is no conflict");
            trial.finds(id, Some(&theirs), "another's record is not removed").await;
            trial.done(&[Op::Remove { id, owner }], "an owner's record is removed").await;
            trial.finds(id, None, "an owner's record is removed").await;
        }
    }
}

async fn owners_change(trial: &Trial) {
    let (id, next) = (new_id(), record(2, "adopted"));
    let ada = person(0xA0);
    trial.done(&[insert(id, &record(1, "a guest's"))], "a record is made for a guest").await;
    let adopt = Op::Replace { id, was: 1, owner: ada, lifetime: 3600, record: next.clone() };
    trial.done(&[adopt], "the version that is there is replaced, whoever owned it").await;
    trial.done(&[Op::Remove { id, owner: None }], "removing another's record is no conflict").await;
    trial.finds(id, Some(&next), "a record's owner is the one of its last version").await;
    trial.done(&[Op::Remove { id, owner: ada }], "an owner's record is removed").await;
    trial.finds(id, None, "a record's owner is the one of its last version").await;
}

/// A sealed record of 1 MiB.
const LARGEST: usize = (1 << 20) + 512;
