//! Tips for command lines that clap cannot know what was meant by.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use gingersnap::keystore::KeystoreError;

use super::Cli;

/// Adds a tip for the command `serve`, since the shop is under `demo`, and for options before the command.
pub(super) fn add(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    let invalid = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let tip = if invalid(ContextKind::InvalidSubcommand) == Some("serve") {
        "the shop is `gingersnap demo`".to_owned()
    } else if let Some(turned) = invalid(ContextKind::InvalidArg).and_then(|word| command_first(word, words))
        && error.kind() == ErrorKind::UnknownArgument
    {
        format!("options come after the command: `{turned}`")
    } else {
        return error;
    };
    // `store` is spelt like `serve`, and is no shop; options before a command are read as the shop's.
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::Usage);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

/// The words with the options before the command `name` behind the others; none if there are none, or no such command.
fn command_first(name: &str, words: &[OsString]) -> Option<String> {
    Cli::command().find_subcommand(name)?;
    let (_, words) = words.split_first()?;
    let (options, command) = words.split_at(words.iter().position(|word| word == name)?);
    let is_behind = options.first().is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    // They may have a password.
    let shown: Vec<_> = command.iter().chain(options).map(KeystoreError::shown).collect();
    is_behind.then(|| format!("gingersnap {}", shown.join(" ")))
}
