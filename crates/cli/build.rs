//! Tells the program what it was built from: the commit if there is a repository, the features and the target.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut read = Vec::new();
    let commit = commit(&manifest.join("../..").join(".git"), &mut read).unwrap_or_else(|| "unknown".into());
    for path in read {
        writeln!(out, "cargo:rerun-if-changed={}", path.display())?;
    }
    writeln!(out, "cargo:rerun-if-changed=build.rs")?;
    writeln!(out, "cargo:rustc-env=GINGERSNAP_COMMIT={commit}")?;
    writeln!(out, "cargo:rustc-env=GINGERSNAP_FEATURES={}", features())?;
    writeln!(out, "cargo:rustc-env=GINGERSNAP_TARGET={}", env::var("TARGET").unwrap_or_default())
}

/// The features that add something: `default` and `full` are only names for some of them.
fn features() -> String {
    let names = env::vars().filter_map(|(name, _)| Some(name.strip_prefix("CARGO_FEATURE_")?.to_lowercase()));
    let mut names: Vec<_> = names.filter(|name| name != "default" && name != "full").collect();
    names.sort();
    if names.is_empty() { "none".into() } else { names.join(",") }
}

/// The commit that is checked out; none in a packed archive, or where git keeps it otherwise. `read` gets the files that tell it.
fn commit(git: &Path, read: &mut Vec<PathBuf>) -> Option<String> {
    // In a further working tree `.git` is a file that names the folder.
    let folder = match fs::read_to_string(git) {
        Ok(link) => git.parent()?.join(link.strip_prefix("gitdir: ")?.trim()),
        Err(_) => git.to_owned(),
    };
    let shared = match fs::read_to_string(folder.join("commondir")) {
        Ok(path) => folder.join(path.trim()),
        Err(_) => folder.clone(),
    };
    let mut text = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok();
        // Cargo takes a file that is not there for one that has changed, each time.
        read.extend(text.is_some().then_some(path));
        text
    };
    let head = text(folder.join("HEAD"))?;
    let commit = match head.strip_prefix("ref: ").map(str::trim) {
        None => head,
        Some(name) => text(shared.join(name)).or_else(|| {
            let packed = text(shared.join("packed-refs"))?;
            let line = packed.lines().find(|line| line.split_once(' ').is_some_and(|(_, it)| it == name))?;
            Some(line.to_owned())
        })?,
    };
    let commit = commit.split_whitespace().next()?;
    let is_hash = commit.len() >= LEN && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| commit.get(..LEN).unwrap_or(commit).to_owned())
}

/// Digits of a commit that are told.
const LEN: usize = 12;
