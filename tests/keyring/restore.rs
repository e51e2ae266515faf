//! `restored`: a backup under a generation that no node refuses.

use gingersnap::keyring::Succession;

use super::*;

#[test]
fn a_restored_backup_has_a_later_generation_than_any_seen() {
    let backup = ring();
    let active = in_state(&backup, KeyState::Active, NOW).id();
    let place = backup.revoke(active, NOW, &mut random(2)).unwrap();
    assert_eq!(backup.restored(place.generation()).unwrap().generation(), 3);
    assert_eq!(backup.restored(7).unwrap().generation(), 8);
    assert_eq!(backup.restored(0).unwrap().generation(), 2);
    let restored = backup.restored(place.generation()).unwrap();
    assert_eq!(place.succession(&restored), Ok(Succession::Newer));
    assert_eq!(in_state(&restored, KeyState::Active, NOW).id(), active);
    let other = edited(&restored, |text| text.replace("\"generation\": 3", "\"generation\": 1"));
    assert_eq!(text(&other), text(&backup));
}

#[test]
fn after_the_last_generation_nothing_is_restored() {
    let error = ring().restored(u64::MAX).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::Full);
    assert_eq!(error.to_string(), "the ring has had its last generation");
}
