//! Tables of plain words and numbers, kept as CSV.

use std::fs;
use std::path::Path;

use crate::harness::print_table;

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

    /// Prints the rows that are wanted.
    pub(crate) fn print(&self, title: &str, wanted: impl Fn(&[String]) -> bool) {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        let rows: Vec<_> = self.rows.iter().filter(|row| wanted(row)).cloned().collect();
        print_table(title, &head, &rows);
    }

    /// The cells of a column in the rows whose first cells are these.
    pub(crate) fn find(&self, keys: &[&str], column: &str) -> Vec<f64> {
        let index = self.head.iter().position(|name| name == column).expect("a column");
        let rows = self.rows.iter().filter(|row| row.iter().zip(keys).all(|(cell, key)| cell == key));
        rows.filter_map(|row| row.get(index)?.parse().ok()).collect()
    }
}
