//! A crate, a module and a file name only those below them; the tower layer's own work is done nowhere below it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests and their helpers fail by panicking")]

mod circles;
mod names;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use names::{Modules, named};
use source::{Source, sources};

/// The places of the crates' sources, lowest first, and the names under which others know them.
const CRATES: [(&str, &str); 5] = [
    ("crates/token/src", "gingersnap_token"),
    ("src", "gingersnap"),
    ("crates/server/src", "gingersnap_server"),
    ("shop/src", "gingersnap_shop"),
    ("crates/cli/src", "gingersnap_cli"),
];
const TOKEN: &str = CRATES[0].0;
const LIBRARY: &str = CRATES[1].0;
const SERVER: &str = CRATES[2].0;
const SHOP: &str = CRATES[3].0;

/// The modules of the token crate, lowest first.
const TOKEN_ORDER: [&str; 6] = ["hex", "entropy", "refusal", "time", "token", "keyring"];

/// The modules of the library, lowest first.
const LIBRARY_ORDER: [&str; 11] = [
    "shape", "cookie", "store", "sign_ins", "session", "keystore", "backends", "guard", "layer", "reload",
    "testing",
];

/// The files of `session/`, lowest first; a folder's name stands for its `mod.rs`.
const SESSION_ORDER: [&str; 43] = [
    "policy",
    "place",
    "error",
    "settings",
    "following",
    "request",
    "draft",
    "record",
    "plan",
    "identity/accept",
    "activity/idle",
    "identity/adoption",
    "identity/state",
    "identity/entry",
    "identity/label",
    "identity/sign_in",
    "identity/revoker",
    "flash/state",
    "data",
    "data/encoding",
    "data/sight",
    "data/live",
    "data/who",
    "data/slot",
    "data/rows",
    "data/decide",
    "data/saved",
    "data/adopt",
    "data/newest",
    "map",
    "report",
    "state",
    "exchange",
    "storing",
    "decide",
    "commit",
    "flash",
    "identity",
    "activity/passive",
    "activity",
    "data/session",
    "data/view",
    "mod",
];

/// Files that may name each other: serde's traits are recursive, and so are their implementations.
const RECURSIVE: [[&str; 2]; 2] =
    [["shape/elements.rs", "shape/probe.rs"], ["shape/parts.rs", "shape/record.rs"]];

const AEAD_CRATES: [&str; 5] = ["aes_gcm", "chacha20poly1305", "xaes_256_gcm", "aes::", "aead::"];
const LAYERS_OWN: [&str; 6] =
    ["SystemTime::now", "clock_gettime", "Instant::now", "env::var", "getrandom::", "thread_rng"];
/// Paths that do I/O, or are of the web.
const OUTSIDE: [&str; 8] =
    ["std::fs", "std::io", "std::net", "std::thread", "std::process", "std::time", "http::", "tokio::"];
/// The tower layers, which alone may log.
const LOGGING: [&str; 3] = ["guard", "layer", "reload"];

const NOTHING: [String; 0] = [];

/// The names of modules above its own that a crate's files use; of at least `least` names that lead to another module.
fn upward(root: &str, order: &[&str], least: usize) -> Vec<String> {
    let sources = sources(root);
    let modules = Modules::of(&sources);
    let rank = |module: &str| order.iter().position(|it| *it == module);
    let (mut bad, mut seen) = (Vec::new(), 0);
    // The root, and the modules in braces there, gather from everywhere.
    for source in sources.iter().filter(|source| source.top() != "lib" && !source.is_inline) {
        let own = rank(&source.top());
        assert!(own.is_some(), "{} is in no known module", source.place(1));
        for name in named(source) {
            let Some(to) = modules.file(&source.module(), &name.path) else { continue };
            seen += usize::from(sources[to].top() != source.top());
            if sources[to].top() != "lib" && rank(&sources[to].top()) > own {
                bad.push(format!("{}: {}", source.place(name.line), name.path.join("::")));
            }
        }
    }
    assert!(seen >= least, "only {seen} names lead to another module of {root}");
    bad
}

#[test]
fn no_module_of_the_token_crate_names_one_above_it() {
    assert_eq!(upward(TOKEN, &TOKEN_ORDER, 50), NOTHING);
}

