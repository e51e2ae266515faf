//! A node that has not heard of the newest keys.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    dir::Dir,
    fleet::{Fleet, ready, start},
    help::Server,
    people::Person,
    ring::Ring,
    until,
};

#[test]
fn a_node_that_lags_serves_strangers_touches_cookies_only_to_log_out_and_catches_up() {
    let dir = Dir::new();
    let (path, away) = (dir.path().join("ring.json"), dir.path().join("away.json"));
    let ring = Ring::init(path.to_str().expect("text").to_owned());
    let fleet = Fleet::start(&ring, &["--reload-every", "100ms"]);
    let lagging = start(&ring, "lagging", &["--reload-every", "1h"]);
    let before = Person::signed_in("before@example.com", || fleet.any());

    // The ring that the node has holds the next key as its standby. It does not hold the one after that.
    ring.keys(&["rotate", "--now"]);
    ring.keys(&["rotate", "--now"]);
    fleet.until_all_have(3, &ring.key("active"));
    let ada = Person::signed_in("ada@example.com", || fleet.any());

    // It looks for the unknown key within a second, and finds nothing for as long as the ring cannot be read.
    fs::rename(&path, &away).expect("it is away");
    for _ in 0..3 {
        ada.is_stranger(&lagging);
        let page = ada.clone().get(&lagging, "/");
        assert_eq!((page.status, page.fields("set-cookie")), (200, vec![]), "even the count of visits stays");
        let page = ada.clone().post(&lagging, "/cart-items", "item=gingersnaps&qty=9");
        assert_eq!((page.status, page.fields("set-cookie")), (503, vec![]), "{}", page.body);
        let seconds: u64 = page.fields("retry-after").concat().parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
        logs_out(&ada, &lagging);
        // Elsewhere she was never gone; and cookies of a key that it knows are at home here too.
        fleet.all().iter().for_each(|node| ada.clone().is_known(node));
        before.clone().is_known(&lagging);
    }
    let (status, said) = ready(&lagging);
    assert_eq!((status, &said["generation"]), (200, &1.into()));

    fs::rename(&away, &path).expect("it is back");
    let back = Instant::now();
    until("she is signed in", || ada.is_signed_in(&lagging));
    let after = back.elapsed();
    eprintln!("lagging: caught up within {after:.2?}");
    assert!(after < Duration::from_secs(5), "{after:?}");
    assert_eq!(ready(&lagging).1["generation"], 3);
    ada.clone().is_known(&lagging);
    ada.clone().put(&lagging, 9);
}

/// A log-out needs no cookie to be read: it takes along what the node cannot open yet.
#[track_caller]
fn logs_out(person: &Person, node: &Server) {
    let page = person.clone().post(node, "/logout", "");
    page.leads_to("/");
    let fields = page.fields("set-cookie");
    let removes = |name: &str| fields.iter().any(|field| field.starts_with(&format!("{name}=;")));
    assert!(["__Host-id", "__Host-session-own"].into_iter().all(removes), "{fields:?}");
    assert!(!fields.iter().any(|field| field.starts_with("__Host-visits")), "{fields:?}");
}
