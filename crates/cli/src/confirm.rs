//! Confirmation of what cannot be taken back.

use std::io::{self, IsTerminal, Write};

use crate::error::Error;

/// Goes on only if somebody types yes.
pub(crate) fn ask(out: &mut impl Write) -> Result<(), Error> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(
            Error::usage("not a terminal: cannot ask for confirmation").with_hint("--yes confirms it")
        );
    }
    write!(out, "Type yes to do it: ")?;
    out.flush()?;
    let mut answer = String::new();
    stdin.read_line(&mut answer)?;
    if answer.trim() == "yes" { Ok(()) } else { Err(Error::refused("not confirmed: nothing was changed")) }
}
