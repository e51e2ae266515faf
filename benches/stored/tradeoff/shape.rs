//! Whether a trial finds what is kept: the same columns, and rows of the same names.

use std::fs;
use std::path::Path;

use crate::csv::Csv;
use crate::pictures;

/// Fails if the kept table has other columns, or lacks a row of the trial; values may be any.
pub(crate) fn compare(path: &Path, trial: &Csv) {
    let kept = Csv::read(path);
    assert_eq!(kept.head, trial.head, "{}: other columns", path.display());
    assert!(!trial.rows.is_empty(), "{}: the trial found nothing", path.display());
    // What names a row comes before what was measured.
    let first = trial.head.iter().position(|name| MEASURED.contains(&name.as_str())).expect("a figure");
    for row in &trial.rows {
        let keys: Vec<&str> = row.iter().take(first).map(String::as_str).collect();
        let figures = kept.find(&keys, &trial.head[first]);
        assert_eq!(figures.len(), 1, "{}: a row of {keys:?}", path.display());
        let new = trial.find(&keys, &trial.head[first]);
        assert!(new.iter().all(|figure| figure.is_finite()), "{}: {keys:?} is no number", path.display());
    }
    println!("{}: of the same shape", path.display());
}

/// Fails if a picture that is kept is not the one that the kept tables give.
pub(crate) fn compare_pictures(folder: &Path) {
    for (name, picture) in pictures::draw(folder) {
        let kept = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            kept == picture,
            "{name} is not drawn from the tables: `cargo bench --bench tradeoff -- --plots`"
        );
    }
    println!("pictures: drawn from the tables");
}

/// The first column of each table that was measured.
const MEASURED: [&str; 4] = ["per_second", "memory", "answers", "page_up"];
