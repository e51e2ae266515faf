//! Tables, lifetimes and purges.

use super::trial::{Trial, insert, new_id, record, replace};
use crate::store::{Applied, Op};

/// Makes the tables: everything else that is tested needs them.
pub(super) async fn tables_are_made(trial: &Trial) {
    trial.answer(trial.operator().create_tables()).await;
}

pub(super) async fn all(trial: &Trial) {
    tables_are_made_once(trial).await;
    purge_spares_what_ended_just_now(trial).await;
    purge_spares_what_lives_again(trial).await;
}

async fn tables_are_made_once(trial: &Trial) {
    let (id, kept) = (new_id(), record(1, "kept"));
    trial.done(&[insert(id, &kept)], "a record is made where there is none").await;
    tables_are_made(trial).await;
    trial.finds(id, Some(&kept), "making tables again leaves what is in them").await;
}

async fn purge_spares_what_ended_just_now(trial: &Trial) {
    let sample = record(1, "how long?");
    let ids = LIFETIMES.map(|lifetime| (new_id(), lifetime));
    for (id, lifetime) in ids {
        let make = Op::Insert { id, owner: None, lifetime, record: sample.clone() };
        trial.done(&[make], "a record lives for no second, or for 400 days").await;
    }
    let mut before = Vec::new();
    for (id, _) in ids {
        before.push(trial.load(id).await);
    }
    let removed = trial.answer(trial.next().purge(0)).await;
    trial.promise(removed == 0, "a purge removes no more than its limit");
    for _ in 0..10 {
        trial.answer(trial.next().purge(1000)).await;
    }
    for ((id, lifetime), before) in ids.into_iter().zip(before) {
        let after = trial.load(id).await;
        if lifetime > 0 {
            trial.promise(before.is_some(), "a record lives as long as it was given");
            trial.promise(after.is_some(), "a purge leaves what lives");
        }
        // A record that is past its lifetime may be gone, but no purge may hasten that.
        trial.promise(after == before, "a purge leaves what ended less than an hour ago");
    }
}

/// Tests that each write counts the lifetime anew.
async fn purge_spares_what_lives_again(trial: &Trial) {
    let (id, first, second) = (new_id(), record(1, "ends at once"), record(2, "lives again"));
    trial
        .done(&[Op::Insert { id, owner: None, lifetime: 0, record: first }], "a record lives for no second")
        .await;
    if trial.apply(&[replace(id, 1, &second)]).await == Applied::Done {
        trial.answer(trial.next().purge(1000)).await;
        trial.finds(id, Some(&second), "a record lives from its last version on").await;
    }
}

const LIFETIMES: [u64; 3] = [0, 3600, 400 * 24 * 3600];
