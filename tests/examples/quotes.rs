//! The examples in documents. A block fenced as `rs` is the example's text, but for white space; one fenced
//! as `rust` is compiled as a doctest; and one as `rust,ignore` is somebody else's code.

/// The blocks that are fenced as `rs`.
pub(crate) fn blocks(document: &str) -> Vec<&str> {
    document.split("```rs\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect()
}

/// Their paragraphs.
fn quotes(document: &str) -> Vec<&str> {
    blocks(document).into_iter().flat_map(|block| block.split("\n\n")).collect()
}

/// Removes the line breaks, which do not count.
fn squeezed(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")").replace(",}", "}")
}

#[track_caller]
fn check(document: &str, example: &str, least: usize) {
    // These tests call what is `pub(crate)`.
    let example = example.replace("pub(crate) ", "").replace("pub(super) ", "");
    let (quotes, example) = (quotes(document), squeezed(&example));
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
fn from_tower_sessions_quotes_its_examples() {
    let examples = [
        include_str!("../../examples/from_tower_sessions.rs"),
        include_str!("../../examples/moving_in/main.rs"),
        include_str!("../../examples/moving_in/move_in.rs"),
        include_str!("../../examples/permissions.rs"),
    ];
    check(include_str!("../../docs/FROM_TOWER_SESSIONS.md"), &examples.concat(), 20);
}

#[test]
fn the_readme_has_the_whole_of_its_first_program_in_twelve_lines() {
    let [first, ..] = blocks(include_str!("../../README.md"))[..] else { panic!("a program") };
    let example = include_str!("../../examples/readme.rs");
    assert_eq!(squeezed(first), squeezed(&example[example.find("use gingersnap").unwrap()..]));
    assert_eq!(first.lines().filter(|line| !line.is_empty()).count(), 12);
}

#[test]
fn the_readme_quotes_its_program_with_a_ring_and_a_store() {
    let example = squeezed(include_str!("../../examples/readme_production.rs"));
    let [_, ring, store] = blocks(include_str!("../../README.md"))[..] else { panic!("three programs") };
    for (quote, most) in [(ring, 5), (store, 2)] {
        assert!(example.contains(&squeezed(quote)), "the example does not say:\n{quote}");
        assert!(quote.lines().count() <= most, "{quote}");
    }
}
