//! Properties of every ring, whatever an operator does, and whenever.

use std::collections::HashSet;

use gingersnap::keyring::KeyringError;
use gingersnap::token::KeyId;
use proptest::prelude::*;

use super::*;

/// A session short enough for the clock to pass many.
const SHORT: u64 = 2 * DAY;
const HOUR: u64 = 3_600;

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(u64),
    Seal,
    Add,
    Rotate(u64),
    Promote(usize),
    Disable(usize),
    Enable(usize),
    Revoke(usize),
    RevokeCreatedBefore(u64),
    Emergency,
    Prune,
    DestroyDead,
    Tick(u64, u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..DAY).prop_map(Step::Wait),
        4 => Just(Step::Seal),
        1 => Just(Step::Add),
        3 => prop_oneof![Just(0), Just(3_600), 0..DAY].prop_map(Step::Rotate),
        2 => (0..8usize).prop_map(Step::Promote),
        2 => (0..8usize).prop_map(Step::Disable),
        2 => (0..8usize).prop_map(Step::Enable),
        1 => (0..8usize).prop_map(Step::Revoke),
        1 => (0..DAY).prop_map(Step::RevokeCreatedBefore),
        1 => Just(Step::Emergency),
        3 => Just(Step::Prune),
        1 => Just(Step::DestroyDead),
        6 => (HOUR + 1..2 * SHORT, 0..=HOUR).prop_map(|(every, propagation)| Step::Tick(every, propagation)),
    ]
}

/// A ring, its clock, and the facts to judge it by.
struct World {
    ring: Keyring,
    now: Timestamp,
    seed: u64,
    sealed: Vec<(Sealed, KeyId, Timestamp)>,
    never_again: HashSet<KeyId>,
    revoked: HashSet<KeyId>,
    destroyed: HashSet<KeyId>,
}

impl World {
    fn new() -> Self {
        let ring = Keyring::init(Suite::XChaCha20Poly1305, SHORT, NOW, &mut random(1)).unwrap();
        let (sealed, none) = (Vec::new(), HashSet::new());
        Self {
            ring,
            now: NOW,
            seed: 1,
            sealed,
            never_again: none.clone(),
            revoked: none.clone(),
            destroyed: none,
        }
    }

    fn take(&mut self, step: Step) {
        self.seed += 1;
        let (ring, now, random) = (&self.ring, self.now, &mut random(self.seed << 20));
        let id = |index: usize| ring.keys()[index % ring.keys().len()].id();
        let next: Result<Keyring, KeyringError> = match step {
            Step::Wait(seconds) => return self.now = now.plus(seconds),
            Step::Seal => return self.seal(),
            Step::Add => ring.add(Suite::XChaCha20Poly1305, "", now, random),
            Step::Rotate(propagation) => ring.rotate(propagation, None, now, random),
            Step::Promote(index) => ring.promote(id(index), now, random),
            Step::Disable(index) => ring.disable(id(index), now, random),
            Step::Enable(index) => ring.enable(id(index), now),
            Step::Revoke(index) => ring.revoke(id(index), now, random),
            Step::RevokeCreatedBefore(ago) => {
                ring.revoke_created_before(Timestamp::from_unix(now.unix() - ago), now, random)
            }
            Step::Emergency => ring.emergency(now, random),
            Step::Prune => ring.prune(now),
            Step::DestroyDead => ring.destroy_dead(now),
            Step::Tick(every, propagation) => return self.tick(every, propagation),
        };
        if let Ok(next) = next {
            assert_eq!(next.generation(), ring.generation() + 1);
            assert_eq!(ring.succession(&next).unwrap(), gingersnap::keyring::Succession::Newer);
            if !matches!(step, Step::Enable(_) | Step::Prune | Step::DestroyDead) {
                assert!(
                    next.keys().iter().any(|key| next.state(key, now) == KeyState::Standby),
                    "no standby"
                );
            }
            self.ring = next;
        }
    }

