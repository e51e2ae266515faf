//! Errors of the command line, in our voice.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue};
use gingersnap::keystore::KeystoreError;

use super::Cli;
use crate::shown::is_obeyed;

/// Reports an error. Help and the version are no errors.
pub(crate) fn report(error: clap::Error) -> ExitCode {
    let error = without_secrets(error);
    let text = error.to_string().replace(is_obeyed, "?");
    let is_error = text.starts_with("error:");
    // If this fails, there is nobody to tell.
    drop(if is_error { write!(io::stderr(), "gingersnap: {text}") } else { error.print() });
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
}

/// The error without a value that may be a secret: clap repeats what it does not understand, in tips and in the reasons of
/// parsers too.
fn without_secrets(error: clap::Error) -> clap::Error {
    let context: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    let hides = |(kind, value): &(ContextKind, ContextValue)| hidden(*kind, value).is_some();
    if !context.iter().any(hides) {
        return error;
    }
    // Another of the kind: this one keeps the reason, which may have a part of the value.
    let mut told = clap::Error::new(error.kind()).with_cmd(&Cli::command());
    for (kind, value) in context {
        let is_ours =
            matches!(kind, ContextKind::Usage | ContextKind::InvalidArg | ContextKind::InvalidValue)
                || kind == ContextKind::InvalidSubcommand;
        if is_ours {
            let value = hidden(kind, &value).unwrap_or(value);
            told.insert(kind, value);
        }
    }
    told
}

/// What is shown in place of a value that may be a secret; none if it is none.
fn hidden(kind: ContextKind, value: &ContextValue) -> Option<ContextValue> {
    let ContextValue::String(text) = value else { return None };
    let shown = KeystoreError::shown(text);
    (kind != ContextKind::Usage && shown != *text).then_some(ContextValue::String(shown))
}

const USAGE: u8 = 2;
