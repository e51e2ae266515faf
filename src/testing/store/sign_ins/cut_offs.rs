//! Cut-offs: they end all sign-ins of a person, known or not, and none that comes after.

use super::{
    STARTED, applied, cut_off, enter, entered, ids, list, mark, new_person, new_sign_in, renew, told_cut_off,
};
use crate::Timestamp;
use crate::store::Op;
use crate::testing::store::trial::{Trial, insert, new_id, record};

pub(super) async fn all(trial: &Trial) {
    what_was_before_is_cut_off(trial).await;
    each_is_later_than_the_one_before(trial).await;
    what_was_sealed_ahead_is_cut_off(trial).await;
    others_end_and_this_one_goes_on(trial).await;
    a_clock_is_not_outrun(trial).await;
    who_is_erased_is_gone(trial).await;
}

async fn what_was_before_is_cut_off(trial: &Trial) {
    let ([one, two, three], ada, bob) = ([(); 3].map(|()| new_sign_in()), new_person(), new_person());
    let sealed_at = entered(trial, one, ada).await;
    entered(trial, two, ada).await;
    let bobs = new_sign_in();
    entered(trial, bobs, bob).await;
    let before = mark(trial).await;
    trial.promise(applied(trial, cut_off(ada)).await.is_some(), "a person is cut off");
    trial.promise(list(trial, ada).await.is_empty(), "a cut-off ends all sign-ins of the person");
    trial.promise(ids(trial, bob).await == [bobs], "a cut-off ends no other's sign-ins");
    let cut = told_cut_off(trial, &before, ada).await;
    trial.promise(
        cut.is_some_and(|cut| cut.at >= sealed_at && cut.until >= cut.at.plus(3598)),
        "a cut-off is told: not before what it cuts off, and for as long as it was given",
    );
    let cut = cut.map(|cut| cut.at).unwrap_or_default();
    for sealed_at in [sealed_at, cut, STARTED] {
        let renewed = applied(trial, renew(new_sign_in(), ada, one, sealed_at)).await;
        trial.promise(renewed.is_none(), "renewing what was cut off is a conflict");
        let unknown = applied(trial, renew(new_sign_in(), ada, new_sign_in(), sealed_at)).await;
        trial.promise(unknown.is_none(), "what the store has no row of is cut off too");
    }
    let next = entered(trial, three, ada).await;
    trial.promise(next > cut, "a sign-in after a cut-off is sealed after it, within one second too");
    trial.promise(ids(trial, ada).await == [three], "a sign-in after a cut-off lives");
    let first = Op::EndFirst { first: one, person: ada };
    trial.promise(applied(trial, first).await.is_none(), "what was cut off lives no more, to be ended");
    let renewed = applied(trial, renew(new_sign_in(), ada, three, next)).await;
    trial.promise(renewed.is_some(), "a sign-in after a cut-off is renewed");
}

async fn each_is_later_than_the_one_before(trial: &Trial) {
    let (ada, before) = (new_person(), mark(trial).await);
    let mut last = Timestamp::default();
    for _ in 0..4 {
        trial.promise(applied(trial, cut_off(ada)).await.is_some(), "a person is cut off");
        let at = told_cut_off(trial, &before, ada).await.map(|cut| cut.at).unwrap_or_default();
        trial.promise(at > last, "a cut-off is later than the one before");
        let id = new_sign_in();
        let sealed_at = entered(trial, id, ada).await;
        trial.promise(sealed_at > at, "a sign-in after a cut-off is sealed after it, within one second too");
        trial.promise(ids(trial, ada).await == [id], "a cut-off ends what was entered within its second");
        last = at;
    }
}

/// Such sign-ins are from before there was a store: a node's clock was ahead.
async fn what_was_sealed_ahead_is_cut_off(trial: &Trial) {
    let ([old, new, last], ada) = ([(); 3].map(|()| new_sign_in()), new_person());
    let now = entered(trial, new_sign_in(), ada).await;
    let ahead = now.plus(20);
    let at = applied(trial, renew(new, ada, old, ahead)).await;
    trial.promise(at >= Some(ahead), "nothing is sealed before what it renews");
    trial.promise(applied(trial, cut_off(ada)).await.is_some(), "a person is cut off");
    trial.promise(ids(trial, ada).await.is_empty(), "a cut-off is not before any sign-in that was entered");
    let renewed = applied(trial, renew(last, ada, new, at.unwrap_or_default())).await;
    trial.promise(renewed.is_none(), "renewing what was cut off is a conflict");
    let far = applied(trial, renew(last, new_person(), old, now.plus(2 * Op::MOST_AHEAD))).await;
    trial.promise(far.is_none(), "what would be sealed more than 30 seconds ahead is a conflict");
}

