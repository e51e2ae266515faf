//! Help: short where it is asked for with -h, own options first, examples last. The parser reads the examples in
//! `src/args/examples/`.

use super::*;

/// Every command with its words, as help lists them.
fn commands(place: &Place, words: &[String]) -> Vec<Vec<String>> {
    let asked: Vec<_> = words.iter().map(String::as_str).chain(["-h"]).collect();
    let help = place.succeeds(&asked);
    let below = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    let names = below.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "help");
    let below = names.flat_map(|name| commands(place, &[words, &[name.to_owned()]].concat()));
    [words.to_vec()].into_iter().chain(below.collect::<Vec<_>>()).collect()
}

fn help(place: &Place, words: &[String], option: &str) -> String {
    place.succeeds(&words.iter().map(String::as_str).chain([option]).collect::<Vec<_>>())
}

#[test]
fn every_help_has_its_own_options_before_the_ring_s_and_examples_at_the_end() {
    let place = Place::empty("help_order");
    let commands = commands(&place, &[]);
    assert!(commands.len() > 30, "{commands:?}");
    for words in &commands {
        for option in ["-h", "--help"] {
            let help = help(&place, words, option);
            let at = |heading: &str| help.find(&format!("\n{heading}:\n"));
            let (options, examples) = (at("Options").unwrap(), at("Examples").unwrap());
            assert!(options < examples, "{words:?}: {help}");
            let Some(ring) = at("Key ring") else { continue };
            assert!(options < ring && ring < examples, "{words:?}: {help}");
            // The options that every command has in common, and no other.
            let section = &help[ring..examples];
            assert!(!section.contains("--json") && !section.contains("--yes"), "{words:?}: {section}");
        }
    }
}

#[test]
fn short_help_fits_on_a_page_and_no_line_is_wider_than_a_terminal() {
    let place = Place::empty("help_length");
    for words in commands(&place, &[]) {
        let (short, long) = (help(&place, &words, "-h"), help(&place, &words, "--help"));
        assert!(short.lines().count() <= 48, "{words:?}: {short}");
        assert!(long.len() >= short.len(), "{words:?}");
        for line in short.lines().chain(long.lines()) {
            assert!(line.chars().count() <= 100, "{words:?}: {line}");
        }
    }
}

#[test]
fn what_a_command_does_not_use_is_not_among_its_options() {
    let place = Place::empty("help_options");
    for args in [&["store", "init"][..], &["sessions", "end"], &["sessions", "purge"], &["token", "inspect"]]
    {
        let help = place.succeeds(&[args, &["--help"]].concat());
        assert!(!help.contains("--identity") && !help.contains("Key ring"), "{args:?}: {help}");
        let output = place.run(&[args, &["--identity", "a"]].concat());
        assert!(text(&output.stderr).contains("unexpected argument '--identity'"), "{args:?}");
    }
    // The options of the shop work without its name, and its help has them.
    let help = place.succeeds(&["--help"]);
    assert!(!help.contains("--listen") && help.contains("`gingersnap demo`"), "{help}");
    let output = place.run(&["--listn", "8080"]);
    let said = "unexpected argument '--listn' found\n\n  tip: a similar argument exists: '--listen'\n\n\
                Usage: gingersnap demo ";
    assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
}

#[test]
fn a_variable_of_the_shop_is_none_of_another_command() {
    let place = Place::with_ring("help_variables");
    let variables = ["GINGERSNAP_NODE", "GINGERSNAP_LOG_FORMAT", "GINGERSNAP_ACCESS_LOG"];
    for name in variables {
        let output = place.command(&["keys", "list"]).env(name, "no such value").output().unwrap();
        assert_eq!((output.status.code(), &*text(&output.stderr)), (Some(0), ""), "{name}");
        let output = place.command(&["--listen", "0"]).env(name, "no such value").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(!text(&output.stderr).contains("keys list"), "{name}");
    }
}
