//! `lint`: what an operator should know.

use gingersnap::keyring::FindingKind;

use super::*;

#[track_caller]
fn finds(ring: &Keyring, now: Timestamp, kinds: &[FindingKind]) {
    let found: Vec<_> = ring.lint(now).into_iter().map(|finding| finding.kind()).collect();
    assert_eq!(found, kinds);
}

#[test]
fn a_ring_in_good_order_has_no_findings() {
    let ring = ring();
    finds(&ring, NOW, &[]);
    finds(&ring.rotate(3_600, None, NOW, &mut random(2)).unwrap(), NOW.plus(3_600), &[]);
}

#[test]
fn each_fault_has_its_finding() {
    let ring = ring();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let disabled = ring.disable(active, NOW, &mut random(2)).unwrap();
    finds(&disabled, NOW, &[FindingKind::NoActive, FindingKind::LeftDisabled]);
    let revoked = ring.revoke(active, NOW, &mut random(2)).unwrap();
    finds(&revoked, NOW, &[FindingKind::NoActive, FindingKind::Unpruned]);
    finds(&ring, NOW.plus(90 * DAY), &[]);
    finds(&ring, NOW.plus(90 * DAY + 1), &[FindingKind::ActiveTooOld]);
    finds(
        &ring,
        Timestamp::from_unix(NOW.unix() - 61),
        &[FindingKind::NoActive, FindingKind::FromFuture, FindingKind::FromFuture],
    );
    let two = edited(&ring, |text| text.replace("\"not_before\": null", "\"not_before\": 1800000001"));
    finds(&two, NOW.plus(1), &[FindingKind::NoStandby, FindingKind::NeverRetires]);
    let ends = edited(&ring, |text| text.replacen("\"retired_at\": null", "\"retired_at\": 1800000009", 1));
    finds(&ends, NOW, &[FindingKind::NoSuccessor]);
}

#[test]
fn a_finding_names_its_key_and_says_what_to_do() {
    let ring = ring();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let finding = ring.lint(NOW.plus(91 * DAY))[0];
    assert_eq!(finding.to_string(), format!("key {active} has been active for more than 90 days"));
    assert_eq!((finding.key(), finding.hint()), (Some(active), "`gingersnap keys rotate`"));
}
