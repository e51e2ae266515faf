//! Twenty rotations under traffic, with each node restarted once: nobody is signed out, and no request fails. Then the
//! ring is stolen.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use crate::{
    dir::Dir,
    fleet::{Fleet, NODES},
    outages::Outage,
    ring::Ring,
    servers::{Mortal, Postgres, Redis},
    stolen,
    traffic::Traffic,
    until,
};

#[test]
fn with_a_file_twenty_rotations_sign_nobody_out_and_a_stolen_ring_is_worthless_in_two_seconds() {
    let dir = Dir::new();
    let ring = Ring::init(dir.path().join("ring.json").to_str().expect("text").to_owned());
    twenty_rotations(&ring, "file", None);
}

#[test]
fn with_postgresql_twenty_rotations_sign_nobody_out_and_a_stolen_ring_is_worthless_in_two_seconds() {
    let Some(mut server) = Postgres::start() else { return };
    let ring = Ring::init(server.database("fleet"));
    twenty_rotations(&ring, "postgresql", Some(&mut server));
}

#[test]
fn with_redis_twenty_rotations_sign_nobody_out_and_a_stolen_ring_is_worthless_in_two_seconds() {
    let Some(mut server) = Redis::start() else { return };
    let ring = Ring::init(server.url());
    twenty_rotations(&ring, "redis", Some(&mut server));
}

/// The whole story of a ring.
fn twenty_rotations(ring: &Ring, name: &str, mut server: Option<&mut dyn Mortal>) {
    let started = Instant::now();
    let fleet = Fleet::start(ring, &OFTEN);
    let traffic = Traffic::new(&fleet);
    thread::scope(|scope| {
        let _end = traffic.start(scope);
        traffic.until_all_asked();
        for turn in 1..=TURNS {
            let outage = OUTAGES.iter().find(|(before, _)| *before == turn);
            if let (Some((_, outage)), Some(server)) = (outage, &mut server) {
                let gone = survive(&fleet, &traffic, *server, *outage);
                eprintln!("{name}: its server was {outage:?}; after {gone:.1?} all nodes were ready again");
            }
            rotate(ring, &fleet, &traffic, turn);
        }
    });
    eprintln!("{name}: {TURNS} rotations and {NODES} restarts in {:.1?}", started.elapsed());
    assert_eq!((ring.generation() - 1, fleet.restarts()), (TURNS, NODES));
    nobody_was_signed_out(&fleet, &traffic, name);

    // The figures for a stolen ring are for nodes that reload at the default interval.
    (0..NODES).for_each(|n| fleet.restart(n, &[]));
    let lasting = traffic.lasting();
    stolen::key(ring, &fleet, &lasting, name);
    if let Some(server) = server {
        // A thief of the ring need not wait until all connections to it are as they were.
        server.kill();
        server.start_again();
    }
    stolen::ring(ring, &fleet, &lasting, name);
}

/// No client has failed, or the test had; each has asked often, and the lasting logins are known on all nodes.
#[track_caller]
fn nobody_was_signed_out(fleet: &Fleet<'_>, traffic: &Traffic<'_>, name: &str) {
    let answered = traffic.answered();
    let sum: usize = answered.iter().map(|(_, requests)| requests).sum();
    eprintln!("{name}: {sum} requests, each answered as it must be: {answered:?}");
    assert!(answered.iter().all(|(_, requests)| *requests >= FEWEST) && sum >= FEWEST_IN_ALL, "too few");
    let lasting = traffic.lasting();
    eprintln!("{name}: {} people signed in once, under each key in turn, and are known since", lasting.len());
    let keys: BTreeSet<_> = lasting.iter().map(|person| person.key()).collect();
    assert_eq!(keys.len() as u64, 1 + TURNS, "one key is in force, and twenty have retired");
    for node in fleet.all() {
        lasting.iter().for_each(|person| person.clone().is_known(&node));
    }
}

/// Schedules the standby, and waits until it is in force on all nodes, where everybody goes on and somebody signs in.
#[track_caller]
fn rotate(ring: &Ring, fleet: &Fleet<'_>, traffic: &Traffic<'_>, turn: u64) {
    let (generation, next) = (ring.generation() + 1, ring.key("standby"));
    ring.keys(&["rotate", "--propagation", PROPAGATION]);
    if let Some(n) = RESTARTS.iter().position(|at| *at == turn) {
        fleet.restart(n, &OFTEN);
    }
    // When this has waited, no node is without the next key. It is in force a little later.
    ring.keys(&["rollout", "--wait", "--timeout", "60s"]);
    assert!(fleet.ready().iter().all(|(_, ready)| ready["generation"] == generation));
    fleet.until_all_have(generation, &next);
    traffic.until_all_asked();
    traffic.join(&format!("turn{turn}@example.com"));
    assert_eq!(traffic.lasting().last().map(|person| person.key()), Some(next));
}

/// The ring's server stays away for a while: the nodes say so, and serve on with the ring they have.
#[track_caller]
fn survive(fleet: &Fleet<'_>, traffic: &Traffic<'_>, server: &mut dyn Mortal, outage: Outage) -> Duration {
    let gone = Instant::now();
    outage.begin(server);
    let all_are = |status: &str| {
        until(&format!("all are {status}"), || {
            traffic.until_all_asked();
            fleet.ready().iter().all(|(code, ready)| {
                assert_eq!(*code, 200, "{ready}");
                ready["status"] == status
            })
        });
    };
    all_are("degraded");
    until("it was away for a while", || gone.elapsed() > AWAY);
    traffic.until_all_asked();
    outage.end(server);
    all_are("ready");
    gone.elapsed()
}

/// A rotation's seconds are whole ones and counted from the whole second before: two are more than one, which is
/// several reloads on three nodes with one clock. An operator's nodes reload each second, and their clocks differ.
const PROPAGATION: &str = "2s";
const OFTEN: [&str; 4] = ["--reload-every", "100ms", "--stale-after", "2s"];
const TURNS: u64 = 20;
/// A node restarts in the middle of each of these: the next key is scheduled, and not in force.
const RESTARTS: [u64; NODES] = [4, 9, 14];
/// The outages of the ring's server, and the rotation before which each begins.
const OUTAGES: [(u64, Outage); 2] = [(12, Outage::Killed), (17, Outage::Stopped)];
/// More than a node waits for an answer.
const AWAY: Duration = Duration::from_secs(6);
/// The least number of requests of each client, and of all: a tenth of those on a small machine that is busy.
const FEWEST: usize = 100;
const FEWEST_IN_ALL: usize = 1000;
