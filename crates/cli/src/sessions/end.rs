//! `gingersnap sessions end`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::SignInKey;
use gingersnap::keyring::Keyring;
use gingersnap::store::{Applied, Op, Store};

use super::DONE;
use crate::error::Error;
use crate::render::time_and_distance;

/// Ends what goes on from a sign-in. What the store has no row of is noted as ended: a cookie of it may be about.
pub(super) async fn run(store: &Arc<dyn Store>, key: &SignInKey, out: &mut impl Write) -> Result<(), Error> {
    let (person, first) = (key.person(), key.first());
    let (rows, now) = store.sign_ins(person).await?;
    // The key of a sign-out that did not reach the store is that of a cookie, and may be a renewal's.
    let first = rows.iter().find(|row| row.id == first).map_or(first, |row| row.first);
    let listed = rows.iter().filter(|row| row.first == first).max_by_key(|row| row.seen_at);
    let (ended, _) = store.apply(&[Op::EndFirst { first, person }]).await?;
    let lifetime = Keyring::MAX_LONGEST_SESSION;
    store.apply(&[Op::End { id: key.first(), person, lifetime }]).await?;
    match listed.filter(|_| ended == Applied::Done) {
        Some(it) => {
            let (started, seen) = (time_and_distance(it.started_at, now), time_and_distance(it.seen_at, now));
            writeln!(out, "ended the sign-in that started {started} and was last seen {seen}: {DONE}")?;
        }
        None if ended == Applied::Done => writeln!(out, "ended it: {DONE}")?,
        None => {
            writeln!(
                out,
                "{store} has no sign-in of this key that lives; should a cookie of it be about, {DONE}"
            )?;
        }
    }
    Ok(())
}
