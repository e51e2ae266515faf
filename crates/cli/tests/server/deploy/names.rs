//! Names in the files: variables of the program, and files in the table of the README.

use std::{collections::BTreeSet, fs};

use super::{folder, text};
use crate::help::{Dir, program};

/// Every file, by its path.
fn files() -> BTreeSet<String> {
    let (root, mut folders, mut files) = (folder(), vec![folder()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(&root).expect("a file of ours").display().to_string());
            }
        }
    }
    files
}

#[test]
fn the_readme_has_each_file_once() {
    let readme = text("README.md");
    let (_, table) = readme.split_once("|---|---|---|\n").expect("a table");
    let cells = table.lines().map_while(|line| line.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let mut all = files();
    assert!(all.remove("README.md"));
    assert_eq!(named.len(), all.len());
    assert_eq!(named.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), all);
}

#[test]
fn every_variable_in_the_files_is_one_that_the_program_reads() {
    let mut help = String::new();
    for command in [&["demo"][..], &["keys", "init"], &["store", "init"]] {
        let output = program(&Dir::new(), &[command, &["--help"]].concat()).output().expect("runs");
        help.push_str(&String::from_utf8_lossy(&output.stdout));
    }
    let mut seen = BTreeSet::new();
    for text in files().iter().map(|path| text(path)) {
        for tail in text.split("GINGERSNAP_").skip(1) {
            let name = tail.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap_or_default();
            assert!(
                help.contains(&format!("[env: GINGERSNAP_{name}]"))
                    || help.contains(&format!("[env: GINGERSNAP_{name}=")),
                "{name}"
            );
            seen.insert(name.to_owned());
        }
    }
    assert!(seen.len() > 4, "{seen:?}");
}
