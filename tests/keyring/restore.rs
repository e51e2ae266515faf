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
    for seen in [Keyring::MAX_GENERATION, u64::MAX] {
        let error = ring().restored(seen).unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::Full);
        assert_eq!(error.to_string(), "the ring has had its last generation");
    }
    let last = ring().restored(Keyring::MAX_GENERATION - 1).unwrap();
    assert_eq!(Keyring::parse(&last.to_bytes()).unwrap().generation(), 1 << 53);
    let error = last.emergency(NOW, &mut random(3)).unwrap_err();
    let hint = "no command counts so far: whoever wrote this ring chose that; move it away and `gingersnap keys restore` a backup";
    assert_eq!((error.kind(), error.hint()), (KeyringErrorKind::Full, Some(hint)));
}

#[test]
fn a_node_is_believed_that_says_a_million_generations_more_and_not_one_beyond() {
    let ring = ring();
    assert_eq!(ring.generation(), 1);
    for (said, believed) in
        [(0, true), (1, true), (1_000_001, true), (1_000_002, false), (1 << 53, false), (u64::MAX, false)]
    {
        assert_eq!(ring.believes(said), believed, "{said}");
    }
    let last = ring.restored(Keyring::MAX_GENERATION - 1).unwrap();
    assert!(last.believes(Keyring::MAX_GENERATION));
}
