//! `gingersnap sessions purge`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::store::Store;

use crate::error::Error;

/// Removes what ended more than an hour ago, until nothing is left of it.
pub(super) async fn run(store: &Arc<dyn Store>, scheme: &str, out: &mut impl Write) -> Result<(), Error> {
    let mut removed = 0;
    let failed = loop {
        match store.purge(BATCH).await {
            Ok((0, _)) => break None,
            Ok((some, _)) => removed += u64::from(some),
            Err(error) => break Some(error),
        }
    };
    let ended = "that ended more than an hour ago";
    match (removed, &failed, scheme) {
        (1.., ..) => writeln!(out, "removed {} {ended} from {store}", records(removed))?,
        (_, Some(_), _) => {}
        (_, _, "redis" | "rediss") => {
            writeln!(out, "removed nothing: the server removes records of {store} itself")?;
        }
        _ => writeln!(out, "removed nothing: {store} has no record {ended}")?,
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn records(number: u64) -> String {
    if number == 1 { "1 record".into() } else { format!("{number} records") }
}

/// Records that one call removes at most. A store may do it in smaller parts, and ends a call after a second.
const BATCH: u32 = 100_000;
