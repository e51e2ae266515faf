//! The paths that a file names, and the files that they lead to.

use std::collections::BTreeMap;

use super::source::Source;

/// A path that a file names, and what it calls the last of it.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
    alias: String,
    is_import: bool,
}

/// Every import of a file, each group as its single paths, and every other path from `crate`, `super` or `self`.
pub(crate) fn named(source: &Source) -> Vec<Named> {
    let mut found = Vec::new();
    let mut import: Option<(usize, String)> = None;
    for (line, text) in &source.lines {
        let start = import.take().or_else(|| imported(text).map(|rest| (*line, rest.to_owned())));
        match start {
            Some((first, mut all)) => {
                if first != *line {
                    all.push_str(text);
                }
                match all.split_once(';') {
                    Some((tree, _)) => expand(tree, &[], &mut |path, alias| {
                        found.push(Named { line: first, path, alias, is_import: true });
                    }),
                    None => import = Some((first, all)),
                }
            }
            None => found.extend(in_code(text).map(|path| Named {
                line: *line,
                alias: String::new(),
                path,
                is_import: false,
            })),
        }
    }
    found
}

/// The text after `use`, whatever its visibility.
fn imported(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let text = match text.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => text,
    };
    text.strip_prefix("use ")
}

/// Each path of a use tree, and the name that it gives to its last part.
fn expand(tree: &str, before: &[String], found: &mut impl FnMut(Vec<String>, String)) {
    let (path, group) = tree.split_once('{').map_or((tree, None), |(path, rest)| (path, Some(rest)));
    let (path, alias) = path.split_once(" as ").map_or((path, None), |(path, alias)| (path, Some(alias)));
    let mut all = before.to_vec();
    all.extend(
        path.split("::").map(str::trim).filter(|it| !it.is_empty() && *it != "self").map(String::from),
    );
    if path.trim() == "self" && before.is_empty() {
        all.push("self".into());
    }
    match group {
        Some(group) => split(group).into_iter().for_each(|item| expand(&item, &all, found)),
        None => {
            let last = all.last().cloned().unwrap_or_default();
            found(all, alias.map_or(last, |alias| alias.trim().to_owned()));
        }
    }
}

/// The items of a group, up to the brace that closes it.
fn split(group: &str) -> Vec<String> {
    let (mut depth, mut items) = (0, vec![String::new()]);
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().unwrap().push(letter);
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

/// The paths in a line of code that is no import.
fn in_code(text: &str) -> impl Iterator<Item = Vec<String>> {
    let starts = ["crate::", "super::", "self::"].into_iter().flat_map(|start| text.match_indices(start));
    // Neither `pub(in crate::…)` nor the rest of a longer path.
    let starts =
        starts.filter(|(at, _)| !text[..*at].ends_with([':', '_']) && !text[..*at].ends_with("(in "));
    starts.map(|(at, _)| {
        let end = |letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':');
        let path = &text[at..];
        let path = &path[..path.find(end).unwrap_or(path.len())];
        path.split("::").filter(|it| !it.is_empty()).map(String::from).collect()
    })
}

/// The modules of a crate, and what each of them imports.
pub(crate) struct Modules {
    files: BTreeMap<Vec<String>, usize>,
    imports: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl Modules {
    pub(crate) fn of(sources: &[Source]) -> Self {
        let files = sources.iter().enumerate().map(|(at, source)| (source.module(), at)).collect();
        let mut imports = BTreeMap::new();
        for source in sources {
            for Named { path, alias, .. } in named(source).into_iter().filter(|it| it.is_import) {
                imports.insert((source.module(), alias), path);
            }
        }
        Self { files, imports }
    }

    /// The file of the item that `path` names, seen from the module `from`; none if it is in another crate.
    pub(crate) fn file(&self, from: &[String], path: &[String]) -> Option<usize> {
        self.find(from, path, 8)
    }

    fn find(&self, from: &[String], path: &[String], hops: u32) -> Option<usize> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => (from.to_vec(), path),
            first if self.is_module(from, first) => (from.to_vec(), path),
            _ => return None,
        };
        while rest.first().is_some_and(|it| it == "super") {
            at.pop();
            rest = &rest[1..];
        }
        while let Some(child) = rest.first().filter(|child| self.is_module(&at, child)) {
            at.push(child.clone());
            rest = &rest[1..];
        }
        let imported = rest.first().and_then(|name| self.imports.get(&(at.clone(), name.clone())));
        match imported {
            // Imported there from somewhere else: the source is what is named, whichever crate it is in.
            Some(path) if hops > 0 && *path != [rest[0].clone()] => self.find(&at, path, hops - 1),
            _ => self.files.get(&at).copied(),
        }
    }

    fn is_module(&self, parent: &[String], child: &str) -> bool {
        let path: Vec<_> = parent.iter().map(String::as_str).chain([child]).map(String::from).collect();
        self.files.contains_key(&path)
    }
}

#[test]
fn imports_and_paths_are_seen() {
    let source = Source::of(
        "token/x.rs",
        &[
            "pub(crate) use crate::{Refusal, token::{Aad, Kind as K},",
            "    layer};",
            "fn f() { crate::session::g(super::h) }",
            "pub(in crate::token) x: gingersnap::crate::y",
        ],
    );
    let found = named(&source);
    let paths: Vec<_> = found.iter().map(|it| it.path.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::Refusal",
            "crate::token::Aad",
            "crate::token::Kind",
            "crate::layer",
            "crate::session::g",
            "super::h"
        ]
    );
    assert_eq!(found[2].alias, "K");
}

#[test]
fn a_name_is_followed_through_a_module_in_braces() {
    let root = [
        "mod drivers;",
        "pub mod store {",
        "    mod trait_;",
        "    pub use self::trait_::Store;",
        "    pub use crate::drivers::open;",
        "}",
    ];
    let mut sources = Source::of("lib.rs", &root).split();
    sources.push(Source::of("store/trait_.rs", &["pub trait Store {}"]));
    sources.push(Source::of("drivers.rs", &["use crate::store::Store;"]));
    let modules = Modules::of(&sources);
    let file = |path: &str| {
        let path: Vec<_> = path.split("::").map(String::from).collect();
        sources[modules.file(&[], &path).unwrap()].path.display().to_string()
    };
    assert_eq!(file("crate::store::Store"), "store/trait_.rs");
    assert_eq!(file("crate::store::open"), "drivers.rs");
    assert_eq!(file("crate::store::trait_::x"), "store/trait_.rs");
}

#[test]
fn a_name_is_followed_to_its_file() {
    let sources = [
        Source::of("lib.rs", &["mod a;", "mod b;", "pub use a::one::Thing;"]),
        Source::of("a/mod.rs", &["mod one;", "mod two;", "pub(crate) use one::Thing as It;"]),
        Source::of("a/one.rs", &["pub struct Thing;"]),
        Source::of("a/two.rs", &["use super::It;"]),
        Source::of("b.rs", &["use crate::a;", "use std::fmt;"]),
    ];
    let modules = Modules::of(&sources);
    let from = |at: usize, path: &str| {
        let path: Vec<_> = path.split("::").map(String::from).collect();
        modules.file(&sources[at].module(), &path)
    };
    assert_eq!(from(3, "super::It"), Some(2));
    assert_eq!(from(4, "crate::Thing"), Some(2));
    assert_eq!(from(4, "crate::a"), Some(1));
    assert_eq!(from(4, "crate::a::two::x"), Some(3));
    assert_eq!(from(4, "std::fmt"), None);
}
