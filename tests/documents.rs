//! What the documents name is there.
#![allow(clippy::unwrap_used, reason = "tests and their helpers fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

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

#[test]
fn every_test_that_the_security_guarantees_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let (_, guarantees) = document.split_once("## What is guaranteed").unwrap();
    let (guarantees, _) = guarantees.split_once("## What is not").unwrap();
    let rows = guarantees.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut code = String::new();
    for folder in ["src", "tests", "service/src", "service/tests"] {
        sources(&root.join(folder), &mut code);
    }

    let mut named = BTreeSet::new();
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        let before = named.len();
        named.extend(tests.split('`').skip(1).step_by(2));
        assert!(named.len() > before, "no test of its own: {row}");
    }
    assert!(named.len() > 50, "{}", named.len());
    for test in named {
        assert!(code.contains(&format!("fn {test}(")), "SECURITY.md names a test that is not there: {test}");
    }
}
