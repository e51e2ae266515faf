//! The compiler's errors for a type that lacks something that a session needs: they show the lines to write.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The library as it was built for this test: the newest one beside it.
fn library(folder: &Path) -> PathBuf {
    let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libgingersnap-") && name.ends_with(".rlib")
    };
    files.filter(is_library).max_by_key(|path| path.metadata().unwrap().modified().unwrap()).unwrap()
}

/// The compiler's words about a library with this source.
fn compiled(source: &str) -> String {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let library = format!("gingersnap={}", library(&folder).display());
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "pasted", "--emit", "metadata"]);
    rustc.args(["--out-dir", env!("CARGO_TARGET_TMPDIR"), "--extern", &library, "-"]);
    rustc.arg("-L").arg(format!("dependency={}", folder.display()));
    let pipes = rustc.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()
}

#[test]
fn a_struct_that_no_session_holds_yet_is_told_the_two_lines_to_write() {
    let said = compiled(
        "pub struct Cart;
         pub async fn show(_: gingersnap::Session<Cart>) {}",
    );
    let mut errors = said.lines().filter(|line| line.starts_with("error["));
    assert!(errors.all(|line| line == "error[E0277]: `Cart` is no type that a session can hold"), "{said}");
    for line in [
        "note: write `#[derive(Clone, Default, serde::Deserialize, serde::Serialize, gingersnap::SessionData)]`",
        "and `#[session(tag = \"…\", version = 1)]` above `Cart`, or use a `Map`",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn a_derive_without_its_attribute_is_told_the_line_to_write() {
    let said = compiled("#[derive(gingersnap::SessionData)] pub struct Cart;");
    let line =
        "error: a session's type has a tag and a version: add `#[session(tag = \"cart\", version = 1)]`";
    assert!(said.contains(line), "{said}");
}

#[test]
fn a_struct_in_a_map_is_told_of_insert_as_and_get_as() {
    let said = compiled(
        "pub struct Cart;
         pub fn cart(map: &gingersnap::Map) -> Option<Cart> { map.get(\"cart\") }",
    );
    let line = "note: a type that serde reads comes out with `get_as`, and goes in with `insert_as`";
    assert!(said.contains(line), "{said}");
}
