//! The list: the sign-ins that were entered, and which goes on from which.

use super::{
    STARTED, applied, end, enter, entered, ids, list, mark, new_person, new_sign_in, renew, sorted, told,
};
use crate::store::{Applied, Op, SignInRow};
use crate::testing::store::trial::{Trial, insert, new_id, record, replace};

pub(super) async fn all(trial: &Trial) {
    what_is_entered_is_listed(trial).await;
    ids_are_taken_once(trial).await;
    renewals(trial).await;
    renewals_of_what_is_not_there(trial).await;
    what_has_ended_is_not_renewed(trial).await;
    activity_and_labels(trial).await;
    all_or_nothing(trial).await;
}

async fn what_is_entered_is_listed(trial: &Trial) {
    let (one, other, ada, bob) = (new_sign_in(), new_sign_in(), new_person(), new_person());
    trial.promise(list(trial, ada).await.is_empty(), "who never signed in has no sign-ins");
    let sealed_at = entered(trial, one, ada).await;
    let label = b"a\0label\xFF".to_vec();
    let row = SignInRow { id: one, first: one, started_at: STARTED, sealed_at, seen_at: sealed_at, label };
    trial.promise(list(trial, ada).await == [row], "a sign-in is listed as it was entered");
    entered(trial, other, ada).await;
    trial.promise(ids(trial, ada).await == sorted([one, other]), "all sign-ins of a person are listed");
    trial.promise(list(trial, bob).await.is_empty(), "another's sign-ins are not listed");
    let long = Op::Enter {
        id: new_sign_in(),
        person: bob,
        renews: None,
        cuts_off: None,
        started_at: STARTED,
        lifetime: 400 * 24 * 3600,
        label: Some((0..=255).collect()),
    };
    trial.promise(applied(trial, long).await.is_some(), "a sign-in may live for 400 days");
    let labels = list(trial, bob).await.into_iter().map(|row| row.label).next();
    trial.promise(labels == Some((0..=255).collect()), "a label has any bytes");
}

async fn ids_are_taken_once(trial: &Trial) {
    let (id, ada) = (new_sign_in(), new_person());
    entered(trial, id, ada).await;
    let again = applied(trial, enter(id, ada)).await;
    trial.promise(again.is_none(), "entering a sign-in whose id is taken is a conflict");
    trial.promise(ids(trial, ada).await == [id], "a sign-in is not entered over another");
    trial.promise(applied(trial, end(id, ada)).await.is_some(), "a sign-in is ended");
    let again = applied(trial, enter(id, ada)).await;
    trial.promise(again.is_none(), "a sign-in that ended is not entered again");
}

async fn renewals(trial: &Trial) {
    let ([one, two, three, four, tab], ada) = ([(); 5].map(|()| new_sign_in()), new_person());
    let sealed_at = entered(trial, one, ada).await;
    let before = mark(trial).await;
    let at = applied(trial, renew(two, ada, one, sealed_at)).await;
    trial.promise(at >= Some(sealed_at), "a sign-in that lives is renewed");
    let rows = list(trial, ada).await;
    let row = rows.first().map(|row| (row.id, row.first, row.label.len()));
    trial.promise(
        rows.len() == 1 && row == Some((two, one, 8)),
        "a renewal takes the place of the other in the list, goes on from it, and keeps its label",
    );
    let dies = told(trial, &before, one).await.map(|ended| ended.at.unix());
    let in_grace = at.map(|at| at.unix() + Op::GRACE);
    let is_late = dies.zip(in_grace).is_some_and(|(dies, late)| dies + 2 >= late && dies <= late);
    trial.promise(is_late, "what was renewed ends ten seconds later");
    trial.promise(
        applied(trial, renew(tab, ada, one, sealed_at)).await.is_some(),
        "for requests that are under way what was renewed lives for ten seconds",
    );
    let sealed_at = at.unwrap_or_default();
    trial.promise(applied(trial, renew(three, ada, two, sealed_at)).await.is_some(), "and so on");
    let firsts = list(trial, ada).await.into_iter().map(|row| row.first);
    trial.promise(firsts.eq([one, one]), "all renewals go on from the first");
    let named = Op::Enter {
        id: four,
        person: ada,
        renews: Some((three, at.unwrap_or_default())),
        cuts_off: None,
        started_at: STARTED,
        lifetime: 7200,
        label: Some(b"named".into()),
    };
    trial.promise(applied(trial, named).await.is_some(), "a sign-in is renewed under another label");
    let row = list(trial, ada).await.into_iter().find(|row| row.id == four);
    trial.promise(row.is_some_and(|row| row.label == b"named"), "a renewal takes another label");
}

