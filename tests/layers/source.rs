//! The source files of a crate, without comments and without tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, or a module in braces of one that has a folder of its own: the path below the crate's `src/`, and the lines.
pub(crate) struct Source {
    root: PathBuf,
    pub(crate) path: PathBuf,
    /// True for a module in braces, such as `keystore` in `lib.rs`, which gathers what others have.
    pub(crate) is_inline: bool,
    pub(crate) lines: Vec<(usize, String)>,
}

impl Source {
    #[cfg(test)]
    pub(crate) fn of(path: &str, lines: &[&str]) -> Self {
        let lines = lines.iter().enumerate().map(|(at, text)| (at + 1, (*text).to_owned())).collect();
        Self { root: PathBuf::new(), path: path.into(), is_inline: false, lines }
    }

    /// The names of the modules down to this file's: `[]` for `lib.rs` and `main.rs`, `["a"]` for `a.rs` and `a/mod.rs`.
    pub(crate) fn module(&self) -> Vec<String> {
        let path = self.path.with_extension("");
        let mut names: Vec<_> =
            path.components().map(|it| it.as_os_str().to_str().unwrap().to_owned()).collect();
        if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            names.pop();
        }
        names
    }

    /// The first of those; `lib` for the crate's root.
    pub(crate) fn top(&self) -> String {
        self.module().first().cloned().unwrap_or_else(|| "lib".into())
    }

    /// Takes the modules in braces out of the file: sources of their own.
    pub(crate) fn split(mut self) -> Vec<Self> {
        let mut inline = Vec::new();
        while let Some(start) = self.lines.iter().position(|(_, text)| inline_module(text).is_some()) {
            let length = self.lines[start..].iter().position(|(_, text)| text == "}").unwrap();
            let lines: Vec<_> = self.lines.drain(start..=start + length).collect();
            let path = self.path.with_file_name(inline_module(&lines[0].1).unwrap()).join("mod.rs");
            inline.push(Self { root: self.root.clone(), path, is_inline: true, lines });
        }
        inline.push(self);
        inline
    }

    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.root.join(&self.path).display())
    }

    /// The lines that hold one of `words`.
    pub(crate) fn holding(&self, words: &[&str]) -> Vec<String> {
        let bad = self.lines.iter().filter(|(_, text)| words.iter().any(|word| text.contains(word)));
        bad.map(|(line, text)| format!("{}: {}", self.place(*line), text.trim())).collect()
    }
}

/// The files of the crate whose sources are in `root`, such as `crates/token/src`.
pub(crate) fn sources(root: &str) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let mut files = Vec::new();
    collect(&folder, &mut files);
    assert!(files.len() >= LEAST, "only {} files under {root}", files.len());
    files.sort();
    let read = |path: PathBuf| Source {
        root: root.into(),
        lines: shipped(&fs::read_to_string(&path).unwrap()),
        path: path.strip_prefix(&folder).unwrap().into(),
        is_inline: false,
    };
    files.into_iter().map(read).flat_map(Source::split).collect()
}

/// The name of the module that a line opens, at the left margin.
fn inline_module(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(" {")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") && !is_test {
            files.push(path);
        }
    }
}

/// The lines without comments, up to the tests of the file.
fn shipped(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<_> = text.lines().collect();
    let begin = |at: &usize| lines[*at] == "#[cfg(test)]" && lines.get(at + 1) == Some(&"mod tests {");
    let end = (0..lines.len()).find(begin).unwrap_or(lines.len());
    let numbered = lines[..end].iter().enumerate();
    numbered.map(|(at, text)| (at + 1, without_comment(text).to_owned())).collect()
}

/// The line up to `//`, which stands in no string but those of URLs.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices("//").map(|(at, _)| at);
    let end = starts.filter(|&at| !line[..at].ends_with(':')).min();
    &line[..end.unwrap_or(line.len())]
}

/// Files of the smallest crate, about.
const LEAST: usize = 20;
