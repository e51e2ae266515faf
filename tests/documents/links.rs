//! Every link of every document leads somewhere, in the repository and in the package that is published.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::document;

/// The files that git keeps, or would, by their paths from the root.
fn in_the_repository() -> BTreeSet<String> {
    listed(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))
}

/// The files of the package that is published.
fn in_the_package() -> BTreeSet<String> {
    listed(Command::new(env!("CARGO")).args([
        "package",
        "--list",
        "--allow-dirty",
        "--offline",
        "--package",
        "gingersnap",
    ]))
}

fn listed(command: &mut Command) -> BTreeSet<String> {
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A document without its code.
fn prose(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

/// The targets of the links in a document: those in brackets, and those of names.
fn targets(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let is_name = |line: &&str| line.starts_with('[') && line.contains("]: ");
    let named =
        text.lines().filter(is_name).filter_map(|line| line.split_once("]: ")).map(|(_, target)| target);
    inline.chain(named).filter(|target| !target.contains("://")).collect()
}

/// The path that `target` names in a document at `from`.
fn resolved(from: &str, target: &str) -> String {
    let mut path = PathBuf::from(from);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{from}: {target}"),
            part => path.push(part),
        }
    }
    path.to_str().unwrap().to_owned()
}

/// The anchors of a document's headings, as the forges make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let anchor = |line: &str| {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        text.chars().filter(is_kept).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// The links of these files' documents that lead nowhere among the files.
fn dead_links(files: &BTreeSet<String>) -> Vec<String> {
    let mut dead = Vec::new();
    // Below `src/` is text for rustdoc, which follows its links itself.
    for from in files.iter().filter(|file| file.ends_with(".md") && !file.starts_with("src/")) {
        for target in targets(&prose(&document(from))) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let to = if path.is_empty() { from.clone() } else { resolved(from, path) };
            let is_there =
                files.contains(&to) || files.iter().any(|file| file.starts_with(&format!("{to}/")));
            let is_named = anchor.is_empty() || (is_there && anchors(&document(&to)).contains(anchor));
            if !(is_there && is_named) {
                dead.push(format!("{from}: {target}"));
            }
        }
    }
    dead
}

const NONE: [String; 0] = [];

#[test]
fn every_link_leads_somewhere_in_the_repository() {
    let files = in_the_repository();
    assert!(files.contains("README.md") && files.len() > 300);
    assert_eq!(dead_links(&files), NONE);
}

#[test]
fn every_link_leads_somewhere_in_the_package_that_is_published() {
    let files = in_the_package();
    assert!(files.contains("README.md") && files.contains("docs/FORMAT.md"));
    assert_eq!(dead_links(&files), NONE);
}
