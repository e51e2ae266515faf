//! `gingersnap keys …`: one file per verb.

mod add;
mod changes;
mod disable;
mod emergency;
mod init;
mod lint;
mod list;
mod prune;
mod revoke;
mod ring;
mod rollout;
mod rotate;
mod show;

use std::io::Write;
use std::process::ExitCode;

use gingersnap::keyring::{Key, Keyring};
use gingersnap::token::KeyId;

use crate::args::{KeysArgs, KeysCommand};
use crate::error::Error;

pub(crate) use ring::Ring;

/// Runs one verb.
pub(crate) fn run(args: &KeysArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let ring = Ring::new(&args.ring)?;
    match &args.command {
        KeysCommand::Init { longest_session, suite } => init::run(&ring, *suite, *longest_session, out)?,
        KeysCommand::List { json } => list::run(&ring, *json, out)?,
        KeysCommand::Show { key, json } => show::run(&ring, *key, *json, out)?,
        KeysCommand::Add { suite, note } => add::run(&ring, *suite, note, out)?,
        KeysCommand::Rotate { propagation, now, key } => {
            rotate::rotate(&ring, if *now { 0 } else { *propagation }, *key, out)?;
        }
        KeysCommand::Promote { key } => rotate::promote(&ring, *key, out)?,
        KeysCommand::Disable { key } => disable::disable(&ring, *key, out)?,
        KeysCommand::Enable { key } => disable::enable(&ring, *key, out)?,
        KeysCommand::Revoke(args) => revoke::run(&ring, args, out)?,
        KeysCommand::Emergency { yes } => emergency::run(&ring, *yes, out)?,
        KeysCommand::Prune => prune::run(&ring, out)?,
        KeysCommand::Rollout(args) => return rollout::run(&ring, args, out),
        KeysCommand::Lint { json } => return lint::run(&ring, *json, out),
    }
    Ok(ExitCode::SUCCESS)
}

/// The key of an id that the operator gave.
fn find(ring: &Keyring, id: KeyId) -> Result<&Key, Error> {
    ring.key(id).ok_or_else(|| {
        Error::refused(format!("the ring has no key {id}")).with_hint("`gingersnap keys list` shows the keys")
    })
}
