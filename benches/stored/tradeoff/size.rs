//! What a session takes in each store.

use tokio::runtime::Runtime;

use crate::csv::Csv;
use crate::load::seed;
use crate::requests::LINES;
use crate::side_by_side::Stores;

const SESSIONS: usize = 4_000;

/// Bytes in memory and on the disk of each of many new sessions; a cookie takes none.
pub(crate) fn measure(runtime: &Runtime, stores: &mut Stores, is_quick: bool) -> Csv {
    let sessions = if is_quick { 200 } else { SESSIONS };
    let mut table = Csv::new(&["library", "store", "lines", "memory", "disk"]);
    for side in stores.sides.iter().filter(|side| side.store != "cookie") {
        let place = &stores.places[side.place];
        for lines in LINES {
            let bytes = || place.bytes().unwrap_or_else(|| [side.node.resident(), 0]);
            let before = bytes();
            seed(runtime, &side.node, sessions, lines);
            let after = bytes();
            let each =
                |index: usize| (after[index].saturating_sub(before[index]) / sessions as u64).to_string();
            table.rows.push(vec![
                side.library.into(),
                side.store.into(),
                lines.to_string(),
                each(0),
                each(1),
            ]);
        }
    }
    table.print("bytes of a session", |_| true);
    table
}
