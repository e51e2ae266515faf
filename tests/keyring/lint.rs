//! `lint`: findings for an operator.

use gingersnap::keyring::FindingKind;

use super::*;

#[track_caller]
fn finds(ring: &Keyring, now: Timestamp, kinds: &[FindingKind]) {
    let found: Vec<_> = ring.lint(90 * DAY, None, now).into_iter().map(|finding| finding.kind()).collect();
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
    assert!(ring.lint(100 * DAY, None, NOW.plus(90 * DAY + 1)).is_empty());
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
    let told = |every| {
        let finding = ring.lint(every, None, NOW.plus(91 * DAY)).remove(0);
        assert_eq!(finding.key(), Some(active));
        assert_eq!(finding.hint(), "`gingersnap keys rotate`, or `gingersnap keys tick` from a timer");
        finding.to_string()
    };
    assert_eq!(told(90 * DAY), format!("key {active} has been active for more than 90 days"));
    assert_eq!(told(DAY), format!("key {active} has been active for more than 1 day"));
    assert_eq!(told(36 * 3_600), format!("key {active} has been active for more than 36 h"));
    assert_eq!(told(90 * 60), format!("key {active} has been active for more than 90 min"));
    assert_eq!(told(61), format!("key {active} has been active for more than 61 s"));
}

#[test]
fn a_policy_longer_than_the_ring_allows_is_found_with_both_figures() {
    let ring = ring();
    assert!(ring.lint(90 * DAY, Some(LONGEST), NOW).is_empty());
    let findings = ring.lint(90 * DAY, Some(LONGEST + 3_600), NOW);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind(), FindingKind::LongestSessionTooShort);
    let text = "the ring's longest session is 30 days, shorter than 721 h of a policy in use";
    assert_eq!((findings[0].to_string().as_str(), findings[0].key()), (text, None));
}

#[test]
fn a_rotation_scheduled_by_a_clock_that_was_ahead_is_found() {
    let far = NOW.plus(365 * DAY);
    let (ring, _) = ring().tick(30 * DAY, 3_600, far, &mut random(2)).unwrap();
    let ring = ring.unwrap();
    let staged = in_state(&ring, KeyState::Staged, NOW).id();
    let findings = ring.lint(90 * DAY, None, NOW);
    let told: Vec<_> = findings.iter().map(|finding| (finding.kind(), finding.to_string())).collect();
    let new = in_state(&ring, KeyState::Standby, NOW).id();
    let expected = [
        (FindingKind::FarAhead, format!("key {staged} comes into force only in 365 days")),
        (FindingKind::FromFuture, format!("key {new} was created in the future")),
    ];
    assert_eq!(told, expected);
    let withdrawn = ring.disable(staged, NOW, &mut random(3)).unwrap();
    assert!(withdrawn.lint(90 * DAY, None, NOW).iter().all(|it| it.kind() != FindingKind::FarAhead));
    let limit = self::ring().rotate(Keyring::MAX_PROPAGATION, None, NOW.plus(60), &mut random(2)).unwrap();
    assert!(limit.lint(90 * DAY, None, NOW).is_empty(), "a minute of skew is no mistake");
}
