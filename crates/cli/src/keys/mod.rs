//! `gingersnap keys …`: `verbs/` has one file per verb, `say/` the texts that they share.

mod change;
mod records;
mod ring;
mod say;
mod storage;
mod verbs;

use std::io::Write;
use std::process::ExitCode;

use crate::args::{KeysArgs, KeysCommand};
use crate::error::Error;
use crate::shown::Shown;

pub(crate) use ring::Ring;
use verbs::{
    add, disable, emergency, enable, export, identity, import, init, lint, list, promote, prune, restore,
    revoke, rewrap, rollout, rotate, sessions_dead_before, show, tick,
};

/// Runs one verb.
pub(crate) fn run(args: &KeysArgs, out: &mut (impl Write + Send)) -> Result<ExitCode, Error> {
    if let KeysCommand::Identity { file, existing } = &args.command {
        identity::run(file, *existing, args.ring.allow_group_read, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let ring = Ring::new(&args.ring)?;
    let takes_any = matches!(args.command, KeysCommand::Rewrap | KeysCommand::Restore(_));
    let ring = if takes_any { ring.of_any_form()? } else { ring };
    let result = ring.check_clock().and_then(|()| verb(&ring, args, &mut Shown(out)));
    result.map_err(|error| if ring.is_changed() { error.after_change() } else { error })
}

fn verb(ring: &Ring, args: &KeysArgs, out: &mut Shown<&mut (impl Write + Send)>) -> Result<ExitCode, Error> {
    match &args.command {
        KeysCommand::Init { longest_session, suite } => {
            init::run(ring, *suite, *longest_session, out)?;
        }
        KeysCommand::List { json } => list::run(ring, *json, out)?,
        KeysCommand::Show { key, json } => show::run(ring, *key, *json, out)?,
        KeysCommand::Lint { every, longest_policy, json } => {
            return lint::run(ring, *every, *longest_policy, *json, out);
        }
        KeysCommand::Tick { every, propagation, json } => {
            return tick::run(ring, *every, *propagation, *json, out);
        }
        KeysCommand::Rotate { propagation, now, key } => {
            rotate::run(ring, (!now).then_some(*propagation), *key, out)?;
        }
        KeysCommand::Rollout(args) => return rollout::run(ring, args, out),
        KeysCommand::Promote { key } => promote::run(ring, *key, out)?,
        KeysCommand::Add { suite, note } => add::run(ring, *suite, note, out)?,
        KeysCommand::Prune { yes } => prune::run(ring, *yes, out)?,
        KeysCommand::Disable { key } => disable::run(ring, *key, out)?,
        KeysCommand::Enable { key } => enable::run(ring, *key, out)?,
        KeysCommand::Revoke(args) => revoke::run(ring, args, out)?,
        KeysCommand::SessionsDeadBefore { time } => sessions_dead_before::run(ring, *time, out)?,
        KeysCommand::Emergency { yes } => emergency::run(ring, *yes, out)?,
        // The ring's own bytes, which are no text.
        KeysCommand::Export { output } => export::run(ring, output.as_deref(), &mut *out.0)?,
        KeysCommand::Import { from } => import::run(ring, from, out)?,
        // It needs no ring, and is done by now.
        KeysCommand::Identity { .. } => {}
        KeysCommand::Rewrap => rewrap::run(ring, out)?,
        KeysCommand::Restore(restore) => restore::run(ring, &args.ring, restore, out)?,
    }
    Ok(ExitCode::SUCCESS)
}
