//! A line that tells how far something is: in one place at a terminal, and a line for each change otherwise.

use std::io::{self, IsTerminal as _, Write};

use crate::error::Error;
use crate::shown::Shown;

/// The line as it is shown now.
pub(in crate::keys) struct Progress {
    is_terminal: bool,
    shown: String,
}

impl Progress {
    /// For standard output.
    pub(in crate::keys) fn new() -> Self {
        Self { is_terminal: io::stdout().is_terminal(), shown: String::new() }
    }

    /// Shows the line in place of the one before.
    pub(in crate::keys) fn show(
        &mut self,
        line: String,
        out: &mut Shown<&mut impl Write>,
    ) -> Result<(), Error> {
        if line == self.shown {
            return Ok(());
        }
        if self.is_terminal {
            self.clear(out)?;
            // What does not fit into one line could not be taken back.
            let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.into());
            write!(out, "{}", line.chars().take(width.saturating_sub(1)).collect::<String>())?;
        } else {
            writeln!(out, "{line}")?;
        }
        self.shown = line;
        Ok(out.flush()?)
    }

    /// Makes room for other lines.
    pub(in crate::keys) fn clear(&mut self, out: &mut Shown<&mut impl Write>) -> Result<(), Error> {
        if self.is_terminal && !self.shown.is_empty() {
            self.shown.clear();
            // It is for the terminal to obey: back to the beginning, and the line away.
            out.0.write_all(b"\r\x1b[2K")?;
        }
        Ok(())
    }
}

/// Columns of a terminal that does not tell.
const WIDTH: usize = 80;