/// The sign-ins are from before there was a store, or from before it was emptied.
async fn renewals_of_what_is_not_there(trial: &Trial) {
    let (old, new, ada) = (new_sign_in(), new_sign_in(), new_person());
    let before = mark(trial).await;
    let at = applied(trial, renew(new, ada, old, STARTED)).await;
    trial.promise(at.is_some(), "a sign-in that the store has no row of is renewed");
    let row = list(trial, ada).await.into_iter().next().map(|row| (row.id, row.first));
    trial.promise(row == Some((new, old)), "a renewal goes on from what the store has no row of");
    trial.promise(
        told(trial, &before, old).await.is_some(),
        "what was renewed ends, though the store had no row of it",
    );
}

async fn what_has_ended_is_not_renewed(trial: &Trial) {
    let (old, new, ada) = (new_sign_in(), new_sign_in(), new_person());
    let sealed_at = entered(trial, old, ada).await;
    trial.promise(applied(trial, end(old, ada)).await.is_some(), "a sign-in is ended");
    let renewed = applied(trial, renew(new, ada, old, sealed_at)).await;
    trial.promise(renewed.is_none(), "renewing a sign-in that ended is a conflict");
    trial.promise(ids(trial, ada).await.is_empty(), "renewing a sign-in that ended enters nothing");
    let again = applied(trial, renew(old, ada, old, sealed_at)).await;
    trial.promise(again.is_none(), "an id is entered once");
}

async fn activity_and_labels(trial: &Trial) {
    let (id, ada, bob) = (new_sign_in(), new_person(), new_person());
    let sealed_at = entered(trial, id, ada).await;
    let seen = |person, ago| Op::Seen { id, person, ago };
    let label = |person, label: &str| Op::Label { id, person, label: label.into() };
    let seen_at = async || list(trial, ada).await.first().map(|row| (row.seen_at, row.label.clone()));
    let before = seen_at().await;
    trial.done(&[seen(ada, 600), seen(bob, 0), label(bob, "mine")], "activity is written down").await;
    trial.promise(
        seen_at().await == before,
        "earlier activity than is written down changes nothing, nor does another person's",
    );
    trial.done(&[seen(ada, 0), label(ada, "hers")], "activity and a label are written down").await;
    let after = seen_at().await;
    trial.promise(
        after.as_ref().is_some_and(|(at, label)| *at >= sealed_at && label == b"hers"),
        "a sign-in that lives takes activity and another label",
    );
    trial.done(&[end(id, ada), seen(ada, 0), label(ada, "late")], "activity of what ended is dropped").await;
    trial.promise(ids(trial, ada).await.is_empty(), "activity revives nothing");
    let ghost = new_sign_in();
    trial
        .done(&[Op::Seen { id: ghost, person: ada, ago: 0 }], "activity of what is not there is dropped")
        .await;
    trial.promise(ids(trial, ada).await.is_empty(), "activity makes no sign-in");
}

async fn all_or_nothing(trial: &Trial) {
    let (ada, [old, new]) = (new_person(), [(); 2].map(|()| new_sign_in()));
    entered(trial, old, ada).await;
    let before = mark(trial).await;
    let (id, first) = (new_id(), record(1, "first"));
    let bad = replace(new_id(), 1, &first);
    let operations = [end(old, ada), super::cut_off(ada), enter(new, ada), insert(id, &first), bad];
    let applied = trial.apply(&operations).await;
    trial.promise(applied == Applied::Conflict(4), "a conflict names its operation, counted from 0");
    trial.promise(ids(trial, ada).await == [old], "with one conflict nobody is signed in or out");
    trial.promise(
        told(trial, &before, old).await.is_none() && super::told_cut_off(trial, &before, ada).await.is_none(),
        "with one conflict nothing is told",
    );
    let operations = [insert(id, &first), enter(new, ada), enter(old, ada)];
    trial.promise(trial.apply(&operations).await == Applied::Conflict(2), "a sign-in that conflicts is told");
    trial.finds(id, None, "with a sign-in that conflicts no record is made").await;
    trial.promise(ids(trial, ada).await == [old], "with one conflict nobody is signed in or out");
    trial
        .done(
            &[end(old, ada), insert(id, &first), enter(new, ada)],
            "sign-ins and records are written together",
        )
        .await;
    trial.finds(id, Some(&first), "sign-ins and records are written together").await;
    trial.promise(ids(trial, ada).await == [new], "sign-ins and records are written together");
}
