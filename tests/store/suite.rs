//! The suite lets a good store pass, and names the promise that a bad one breaks.

use gingersnap::store::{MemoryStore, Store as _};
use gingersnap::testing::store::conforms;

use super::broken::{Defect, Simple};

#[tokio::test(flavor = "multi_thread")]
async fn the_store_in_memory_keeps_every_promise() {
    let store = MemoryStore::new();
    conforms(store.clone(), store).await;
}

/// Works where there is no runtime: its own calls wait for nothing.
#[test]
fn the_suite_needs_no_runtime() {
    let store = MemoryStore::new();
    let (told, asked) = std::sync::mpsc::channel();
    store.clone().spawn(Box::pin(async move {
        conforms(store.clone(), store).await;
        told.send(()).unwrap();
    }));
    asked.recv().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simple_store_keeps_every_promise() {
    let store = Simple::new(Defect::None);
    conforms(store.clone(), store).await;
}

/// Each with the sentence that the suite has for it.
const BROKEN: [(Defect, &str); 37] = [
    (Defect::AnswersAnError, "what can be done is done, and not: cannot write mine: no"),
    (Defect::AnswersNever, "a call is answered within two seconds"),
    (Defect::Caches, "a load sees what was applied, by whichever handle"),
    (Defect::ChecksFirst, "a version is replaced once, within one call too"),
    (Defect::ConflictsWithoutRecord, "removing what is not there is as good as done"),
    (Defect::CountsMilliseconds, "an answer carries the time by the store's clock, in seconds since 1970"),
    (Defect::CutsAtZero, "bytes are loaded as they were written: zeros, each other byte, 1 MiB of them"),
    (
        Defect::CutsOffWhatItKnows,
        "a cut-off is told: not before what it cuts off, and for as long as it was given",
    ),
    (Defect::DropsTasks, "a task is carried through, and not dropped"),
    (Defect::EndsNoRenewals, "an end ends all that goes on from the same sign-in"),
    (
        Defect::EndsNothingUnknown,
        "an end of what the store has no row of is told, for as long as it was given",
    ),
    (Defect::ErasesSignInsAlone, "who is erased has no records"),
    (Defect::ErasesTables, "making tables again leaves what is in them"),
    (
        Defect::ForgetsFirstSignIns,
        "a renewal takes the place of the other in the list, goes on from it, and keeps its label",
    ),
    (Defect::ForgetsTasks, "a task is carried through"),
    (Defect::HasItsOwnClock, "all handles answer with the time of one clock, which does not go back"),
    (Defect::HintsNever, "whoever waits for a change is told within a second"),
    (Defect::IgnoresOwners, "another's record is not removed"),
    (Defect::IgnoresVersions, "replacing another version is a conflict"),
    (Defect::InsertsOver, "making a record whose id is taken is a conflict"),
    (Defect::KeepsOwners, "a record's owner is the one of its last version"),
    (Defect::KeepsSmall, "bytes are loaded as they were written: zeros, each other byte, 1 MiB of them"),
    (Defect::KeepsVersionsSigned, "a version is any number of 32 bits, and loaded as it was written"),
    (Defect::LeavesHalf, "with one conflict, none of the operations is done"),
    (Defect::MakesRowsOfActivity, "activity makes no sign-in"),
    (Defect::Purges, "a purge leaves what ended less than an hour ago"),
    (Defect::PurgesByFirstLifetime, "a purge leaves what ended less than an hour ago"),
    (Defect::ReadsThenWrites, "of many who make one record at a time, one does"),
    (Defect::RefusesAnothers, "removing another's record is no conflict"),
    (Defect::RenewsTheDead, "renewing a sign-in that ended is a conflict"),
    (Defect::Revives, "replacing a removed record is a conflict"),
    (Defect::SealsByItsClock, "a sign-in after a cut-off is sealed after it, within one second too"),
    (Defect::SkipsInFeed, "what was renewed ends ten seconds later"),
    (Defect::TellsAllAgain, "a feed from the beginning is anew, one from a mark goes on"),
    (Defect::TellsLastConflict, "of several conflicts the first is told"),
    (Defect::TrustsMarks, "a feed from a mark that is not this store's begins anew"),
    (Defect::Upserts, "replacing an unknown record is a conflict"),
];

#[tokio::test]
async fn a_broken_promise_is_named() {
    // At the same time: two of them wait for what never comes.
    let begun = BROKEN.map(|(defect, promise)| {
        let store = Simple::new(defect);
        (defect, promise, tokio::spawn(conforms(store.handle(), store)))
    });
    let mut wrong = Vec::new();
    for (defect, promise, suite) in begun {
        let panic = suite.await.map_err(|error| error.into_panic());
        let said = panic.map_or_else(|panic| *panic.downcast::<String>().unwrap(), |()| "nothing".into());
        if said != format!("mine breaks a promise: {promise}") {
            wrong.push(format!("{defect:?}: {said}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