async fn others_end_and_this_one_goes_on(trial: &Trial) {
    let ([mine, others, alone, renewed, stays_out], ada) = ([(); 5].map(|()| new_sign_in()), new_person());
    let sealed_at = entered(trial, mine, ada).await;
    entered(trial, others, ada).await;
    let before = mark(trial).await;
    let ending_others = |id, was, sealed_at| Op::Enter {
        id,
        person: ada,
        renews: Some((was, sealed_at)),
        cuts_off: Some(3600),
        started_at: STARTED,
        lifetime: 3600,
        label: None,
    };
    let at = applied(trial, ending_others(alone, mine, sealed_at)).await;
    trial.promise(ids(trial, ada).await == [alone], "who ends all others goes on alone");
    let cut = told_cut_off(trial, &before, ada).await.map(|cut| cut.at);
    trial.promise(cut.is_some() && at > cut && cut >= Some(sealed_at), "and is sealed after the cut-off");
    let old = applied(trial, renew(stays_out, ada, mine, sealed_at)).await;
    trial.promise(old.is_none(), "a copy that was sealed before the cut-off is not renewed");
    let old = applied(trial, ending_others(stays_out, mine, sealed_at)).await;
    trial.promise(old.is_none(), "nor does it end the others");
    let again = applied(trial, ending_others(renewed, alone, at.unwrap_or_default())).await;
    trial.promise(again > at && ids(trial, ada).await == [renewed], "who ends all others may do so again");
    let first = list(trial, ada).await.first().map(|row| row.first);
    trial.promise(first == Some(mine), "and goes on from the first, however often");
}

async fn a_clock_is_not_outrun(trial: &Trial) {
    let (ada, before) = (new_person(), mark(trial).await);
    let mut done = 0;
    for _ in 0..3 * Op::MOST_AHEAD {
        done += u64::from(applied(trial, cut_off(ada)).await.is_some());
    }
    trial.promise(
        (Op::MOST_AHEAD..3 * Op::MOST_AHEAD).contains(&done),
        "what would be sealed more than 30 seconds ahead is a conflict",
    );
    let id = new_sign_in();
    let now = trial.answer(trial.next().purge(0)).await;
    let cut = told_cut_off(trial, &before, ada).await.map(|cut| cut.at);
    trial.promise(now == 0 && cut.is_some(), "a cut-off is told");
    if let Some(sealed_at) = applied(trial, enter(id, ada)).await {
        trial.promise(Some(sealed_at) > cut, "a sign-in after a cut-off is sealed after it");
    } else {
        trial.promise(ids(trial, ada).await.is_empty(), "a sign-in that conflicts is not entered");
    }
}

async fn who_is_erased_is_gone(trial: &Trial) {
    let (ada, bob, id) = (new_person(), new_person(), new_sign_in());
    let [hers, his, guests] = [(); 3].map(|()| new_id());
    let kept = record(1, "kept");
    let of = |id, owner| Op::Insert { id, owner, lifetime: 3600, record: kept.clone() };
    let made = [of(hers, Some(ada)), of(his, Some(bob)), insert(guests, &kept)];
    trial.done(&made, "several records are made together").await;
    let sealed_at = entered(trial, id, ada).await;
    let before = mark(trial).await;
    trial.done(&[Op::Erase { person: ada, lifetime: 3600 }], "a person is erased").await;
    trial.promise(list(trial, ada).await.is_empty(), "who is erased has no sign-ins");
    trial.finds(hers, None, "who is erased has no records").await;
    trial.finds(his, Some(&kept), "others keep their records").await;
    trial.finds(guests, Some(&kept), "guests keep their records").await;
    let cut = told_cut_off(trial, &before, ada).await;
    trial.promise(cut.is_some_and(|cut| cut.at >= sealed_at), "who is erased is cut off");
    let renewed = applied(trial, renew(new_sign_in(), ada, id, sealed_at)).await;
    trial.promise(renewed.is_none(), "renewing what was cut off is a conflict");
}
