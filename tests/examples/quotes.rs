//! The examples in documents. A block fenced as `rs` is the example's text, but for white space; one fenced
//! as `rust` is compiled as a doctest; and one as `rust,ignore` is somebody else's code.

/// The paragraphs of the blocks that are fenced as `rs`.
fn quotes(document: &str) -> Vec<&str> {
    let blocks = document.split("```rs\n").skip(1);
    blocks.flat_map(|block| block.split_once("```").unwrap().0.split("\n\n")).collect()
}

/// Removes the line breaks, which do not count.
fn squeezed(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")").replace(",}", "}")
}

#[track_caller]
fn check(document: &str, example: &str, least: usize) {
    let (quotes, example) = (quotes(document), squeezed(example));
    assert!(quotes.len() >= least, "only {} quotes", quotes.len());
    for quote in quotes {
        assert!(example.contains(&squeezed(quote)), "the example does not say:\n{quote}");
    }
}

#[test]
fn from_flask_quotes_its_example() {
    let example = include_str!("../../examples/from_flask.rs");
    check(include_str!("../../docs/FROM_FLASK.md"), example, 12);
}

#[test]
fn from_tower_sessions_quotes_its_example() {
    let example = include_str!("../../examples/from_tower_sessions.rs");
    check(include_str!("../../docs/FROM_TOWER_SESSIONS.md"), example, 8);
}

#[test]
fn the_readme_has_the_whole_of_its_program() {
    let readme = include_str!("../../README.md");
    // These tests call it.
    let example = include_str!("../../examples/readme.rs").replace("pub(crate) fn", "fn");
    let program = squeezed(&example[example.find("use axum").unwrap()..]);
    assert_eq!(squeezed(&quotes(readme).concat()), program);
}
