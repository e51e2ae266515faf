//! `gingersnap completions` and `gingersnap man`: what the parser knows, for shells and for `man`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;
use gingersnap::keystore::KeystoreError;

use crate::args::Cli;
use crate::error::Error;

/// Writes the shell's script.
pub(crate) fn completions(shell: Shell, out: &mut impl Write) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    write(&script, out)
}

/// Writes a page for each command into the folder, or the first page to `out`.
pub(crate) fn pages(folder: Option<&Path>, out: &mut impl Write) -> Result<ExitCode, Error> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        return write(&page, out);
    };
    clap_mangen::generate_to(Cli::command(), folder).map_err(|error| {
        let failed = Error::io(format!("cannot write into {}: {error}", KeystoreError::shown(folder)));
        if error.kind() == io::ErrorKind::NotFound {
            failed.with_hint("`mkdir -p` makes the folder")
        } else {
            failed
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A reader that closed our standard output (`… | head`) has read enough: nothing else is to be known from the exit status.
fn write(text: &[u8], out: &mut impl Write) -> Result<ExitCode, Error> {
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

const NAME: &str = "gingersnap";
