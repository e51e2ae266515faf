//! Everything that the documents name and link to exists.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod links;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn document(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The text of every Rust file below `folder`.
fn sources(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            out.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The rows of the tables in `text`, each as its cells; those that stand above and below a heading's line are none.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_row = |at: usize| {
        let is_heading = lines.get(at + 1).is_some_and(|below| below.starts_with("|-"));
        lines[at].starts_with("| ") && !is_heading
    };
    let cells = |at: usize| lines[at].trim_matches('|').split('|').map(str::trim).collect();
    (0..lines.len()).filter(|&at| is_row(at)).map(cells).collect()
}

/// The tests that each row names in its cell number `column`: at least one.
#[track_caller]
fn tests_named<'d>(rows: &[Vec<&'d str>], column: usize) -> Vec<Vec<&'d str>> {
    let tests = |row: &Vec<&'d str>| {
        let tests: Vec<_> = row[column].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "a row without a test: {row:?}");
        tests
    };
    rows.iter().map(tests).collect()
}

#[track_caller]
fn all_are_there(tests: &BTreeSet<&str>) {
    let mut code = String::new();
    for folder in ["src", "tests", "crates", "shop"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut code);
    }
    for test in tests {
        assert!(code.contains(&format!("fn {test}(")), "a document names a test that is not there: {test}");
    }
}

#[test]
fn every_test_that_the_security_guarantees_name_exists() {
    let document = document("SECURITY.md");
    let (_, guarantees) = document.split_once("## What is guaranteed").unwrap();
    let (guarantees, _) = guarantees.split_once("## What is not").unwrap();
    let mut named = BTreeSet::new();
    for tests in tests_named(&rows(guarantees), 1) {
        let before = named.len();
        named.extend(&tests);
        assert!(named.len() > before, "no test of its own: {tests:?}");
    }
    assert!(named.len() > 50, "{}", named.len());
    all_are_there(&named);
}

#[test]
fn every_test_that_the_table_of_standards_names_exists() {
    let document = document("docs/STANDARDS.md");
    let (_, tables) = document.split_once("## ASVS").unwrap();
    let rows = rows(tables);
    // The application's part has none.
    let shown: Vec<_> = rows.into_iter().filter(|row| row[row.len() - 1] != "–").collect();
    let named: BTreeSet<_> =
        shown.iter().flat_map(|row| tests_named(std::slice::from_ref(row), row.len() - 1).concat()).collect();
    assert!(named.len() > 20, "{}", named.len());
    all_are_there(&named);
}

#[test]
fn every_behaviour_has_its_number_and_its_tests() {
    let document = document("docs/BEHAVIOURS.md");
    let rows = rows(&document);
    let mut numbers: Vec<usize> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=70).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row.len() == 4));
    let named: BTreeSet<_> = tests_named(&rows, 2).into_iter().flatten().collect();
    assert!(named.len() > 80, "{}", named.len());
    all_are_there(&named);
}
