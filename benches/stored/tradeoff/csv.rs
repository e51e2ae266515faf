//! Tables of plain words and numbers, kept as CSV.

use std::fs;
use std::path::Path;

/// Rows under a head; no cell has a comma in it.
pub(crate) struct Csv {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Csv {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
        let head = lines.next().unwrap_or_default();
        Self {
            rows: lines.inspect(|row| assert_eq!(row.len(), head.len(), "{}", path.display())).collect(),
            head,
        }
    }

    pub(crate) fn write(&self, path: &Path) {
        let lines = [&self.head].into_iter().chain(&self.rows).map(|row| row.join(",") + "\n");
        fs::write(path, lines.collect::<String>())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// The cells of a column in the rows whose first cells are these.
    pub(crate) fn find(&self, keys: &[&str], column: &str) -> Vec<f64> {
        let index = self.head.iter().position(|name| name == column).expect("a column");
        let rows = self.rows.iter().filter(|row| row.iter().zip(keys).all(|(cell, key)| cell == key));
        rows.filter_map(|row| row.get(index)?.parse().ok()).collect()
    }
}
