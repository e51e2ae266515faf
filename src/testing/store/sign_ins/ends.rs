//! Ends: of one sign-in, of all that go on from it, and of sign-ins that the store has not heard of.

use super::{STARTED, applied, end, entered, ids, mark, new_person, new_sign_in, pull, renew, sorted, told};
use crate::Timestamp;
use crate::store::{CutOff, Ended, Op};
use crate::testing::store::trial::Trial;

pub(super) async fn all(trial: &Trial) {
    an_end_ends_all_renewals(trial).await;
    an_end_of_what_is_not_there_is_told(trial).await;
    ends_by_the_first(trial).await;
    what_was_lost_is_put_back(trial).await;
}

async fn an_end_ends_all_renewals(trial: &Trial) {
    let ([one, two, three, other], ada) = ([(); 4].map(|()| new_sign_in()), new_person());
    let sealed_at = entered(trial, one, ada).await;
    entered(trial, other, ada).await;
    for (new, old) in [(two, one), (three, two)] {
        let renewed = applied(trial, renew(new, ada, old, sealed_at)).await;
        trial.promise(renewed.is_some(), "a sign-in that lives is renewed");
    }
    let before = mark(trial).await;
    // A request that is under way brought the oldest one.
    trial.done(&[end(one, ada)], "a sign-in is ended").await;
    trial.promise(ids(trial, ada).await == [other], "an end ends all that goes on from the same sign-in");
    let feed = pull(trial, &**trial.next(), &before).await;
    for id in [one, two, three] {
        trial.promise(feed.ended.iter().any(|it| it.id == id), "each sign-in that ended is told");
    }
    let lived = feed.ended.iter().any(|it| it.id == other);
    trial.promise(!lived, "nothing is told to have ended that has not");
    trial.done(&[end(one, ada), end(three, ada)], "ending twice is as good as once").await;
}

async fn an_end_of_what_is_not_there_is_told(trial: &Trial) {
    let (id, ada, before) = (new_sign_in(), new_person(), mark(trial).await);
    let at = applied(trial, end(id, ada)).await;
    let ended = told(trial, &before, id).await;
    let lifetime = ended.zip(at).map(|(ended, at)| at.until(ended.until));
    trial.promise(
        ended.map(|ended| ended.at) == at && lifetime.is_some_and(|it| (3598..=3600).contains(&it)),
        "an end of what the store has no row of is told, for as long as it was given",
    );
    trial.promise(ids(trial, ada).await.is_empty(), "an end makes no sign-in");
    let renewed = applied(trial, renew(new_sign_in(), ada, id, at.unwrap_or_default())).await;
    trial.promise(renewed.is_none(), "renewing a sign-in that ended is a conflict");
}

async fn ends_by_the_first(trial: &Trial) {
    let ([one, two, other], ada, bob) = ([(); 3].map(|()| new_sign_in()), new_person(), new_person());
    let sealed_at = entered(trial, one, ada).await;
    entered(trial, other, ada).await;
    let renewed = applied(trial, renew(two, ada, one, sealed_at)).await;
    trial.promise(renewed.is_some(), "a sign-in that lives is renewed");
    let first = |first, person| Op::EndFirst { first, person };
    for (key, person) in [(one, bob), (two, ada), (new_sign_in(), ada)] {
        let ended = applied(trial, first(key, person)).await;
        trial.promise(ended.is_none(), "an end by another's first sign-in, or by none, is a conflict");
    }
    trial.promise(ids(trial, ada).await == sorted([two, other]), "and ends nothing");
    let before = mark(trial).await;
    trial.promise(
        applied(trial, first(one, ada)).await.is_some(),
        "what goes on from a sign-in is ended by it",
    );
    trial.promise(ids(trial, ada).await == [other], "what goes on from a sign-in is ended by it");
    trial.promise(told(trial, &before, two).await.is_some(), "each sign-in that ended is told");
    let again = applied(trial, first(one, ada)).await;
    trial.promise(again.is_none(), "an end by the first of what lives no more is a conflict");
}

/// A failover lost ends that a node knows.
async fn what_was_lost_is_put_back(trial: &Trial) {
    let ([lives, unknown, renewed], ada, bob) = ([(); 3].map(|()| new_sign_in()), new_person(), new_person());
    let now = entered(trial, lives, ada).await;
    let goes_on = applied(trial, renew(renewed, ada, lives, now)).await;
    trial.promise(goes_on.is_some(), "a sign-in that lives is renewed");
    let bobs = entered(trial, new_sign_in(), bob).await;
    let before = mark(trial).await;
    let until = now.plus(7200);
    let ended = [lives, unknown].map(|id| Ended { id, at: now, until }).to_vec();
    let cut_off = CutOff { person: bob, at: bobs.plus(2), until };
    trial.done(&[Op::PutBack { ended, cut_offs: vec![cut_off] }], "what was lost is put back").await;
    trial.promise(ids(trial, bob).await.is_empty(), "a cut-off that is put back cuts off");
    trial.promise(ids(trial, ada).await == [renewed], "an end that is put back ends nothing else");
    for id in [lives, unknown] {
        let told = told(trial, &before, id).await;
        trial.promise(told.is_some_and(|it| it.at <= now && it.until >= until), "what is put back is told");
    }
    let earlier = CutOff { at: STARTED, ..cut_off };
    let late = Ended { id: unknown, at: now.plus(5000), until: STARTED };
    trial.done(&[Op::PutBack { ended: vec![late], cut_offs: vec![earlier] }], "and put back again").await;
    let cut = super::told_cut_off(trial, &before, bob).await;
    trial.promise(cut.is_some_and(|cut| cut.at == bobs.plus(2)), "nothing lives longer for what is put back");
    let found = told(trial, &before, unknown).await.map(|ended| (ended.at, ended.until));
    trial.promise(
        found.is_some_and(|(at, until): (Timestamp, Timestamp)| at <= now && until >= now.plus(7200)),
        "nothing lives longer for what is put back",
    );
}