    /// One generation if anything was due, and nothing more in the same second.
    fn tick(&mut self, every: u64, propagation: u64) {
        let random = &mut random(self.seed << 20);
        let now = self.now;
        let (next, at) = self.ring.tick(every, propagation, now, random).unwrap();
        assert!(now < at && at <= now.plus(every), "the next tick is at {at}, it is {now} now");
        let before = self.ring.generation();
        let due = next.is_some();
        self.ring = next.unwrap_or_else(|| self.ring.clone());
        assert_eq!(self.ring.generation(), before + u64::from(due));
        let (again, then) = self.ring.tick(every, propagation, now, random).unwrap();
        assert_eq!(
            (again.map(|ring| ring.generation()), then),
            (None, at),
            "a second tick had something to do"
        );
        // Nor is there anything to do a moment before the time that it returned.
        let early = Timestamp::from_unix(at.unix() - 1);
        assert!(
            self.ring.tick(every, propagation, early, random).unwrap().0.is_none(),
            "due before it was said"
        );
        assert!(
            self.ring.keys().iter().any(|key| self.ring.state(key, now) == KeyState::Standby),
            "no standby"
        );
        if let Some(active) = self.ring.active(now) {
            let age = active.not_before().unwrap().age_at(now);
            let followed = active.retired_at().is_some();
            assert!(followed || age.saturating_add(propagation) < every, "an active key is too old");
        }
    }

    fn seal(&mut self) {
        match seal(&self.ring, self.now) {
            Ok(sealed) => {
                let key = self.ring.active(self.now).unwrap().id();
                self.sealed.push((sealed, key, self.now));
            }
            Err(error) => assert!(error == SealError::NoActiveKey && self.ring.active(self.now).is_none()),
        }
    }

    fn check(&mut self) {
        let (ring, now) = (&self.ring, self.now);
        assert_eq!(*Keyring::parse(&ring.to_bytes()).unwrap().to_bytes(), *ring.to_bytes());
        let mut ids: HashSet<_> = ring.tombstones().iter().map(|tombstone| tombstone.id()).collect();
        assert!(self.destroyed.is_subset(&ids), "a tombstone is gone");
        self.destroyed = ids.clone();
        assert!(ring.keys().iter().all(|key| ids.insert(key.id())), "an id is there twice");
        let mut active = 0;
        for key in ring.keys() {
            match ring.state(key, now) {
                KeyState::Active => {
                    active += 1;
                    assert!(!self.never_again.contains(&key.id()), "a key is back in force");
                }
                KeyState::Retiring | KeyState::Expired => drop(self.never_again.insert(key.id())),
                KeyState::Revoked => {
                    self.never_again.insert(key.id());
                    self.revoked.insert(key.id());
                }
                KeyState::Standby | KeyState::Staged | KeyState::Disabled => {}
            }
            let state = ring.state(key, now);
            assert!(
                state == KeyState::Revoked || !self.revoked.contains(&key.id()),
                "a key is not revoked any more"
            );
        }
        assert!(active <= 1, "{active} keys are active");
        for (sealed, key, sealed_at) in &self.sealed {
            let result = open(ring, sealed, now);
            if sealed_at.age_at(now) >= SHORT + SKEW {
                assert!(result.is_err(), "a token outlived the longest session");
            } else if self.revoked.contains(key) {
                assert!(matches!(result, Err(Refusal::KeyRevoked | Refusal::KeyDestroyed)), "{result:?}");
            } else {
                assert!(matches!(result, Ok(()) | Err(Refusal::KeyDisabled)), "{result:?}");
                let disabled = ring.key(*key).is_some_and(|key| ring.state(key, now) == KeyState::Disabled);
                assert_eq!(disabled, result.is_err());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_of_every_ring_holds_after_any_steps(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
            world.check();
        }
    }
}
