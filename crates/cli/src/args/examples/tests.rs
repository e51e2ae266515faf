//! Each example is read by the parser.

use clap::{Command, CommandFactory as _};

use crate::args::Cli;

/// The command with its name in full, and all commands below it.
fn all(command: Command, before: &str) -> Vec<(String, Command)> {
    let name = format!("{before}{}", command.get_name());
    let below = command.get_subcommands().filter(|it| it.get_name() != "help").cloned();
    let below: Vec<_> = below.flat_map(|it| all(it, &format!("{name} "))).collect();
    [(name, command)].into_iter().chain(below).collect()
}

/// The lines of the examples, with those that go on in the next.
fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    let (_, text) = help.split_once("Examples:\n").unwrap_or_default();
    let text = text.replace("\\\n", " ").replace("|\n", "| ");
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The words of one command, as a shell takes them: `'` quotes, and `<`, `>`, `>>` are not the command's.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    let quoted = parts.map(|(at, part)| if at % 2 == 1 { part.replace(' ', "\0") } else { part.into() });
    let text: String = quoted.collect();
    let words = text.split_ascii_whitespace().map(|word| word.replace('\0', " "));
    words.take_while(|word| !["<", ">", ">>"].contains(&word.as_str())).collect()
}

#[test]
fn every_command_has_examples_that_the_parser_takes() {
    let all = all(Cli::command(), "");
    assert!(all.len() > 30, "{}", all.len());
    for (name, command) in all {
        let examples = examples(&command);
        assert!(examples.iter().any(|line| line.contains(&name)), "{name}: {examples:?}");
        let calls = examples.iter().flat_map(|line| line.split(" | ")).map(words);
        for call in calls.filter(|words| words.first().is_some_and(|it| !OTHERS.contains(&it.as_str()))) {
            let read = Cli::parse_words(call.iter().map(Into::into).collect());
            assert!(call[0] == "gingersnap" && read.is_ok(), "{name}: {call:?}: {:?}", read.err());
        }
    }
}

/// Commands that are not ours.
const OTHERS: [&str; 3] = ["echo", "man", "mkdir"];

#[test]
fn an_example_that_the_parser_does_not_take_is_found() {
    let read = |line: &str| Cli::parse_words(words(line).into_iter().map(Into::into).collect()).is_ok();
    assert!(read("gingersnap keys add --note 'a b' > out"));
    assert!(!read("gingersnap keys add --note a b"));
    assert!(!read("gingersnap keys tick --monthly"));
}
