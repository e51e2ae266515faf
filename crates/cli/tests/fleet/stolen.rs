//! A key is stolen, then the ring: tokens under them are refused everywhere in time, and people can sign in again.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    fleet::{Fleet, NODES},
    help::Server,
    people::Person,
    ring::Ring,
    until,
};

/// `keys revoke` of the key in force: people whom it sealed last are signed out, and nobody else.
pub(crate) fn key(ring: &Ring, fleet: &Fleet<'_>, lasting: &[Person], name: &str) {
    let active = ring.key("active");
    let (victims, others): (Vec<_>, Vec<_>) =
        lasting.iter().cloned().partition(|person| person.key() == active);
    let times = refused_after(fleet, &victims, || drop(ring.keys(&["revoke", &active])));
    in_time(name, "revoke", times);
    for node in fleet.all() {
        others.iter().for_each(|person| assert!(person.is_signed_in(&node), "{}", person.email));
    }
    // No older key takes its place: the operator puts the standby in force.
    assert!(fleet.ready().iter().all(|(status, ready)| *status == 503 && ready["active_key"].is_null()));
    let (generation, next) = (ring.generation() + 1, ring.key("standby"));
    ring.keys(&["rotate", "--now"]);
    fleet.until_all_have(generation, &next);
    for node in fleet.all() {
        victims.iter().for_each(|person| person.is_stranger(&node));
        others.iter().for_each(|person| person.clone().is_known(&node));
    }
    all_can_sign_in(fleet, "revoked");
}

/// `keys emergency`: everybody is signed out, whichever key it was.
pub(crate) fn ring(ring: &Ring, fleet: &Fleet<'_>, lasting: &[Person], name: &str) {
    let newest = Person::signed_in("newest@example.com", || fleet.any());
    let oldest = lasting.first().cloned().expect("somebody");
    let generation = ring.generation() + 1;
    let times = refused_after(fleet, &[oldest, newest.clone()], || drop(ring.keys(&["emergency", "--yes"])));
    in_time(name, "emergency", times);
    for node in fleet.all() {
        lasting.iter().chain([&newest]).for_each(|person| person.is_stranger(&node));
    }
    fleet.until_all_have(generation, &ring.key("active"));
    all_can_sign_in(fleet, "emergency");
}

/// Returns each node's time after the command's end to refuse all of these people, who were signed in until then.
fn refused_after(fleet: &Fleet<'_>, victims: &[Person], command: impl FnOnce()) -> [Duration; NODES] {
    assert!(!victims.is_empty());
    let asked = AtomicUsize::new(0);
    let (begun, ended, refused) = thread::scope(|scope| {
        let asking = fleet.all().map(|node| {
            let asked = &asked;
            scope.spawn(move || {
                assert!(victims.iter().all(|person| person.is_signed_in(&node)));
                asked.fetch_add(1, Ordering::Relaxed);
                refused_at(&node, victims)
            })
        });
        until("all are asked", || asked.load(Ordering::Relaxed) == NODES);
        let begun = Instant::now();
        command();
        let ended = Instant::now();
        (begun, ended, asking.map(|thread| thread.join().expect("an answer")))
    });
    assert!(refused.iter().all(|at| *at > begun), "refused before the command");
    refused.map(|at| at.saturating_duration_since(ended))
}

/// Returns the time at which the node had refused everybody.
fn refused_at(node: &Server, victims: &[Person]) -> Instant {
    until("they are refused", || !victims.iter().any(|person| person.is_signed_in(node)));
    Instant::now()
}

#[track_caller]
fn in_time(name: &str, verb: &str, times: [Duration; NODES]) {
    eprintln!("{name}: refused after `keys {verb}` on the three nodes within {times:.2?}");
    assert!(times.iter().all(|time| *time < LIMIT), "{times:?}");
}

/// Somebody signs in at each node, and all the others know them.
#[track_caller]
fn all_can_sign_in(fleet: &Fleet<'_>, after: &str) {
    let nodes = fleet.all();
    for (n, node) in nodes.iter().enumerate() {
        let mut person = Person::signed_in(&format!("{after}{n}@example.com"), || node.clone());
        nodes.iter().for_each(|other| person.is_known(other));
    }
}

const LIMIT: Duration = Duration::from_secs(2);