#[test]
fn no_module_of_the_library_names_one_above_it() {
    assert_eq!(upward(LIBRARY, &LIBRARY_ORDER, 50), NOTHING);
}

#[test]
fn no_crate_names_one_above_it() {
    for (at, (root, _)) in CRATES.iter().enumerate() {
        let above: Vec<_> = CRATES[at + 1..].iter().map(|(_, name)| format!("{name}::")).collect();
        let above: Vec<_> = above.iter().map(String::as_str).collect();
        for source in sources(root) {
            assert_eq!(source.holding(&above), NOTHING);
        }
    }
}

#[test]
fn server_and_shop_know_nothing_of_each_other_nor_of_the_command_line() {
    for source in sources(SERVER) {
        assert_eq!(source.holding(&["gingersnap_shop", "askama", "clap::"]), NOTHING);
    }
    for source in sources(SHOP) {
        assert_eq!(source.holding(&["gingersnap_server", "clap::"]), NOTHING);
    }
}

#[test]
fn no_files_name_each_other_but_where_serde_does() {
    for (root, _) in CRATES {
        let mut circles = circles::circles(&sources(root));
        for pair in RECURSIVE {
            circles.remove(pair.map(String::from).as_slice());
        }
        assert_eq!(circles, BTreeSet::new(), "{root}");
    }
}

#[test]
fn no_file_of_a_session_names_one_above_it() {
    let sources = sources(LIBRARY);
    let name = |source: &Source| match source.module().as_slice() {
        [session] if session == "session" => Some("mod".to_owned()),
        // The values of a map are one place, and so is the identity that is signed in.
        [session, map, ..] if session == "session" && map == "map" => Some(map.clone()),
        [session, folder, name]
            if session == "session" && ["sign_ins", "signed_in", "verbs"].contains(&name.as_str()) =>
        {
            Some(folder.clone())
        }
        [session, path @ ..] if session == "session" => Some(path.join("/")),
        _ => None,
    };
    let rank = |name: &str| SESSION_ORDER.iter().position(|it| *it == name);
    let arrows = circles::arrows(&sources);
    let mut bad = Vec::new();
    for (from, source) in sources.iter().enumerate() {
        let Some(own) = name(source) else { continue };
        assert!(rank(&own).is_some(), "{} has no place in the order", source.place(1));
        let above = arrows[from].iter().filter_map(|&to| name(&sources[to]));
        bad.extend(above.filter(|to| rank(to) > rank(&own)).map(|to| format!("{own} names {to}")));
    }
    assert_eq!(bad, NOTHING);
}

#[test]
fn only_the_suites_name_an_aead_crate() {
    for (root, _) in CRATES {
        for source in sources(root) {
            if source.path != Path::new("token/suite.rs") {
                assert_eq!(source.holding(&AEAD_CRATES), NOTHING);
            }
        }
    }
}

#[test]
fn the_token_crate_does_no_io() {
    for source in sources(TOKEN) {
        assert_eq!(source.holding(&OUTSIDE), NOTHING);
    }
}

#[test]
fn below_the_layer_nothing_reads_a_clock_randomness_or_the_environment() {
    let library =
        sources(LIBRARY).into_iter().filter(|source| source.top() != "layer" && source.top() != "lib");
    for source in library.chain(sources(TOKEN)) {
        assert_eq!(source.holding(&LAYERS_OWN), NOTHING);
    }
}

#[test]
fn nothing_logs_but_the_tower_layers() {
    let others = sources(LIBRARY).into_iter().filter(|source| !LOGGING.contains(&source.top().as_str()));
    for source in others.chain(sources(TOKEN)) {
        assert_eq!(source.holding(&["tracing::"]), NOTHING);
    }
}

#[test]
fn the_guard_and_the_shape_of_types_know_nothing_of_sessions() {
    for module in ["guard", "shape"] {
        let files: Vec<_> = sources(LIBRARY).into_iter().filter(|source| source.top() == module).collect();
        assert!(!files.is_empty());
        for source in files {
            assert_eq!(source.holding(&["crate::"]), NOTHING);
        }
    }
}
