//! Rings that may take the place of the one in use.

use gingersnap::keyring::Succession;

use super::*;

#[test]
fn a_later_generation_takes_over_and_an_earlier_one_does_not() {
    let old = ring();
    let new = old.rotate(60, None, NOW, &mut random(2)).unwrap();
    assert_eq!(old.succession(&new), Ok(Succession::Newer));
    assert_eq!(new.succession(&new.clone()), Ok(Succession::Same));
    let error = new.succession(&old).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::RolledBack);
    assert_eq!(error.to_string(), "generation 1 is older than generation 2, which is in use");
}

#[test]
fn two_rings_of_one_generation_are_refused() {
    let old = ring();
    let left = old.add(Suite::default(), "", NOW, &mut random(2)).unwrap();
    let right = old.add(Suite::default(), "", NOW, &mut random(3)).unwrap();
    let error = left.succession(&right).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::Diverged);
    assert_eq!(error.to_string(), "there are two different rings of generation 2");
    assert_eq!(
        error.hint(),
        Some("two copies were changed apart; choose one and `gingersnap keys restore` it")
    );
}

#[test]
fn another_ring_is_refused() {
    let other = Keyring::init(Suite::default(), LONGEST, NOW, &mut random(5)).unwrap();
    assert_eq!(ring().succession(&other).unwrap_err().kind(), KeyringErrorKind::OtherRing);
}
