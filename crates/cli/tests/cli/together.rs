//! Many operators, one ring.

use std::collections::HashSet;
use std::process::Child;

use super::*;

#[test]
fn fifty_adds_at_once_add_fifty_keys() {
    let place = Place::with_ring("fifty");
    let children: Vec<Child> = (0..50).map(|_| place.command(&["keys", "add"]).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    }
    let ring = place.ring();
    let ids: HashSet<_> = ring.keys().iter().map(Key::id).collect();
    assert_eq!((ids.len(), ring.generation()), (52, 51));
    assert_eq!(place.names(), ["gingersnap-keys.json", "gingersnap-keys.json.lock"]);
}

#[test]
fn of_ten_rotations_at_once_one_is_done() {
    let place = Place::with_ring("ten_rotations");
    let children: Vec<Child> = (0..10).map(|_| place.command(&["keys", "rotate"]).spawn().unwrap()).collect();
    let statuses: Vec<_> =
        children.into_iter().map(|child| child.wait_with_output().unwrap().status.code()).collect();
    assert_eq!(statuses.iter().filter(|&&status| status == Some(0)).count(), 1);
    assert_eq!(statuses.iter().filter(|&&status| status == Some(1)).count(), 9);
    assert_eq!(place.ring().keys().len(), 3);
}

#[test]
fn of_ten_inits_at_once_one_is_done() {
    let place = Place::empty("ten_inits");
    let children: Vec<Child> = (0..10).map(|_| place.command(&INIT).spawn().unwrap()).collect();
    let done = children.into_iter().map(|child| child.wait_with_output().unwrap().status.success());
    assert_eq!(done.filter(|&done| done).count(), 1);
    assert_eq!(place.ring().generation(), 1);
}
