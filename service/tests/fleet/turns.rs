//! Twenty rotations under traffic, with each node restarted once: nobody is signed out, and no request fails. Then the
//! ring is stolen.

use std::{collections::BTreeSet, thread, time::Instant};

use crate::{
    dir::Dir,
    fleet::{Fleet, NODES},
    ring::Ring,
    servers::{Postgres, Redis},
    stolen,
    traffic::Traffic,
    until,
};

/// A ring's server, which dies and comes back.
pub(crate) trait Mortal {
    fn kill(&mut self);
    fn start_again(&mut self);
}

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

impl Mortal for Postgres {
    fn kill(&mut self) {
        Self::kill(self);
    }

    fn start_again(&mut self) {
        Self::start_again(self);
    }
}

impl Mortal for Redis {
    fn kill(&mut self) {
        Self::kill(self);
    }

    fn start_again(&mut self) {
        Self::start_again(self);
    }
}

/// The whole story of a ring.
fn twenty_rotations(ring: &Ring, name: &str, server: Option<&mut dyn Mortal>) {
    let started = Instant::now();
    let fleet = Fleet::start(ring, &OFTEN);
    let traffic = Traffic::new(&fleet);
    thread::scope(|scope| {
        let _end = traffic.start(scope);
        traffic.until_all_asked();
        let mut server = server;
        for turn in 1..=TURNS {
            if let (BEFORE_THE_OUTAGE, Some(server)) = (turn, &mut server) {
                survive(&fleet, &traffic, *server, name);
            }
            rotate(ring, &fleet, &traffic, turn);
        }
    });
    let (turns, restarts, lasting) = (ring.generation() - 1, fleet.restarts(), traffic.lasting());
    let answered: usize = traffic.answered().iter().map(|(_, requests)| requests).sum();
    eprintln!(
        "{name}: {turns} rotations and {restarts} restarts in {:.1?}: {answered} requests answered as they must be {:?}, \
         {} people signed in once and known ever since",
        started.elapsed(),
        traffic.answered(),
        lasting.len()
    );
    assert_eq!((turns, restarts), (TURNS, NODES));
    assert!(traffic.answered().iter().all(|(_, requests)| *requests >= FEWEST), "{:?}", traffic.answered());
    // Some live under each key there ever was: twenty of them have retired.
    let keys: BTreeSet<_> = lasting.iter().map(|person| person.key()).collect();
    assert_eq!(keys.len() as u64, TURNS + 1);
    for node in fleet.all() {
        lasting.iter().for_each(|person| person.clone().is_known(&node));
    }
    // What is said of a stolen ring is said of nodes that reload as often as they do if nobody says how often.
    (0..NODES).for_each(|n| fleet.restart(n, &[]));
    stolen::key(ring, &fleet, &lasting, name);
    stolen::ring(ring, &fleet, &lasting, name);
}

/// Schedules the standby, and waits until it is in force on all nodes, where everybody goes on and somebody signs in.
#[track_caller]
fn rotate(ring: &Ring, fleet: &Fleet<'_>, traffic: &Traffic<'_>, turn: u64) {
    let (generation, next) = (ring.generation() + 1, ring.key("standby"));
    ring.keys(&["rotate", "--propagation", PROPAGATION]);
    if let Some(n) = RESTARTS.iter().position(|at| *at == turn) {
        fleet.restart(n, &OFTEN);
    }
    fleet.until_all_have(generation, &next);
    traffic.until_all_asked();
    traffic.join(&format!("turn{turn}@example.com"));
    assert_eq!(traffic.lasting().last().map(|person| person.key()), Some(next));
}

/// The ring's server is killed and stays away for a while: the nodes say so, and serve on with the ring they have.
#[track_caller]
fn survive(fleet: &Fleet<'_>, traffic: &Traffic<'_>, server: &mut dyn Mortal, name: &str) {
    server.kill();
    let gone = Instant::now();
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
    traffic.until_all_asked();
    server.start_again();
    all_are("ready");
    eprintln!("{name}: its server was killed; {:.1?} until all nodes were ready again", gone.elapsed());
}

/// A rotation's seconds are whole ones and counted from the whole second before: two are more than one, which is
/// several reloads on three nodes with one clock. An operator's nodes reload each second, and their clocks differ.
const PROPAGATION: &str = "2s";
const OFTEN: [&str; 4] = ["--reload-every", "100ms", "--stale-after", "2s"];
const TURNS: u64 = 20;
/// A node restarts in the middle of each of these: the next key is scheduled, and not in force.
const RESTARTS: [u64; NODES] = [4, 9, 14];
const BEFORE_THE_OUTAGE: u64 = 12;
/// Each client's requests: two in each rotation, and more.
const FEWEST: usize = 100;
