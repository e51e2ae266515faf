//! A module names only modules below it; what only the tower layer may do, nothing below it does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests and their helpers fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules, lowest first.
const ORDER: [&str; 14] = [
    "entropy",
    "refusal",
    "timestamp",
    "token",
    "keyring",
    "cookie",
    "session",
    "keystore",
    "store",
    "revocation",
    "guard",
    "layer",
    "reload",
    "testing",
];

/// What `lib.rs` re-exports, for files that name it as `crate::Name`.
const REEXPORTS: [(&str, &str); 6] = [
    ("Entropy", "entropy"),
    ("NoEntropy", "entropy"),
    ("Refusal", "refusal"),
    ("RefusalClass", "refusal"),
    ("SKEW", "timestamp"),
    ("Timestamp", "timestamp"),
];

const AEAD_CRATES: [&str; 5] = ["aes_gcm", "chacha20poly1305", "xaes_256_gcm", "aes::", "aead::"];
const LAYERS_OWN: [&str; 6] =
    ["SystemTime::now", "clock_gettime", "Instant::now", "env::var", "getrandom::", "thread_rng"];
/// The tower layers, which alone may log.
const LOGGING: [&str; 3] = ["guard", "layer", "reload"];

/// A source file: its path below `src/`, and its lines without comments.
struct Source {
    path: PathBuf,
    lines: Vec<(usize, String)>,
}

impl Source {
    fn module(&self) -> &str {
        let first = self.path.components().next().unwrap().as_os_str().to_str().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn place(&self, line: usize) -> String {
        format!("src/{}:{line}", self.path.display())
    }

    /// The lines that hold one of `words`.
    fn holding(&self, words: &[&str]) -> Vec<String> {
        let bad = self.lines.iter().filter(|(_, text)| words.iter().any(|word| text.contains(word)));
        bad.map(|(line, text)| format!("{}: {}", self.place(*line), text.trim())).collect()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 30, "only {} files under {}", files.len(), root.display());
    let read = |path: PathBuf| {
        let lines = fs::read_to_string(&path).unwrap();
        let lines = lines.lines().enumerate().map(|(at, text)| (at + 1, without_comment(text).to_owned()));
        Source { lines: lines.collect(), path: path.strip_prefix(&root).unwrap().into() }
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// The line up to `//`, which stands in no string of this crate's code.
fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap()
}

/// The crate-level names that a file uses: `crate::a::…` and each of `crate::{a::…, b}`.
fn names(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, (line, text)) in source.lines.iter().enumerate() {
        for (start, path) in text.match_indices("crate::") {
            let rest = &text[start + path.len()..];
            let in_visibility = text[..start].ends_with("in ");
            if in_visibility {
                continue;
            }
            if rest.starts_with('{') {
                let all = source.lines[at..].iter().map(|(_, text)| text.as_str()).collect::<String>();
                let group = &all[all.find("crate::{").unwrap() + "crate::{".len()..];
                found.extend(top_level(group).into_iter().map(|name| (*line, name)));
            } else {
                found.push((*line, identifier(rest)));
            }
        }
    }
    found
}

/// The first identifier of each item of a use group, up to the brace that closes it.
fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut item, mut names) = (0, String::new(), Vec::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(identifier(std::mem::take(&mut item).trim())),
            _ => {}
        }
        if depth == 0 && letter != ',' {
            item.push(letter);
        }
    }
    names.push(identifier(item.trim()));
    names.retain(|name| !name.is_empty());
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|it| *it == module)
}

#[test]
fn every_module_has_its_place_in_the_order() {
    for source in sources().iter().filter(|source| source.module() != "lib") {
        assert!(rank(source.module()).is_some(), "{} is in no known module", source.place(1));
    }
}

#[test]
fn no_module_names_one_above_it() {
    let mut bad = Vec::new();
    let mut seen = 0;
    for source in sources().iter().filter(|source| source.module() != "lib") {
        for (line, name) in names(source) {
            let module =
                REEXPORTS.iter().find(|(it, _)| *it == name).map_or(name.as_str(), |(_, module)| module);
            seen += 1;
            match rank(module) {
                Some(other) if Some(other) <= rank(source.module()) => {}
                _ => bad.push(format!("{}: {} names {name}", source.place(line), source.module())),
            }
        }
    }
    assert!(seen > 50, "only {seen} names were found");
    assert_eq!(bad, Vec::<String>::new());
}

#[test]
fn only_the_suites_name_an_aead_crate() {
    let others = sources().into_iter().filter(|source| source.path != Path::new("token/suite.rs"));
    assert_eq!(
        others.flat_map(|source| source.holding(&AEAD_CRATES)).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn below_the_layer_nothing_reads_a_clock_randomness_or_the_environment() {
    let below = sources().into_iter().filter(|source| source.module() != "layer" && source.module() != "lib");
    assert_eq!(
        below.flat_map(|source| source.holding(&LAYERS_OWN)).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn nothing_logs_but_the_tower_layers() {
    let others = sources().into_iter().filter(|source| !LOGGING.contains(&source.module()));
    assert_eq!(
        others.flat_map(|source| source.holding(&["tracing::"])).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn the_guard_knows_nothing_of_sessions() {
    let guard = sources().into_iter().filter(|source| source.module() == "guard").collect::<Vec<_>>();
    assert!(!guard.is_empty());
    assert_eq!(
        guard.iter().flat_map(|source| source.holding(&["crate::"])).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn the_check_sees_groups_and_paths() {
    let lines = [
        "use crate::{Refusal, token::{Aad, Kind}, layer};",
        "fn f() { crate::session::g() }",
        "pub(in crate::token) x",
    ];
    let lines = lines.iter().enumerate().map(|(at, text)| (at, (*text).to_owned())).collect();
    let found = names(&Source { path: "token/x.rs".into(), lines });
    let names = found.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["Refusal", "token", "layer", "session"]);
}
