//! The feed: everything from the beginning, only what is new from a mark, and a hint of it.

use super::{applied, cut_off, end, mark, new_person, new_sign_in, pull, told};
use crate::testing::store::trial::Trial;

pub(super) async fn all(trial: &Trial) {
    whatever_handle_is_asked(trial).await;
    strange_marks(trial).await;
    hints(trial).await;
}

async fn whatever_handle_is_asked(trial: &Trial) {
    let (ended, ada, before) = (new_sign_in(), new_person(), mark(trial).await);
    trial.promise(applied(trial, end(ended, ada)).await.is_some(), "a sign-in is ended");
    trial.promise(applied(trial, cut_off(ada)).await.is_some(), "a person is cut off");
    for store in &trial.handles {
        for (mark, is_anew) in [(&before[..], false), (&[], true)] {
            let feed = pull(trial, &**store, mark).await;
            trial.promise(
                feed.ended.iter().any(|it| it.id == ended) && feed.cut_offs.iter().any(|it| it.person == ada),
                "what ended is in the feed from each earlier mark, by whichever handle",
            );
            trial.promise(
                feed.is_anew == is_anew,
                "a feed from the beginning is anew, one from a mark goes on",
            );
            let mut after = feed.mark;
            let mut is_repeated = true;
            // An end may come twice, while others write for long.
            for _ in 0..200 {
                let other = new_sign_in();
                trial.promise(applied(trial, end(other, ada)).await.is_some(), "a sign-in is ended");
                let feed = pull(trial, &**store, &after).await;
                trial.promise(feed.ended.iter().any(|it| it.id == other), "a feed goes on from its mark");
                is_repeated = feed.ended.iter().any(|it| it.id == ended);
                after = feed.mark;
                if !is_repeated {
                    break;
                }
            }
            trial.promise(!is_repeated, "a feed does not tell everything again and again");
        }
    }
}

/// Strange marks: another store's, one that was cut, and one of a store that was ahead of this one.
async fn strange_marks(trial: &Trial) {
    let (ended, ada) = (new_sign_in(), new_person());
    trial.promise(applied(trial, end(ended, ada)).await.is_some(), "a sign-in is ended");
    let here = mark(trial).await;
    let ahead: Vec<u8> =
        here.iter().enumerate().map(|(at, byte)| if at < 8 { *byte } else { 0x7F }).collect();
    let cut = here.get(..here.len() / 2).unwrap_or_default();
    for strange in [&b"not mine"[..], &[0; 400], cut, &ahead] {
        let feed = pull(trial, &**trial.next(), strange).await;
        trial.promise(feed.is_anew, "a feed from a mark that is not this store's begins anew");
        let found = feed.ended.iter().any(|it| it.id == ended);
        trial.promise(found, "a feed that begins anew has everything");
    }
}

async fn hints(trial: &Trial) {
    for (listener, other) in [(0, 1), (1, 0)] {
        let [listener, other] = [listener, other].map(|at| trial.handles.get(at));
        let (Some(listener), Some(other)) = (listener, other) else { continue };
        let (id, ada, before) = (new_sign_in(), new_person(), mark(trial).await);
        let changed = listener.changed();
        trial.answer(other.apply(&[end(id, ada)])).await;
        let told_so = trial.within(changed, "whoever waits for a change is told within a second").await;
        trial.promise(told_so, "a store that is open tells of changes");
        trial.promise(told(trial, &before, id).await.is_some(), "and finds it in the feed");
    }
}
