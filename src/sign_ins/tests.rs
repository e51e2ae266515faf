//! The snapshot compared with plain maps, and what requests see while a store is followed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::activity::Activity;
use super::register::{Register, Verdict};
use super::snapshot::Snapshot;
use super::table::{Table, Value};
use crate::Timestamp;
use crate::store::{CutOff, Ended, MemoryStore, Op, Store as _, StoreErrorKind};
use crate::testing::store::{Fault, Faulty};
use crate::token::{PersonId, SessionId};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

fn sign_in(number: u64) -> SessionId {
    SessionId::from_bytes(spread(number))
}

fn person(number: u64) -> PersonId {
    PersonId::from_bytes(spread(number))
}

/// Ids that are spread as random ids are.
fn spread(number: u64) -> [u8; 16] {
    let mixed = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    (mixed ^ (mixed >> 64)).to_be_bytes()
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Greatest(u64);

impl Value for Greatest {
    fn and(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

/// Ids, many of which begin alike; some are the first and the last possible ones.
fn any_id() -> impl Strategy<Value = [u8; 16]> {
    prop_oneof![
        any::<u64>().prop_map(spread),
        (0..40u64).prop_map(spread),
        (0..40u128).prop_map(u128::to_be_bytes),
        (0..40u128).prop_map(|number| (u128::MAX - number).to_be_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_has_what_was_put_into_it_and_nothing_else(
        lots in prop::collection::vec(prop::collection::vec((any_id(), 0..1000u64), 0..900), 1..8),
        others in prop::collection::vec(any_id(), 0..50),
    ) {
        let (mut table, mut plain) = (Table::default(), HashMap::new());
        for lot in lots {
            let before = (table.clone(), plain.clone());
            table = table.with(lot.iter().map(|(id, value)| (*id, Greatest(*value))), |_| false);
            for (id, value) in lot {
                let kept = plain.entry(id).or_insert(value);
                *kept = value.max(*kept);
            }
            for (table, plain) in [&before, &(table.clone(), plain.clone())] {
                prop_assert_eq!(table.len(), plain.len());
                prop_assert!(plain.iter().all(|(id, value)| table.get(*id) == Some(Greatest(*value))));
                prop_assert!(table.iter().all(|(id, value)| plain.get(&id) == Some(&value.0)));
            }
        }
        for id in others {
            prop_assert_eq!(table.get(id), plain.get(&id).copied().map(Greatest));
        }
    }

    /// Everything that is dropped was over. Everything that is not over stays, through however many merges.
    #[test]
    fn nothing_is_forgotten_before_it_is_over(
        lots in prop::collection::vec(prop::collection::vec((any::<u64>(), 1..2000u64), 0..1500), 1..6),
    ) {
        let (mut snapshot, mut now) = (Snapshot::default(), 0);
        let mut plain = HashMap::<u64, u64>::new();
        for lot in lots {
            now += 100;
            let ended: Vec<_> =
                lot.iter().map(|(id, until)| Ended { id: sign_in(*id), at: at(1), until: at(*until) }).collect();
            let cut_offs: Vec<_> =
                lot.iter().map(|(id, until)| CutOff { person: person(*id), at: at(*until), until: at(*until) }).collect();
            snapshot = snapshot.with(&ended, &cut_offs, at(now));
            for (id, until) in lot {
                let kept = plain.entry(id).or_insert(until);
                *kept = until.max(*kept);
            }
            for (id, until) in plain.iter().filter(|(_, until)| **until >= now) {
                prop_assert!(snapshot.has_ended(sign_in(*id)));
                prop_assert_eq!(snapshot.cut_off(person(*id)), Some(at(*until)));
            }
        }
    }
}

#[test]
fn what_another_snapshot_lacks_is_found() {
    let ended = |ids: std::ops::Range<u64>| {
        ids.map(|id| Ended { id: sign_in(id), at: at(5), until: at(50) }).collect::<Vec<_>>()
    };
    let cut = |number, seconds| CutOff { person: person(number), at: at(seconds), until: at(90) };
    let known = Snapshot::default().with(&ended(0..3000), &[cut(1, 7), cut(2, 8), cut(3, 9)], at(10));
    let whole = Snapshot::default().with(&ended(2..3000), &[cut(1, 6), cut(2, 8)], at(10));
    let (mut lost, mut cut_offs) = known.beyond(&whole, at(10));
    lost.sort_by_key(|it| it.id.to_bytes());
    let mut expected = [0, 1].map(sign_in);
    expected.sort_by_key(|id| id.to_bytes());
    assert_eq!(lost.iter().map(|it| it.id).collect::<Vec<_>>(), expected);
    assert!(lost.iter().all(|it| it.at <= at(10) && it.until == at(50)));
    cut_offs.sort_by_key(|it| it.at);
    assert_eq!(cut_offs, [cut(1, 7), cut(3, 9)]);
    assert_eq!(known.beyond(&whole, at(51)).0, [], "what is over is not put back");
    assert_eq!(whole.beyond(&known, at(10)), (vec![], vec![]));
}

/// Twice a million take no more than was promised. `cargo bench --bench sign_ins` measures the cost of a look.
#[test]
fn a_million_ends_and_a_million_cut_offs_take_at_most_48_mb() {
    const MILLION: u64 = 1_000_000;
    let ended: Vec<_> =
        (0..MILLION).map(|id| Ended { id: sign_in(id), at: at(1), until: at(1000) }).collect();
    let cut_offs: Vec<_> =
        (0..MILLION).map(|id| CutOff { person: person(id), at: at(1), until: at(1000) }).collect();
    let snapshot = Snapshot::default().with(&ended, &cut_offs, at(1));
    let size = snapshot.size();
    assert_eq!((size.ended, size.cut_offs), (1_000_000, 1_000_000));
    assert!(size.octets <= 48_000_000, "{size:?}");
    // For a while a thousand are added each second, and the old snapshot stays as it was.
    let mut next = snapshot.clone();
    for second in 0..20 {
        let more: Vec<_> = (0..1000)
            .map(|id| Ended { id: sign_in(MILLION + second * 1000 + id), at: at(1), until: at(1000) })
            .collect();
        next = next.with(&more, &[], at(1));
    }
    assert_eq!((next.size().ended, snapshot.size().ended), (1_020_000, 1_000_000));
    assert!(next.size().octets <= 48_000_000, "{:?}", next.size());
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        if let std::task::Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
        std::thread::yield_now();
    }
}

/// A store in memory that runs on this clock, and a register of it.
fn register(clock: &Arc<AtomicU64>) -> (MemoryStore, Arc<Register>) {
    let now = Arc::clone(clock);
    let store = MemoryStore::with_clock(1 << 20, move || at(now.load(Ordering::SeqCst)));
    (store.clone(), Arc::new(Register::new(Arc::new(store))))
}

#[test]
fn an_end_that_comes_later_counts_when_its_time_has_come_by_this_nodes_clock() {
    let clock = Arc::new(AtomicU64::new(1000));
    let (store, register) = register(&clock);
    let (old, new, ada) = (sign_in(1), sign_in(2), person(1));
    let renew = Op::Enter {
        id: new,
        person: ada,
        renews: Some((old, at(900))),
        cuts_off: None,
        started_at: at(900),
        lifetime: 500,
        label: None,
    };
    block_on(store.apply(&[renew])).unwrap();
    // This node is 100 s ahead of the store.
    block_on(register.refresh(at(1100)));
    let verdict = |seconds| register.verdict(old, ada, at(900), at(seconds), 900);
    assert_eq!(
        [1100, 1109, 1110, 1200].map(verdict),
        [Verdict::Lives, Verdict::Lives, Verdict::Ended, Verdict::Ended]
    );
    clock.store(1010, Ordering::SeqCst);
    block_on(register.refresh(at(1110)));
    assert_eq!(verdict(1100), Verdict::Ended, "it is in the snapshot by now");
    assert_eq!(register.verdict(new, ada, at(1000), at(1200), 900), Verdict::Lives);
}

#[test]
fn what_nobody_pulled_for_longer_than_the_grace_is_unknown_and_what_has_ended_is_not() {
    let clock = Arc::new(AtomicU64::new(1000));
    let (store, register) = register(&clock);
    let verdict = |id, seconds| register.verdict(sign_in(id), person(1), at(990), at(seconds), 900);
    assert_eq!(verdict(1, 1000), Verdict::Unknown, "nothing was pulled yet");
    block_on(store.apply(&[Op::End { id: sign_in(1), person: person(1), lifetime: 500 }])).unwrap();
    block_on(register.refresh(at(1000)));
    assert_eq!(
        [verdict(1, 1000), verdict(2, 1900), verdict(2, 1901), verdict(1, 1901)],
        [Verdict::Ended, Verdict::Lives, Verdict::Unknown, Verdict::Ended]
    );
}

/// A caller that comes during a pull waits for that pull, and for nothing else.
#[test]
fn of_many_who_want_to_know_one_pulls_and_the_others_wait_for_it() {
    let (gate, opened) = crate::store::tell::pair::<()>();
    let store = Faulty::new(MemoryStore::new());
    store.next_feed(Fault::Waits(Box::pin(async move {
        let _ = opened.await;
    })));
    let register = Arc::new(Register::new(Arc::new(store.clone())));
    let now = crate::Clock::now(&crate::SystemClock);
    let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(register.refresh(now))).collect();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..3 {
        for refresh in &mut waiting {
            assert!(refresh.as_mut().poll(&mut context).is_pending());
        }
    }
    // A second pull would meet this fault.
    store.next_feed(Fault::Fails(StoreErrorKind::Io));
    gate.tell(());
    for mut refresh in waiting {
        assert!(refresh.as_mut().poll(&mut context).is_ready());
    }
    assert_eq!(register.verdict(sign_in(1), person(1), now, now, 900), Verdict::Lives);
}

/// A caller that pulls may go away: then another one pulls.
#[test]
fn a_pull_that_is_given_up_is_taken_over() {
    let store = Faulty::new(MemoryStore::new());
    store.next_feed(Fault::Waits(Box::pin(std::future::pending())));
    let register = Arc::new(Register::new(Arc::new(store)));
    let now = crate::Clock::now(&crate::SystemClock);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut first = Box::pin(register.refresh(now));
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = Box::pin(register.refresh(now.plus(1)));
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    assert!(second.as_mut().poll(&mut context).is_ready());
    assert_eq!(register.verdict(sign_in(1), person(1), now, now, 900), Verdict::Lives);
}

#[test]
fn activity_that_waits_for_a_store_is_bounded_and_what_comes_then_is_noted_later() {
    let (activity, now) = (Activity::default(), Timestamp::from_unix(1_800_000_000));
    let person = PersonId::from_bytes([1; 16]);
    let id = |number: u32| SessionId::from_bytes(u128::from(number).to_be_bytes());
    for number in 0..=65_536 {
        activity.note(id(number), person, now, 360);
    }
    assert!(activity.is_noted(id(65_535), now, 360));
    assert!(!activity.is_noted(id(65_536), now, 360), "a later request notes it");
}

#[test]
fn sign_ins_whose_activity_is_remembered_are_bounded() {
    let (activity, now) = (Activity::default(), Timestamp::from_unix(1_800_000_000));
    let id = |number: u32| SessionId::from_bytes(u128::from(number).to_be_bytes());
    for number in 0..262_144 {
        activity.remember(id(number), now);
    }
    assert!(activity.is_noted(id(0), now, 360));
    activity.remember(id(262_144), now);
    assert!(!activity.is_noted(id(0), now, 360), "all are forgotten, at the price of a write more");
    assert!(activity.is_noted(id(262_144), now, 360));
}
