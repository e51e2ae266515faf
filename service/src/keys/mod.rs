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
mod rotate;
mod show;

use std::io::Write;
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, Keyring, KeyringError};
use gingersnap::keystore::FileKeystore;
use gingersnap::token::KeyId;

use crate::args::{KeysArgs, KeysCommand, RingArgs};
use crate::edge;
use crate::error::Error;

/// Runs one verb.
pub(crate) fn run(args: &KeysArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let ring = Ring::new(&args.ring);
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
        KeysCommand::Lint { json } => return lint::run(&ring, *json, out),
    }
    Ok(ExitCode::SUCCESS)
}

/// The ring's file, and the time of this command.
pub(crate) struct Ring {
    pub(crate) store: FileKeystore,
    pub(crate) now: Timestamp,
}

impl Ring {
    pub(crate) fn new(args: &RingArgs) -> Self {
        let store = FileKeystore::new(&args.keys).allow_group_read(args.allow_group_read);
        Self { store, now: edge::now() }
    }

    /// The ring as it is.
    pub(crate) fn load(&self) -> Result<Keyring, Error> {
        self.parse(self.store.read()?.bytes())
    }

    /// Changes the ring under its file's lock; returns it as it was and as it is.
    pub(crate) fn change(
        &self,
        verb: impl FnOnce(&Keyring) -> Result<Keyring, KeyringError>,
    ) -> Result<(Keyring, Keyring), Error> {
        let mut rings = None;
        self.store.update(|bytes| {
            let old = self.parse(bytes)?;
            let new = verb(&old)?;
            let bytes = new.to_bytes();
            rings = Some((old, new));
            Ok::<_, Error>(bytes)
        })?;
        rings.ok_or_else(|| Error::refused("the ring was not changed"))
    }

    fn parse(&self, bytes: &[u8]) -> Result<Keyring, Error> {
        Keyring::parse(bytes).map_err(|error| Error::in_ring(self.store.path(), &error))
    }
}

/// The key of an id that the operator gave.
fn find(ring: &Keyring, id: KeyId) -> Result<&Key, Error> {
    ring.key(id).ok_or_else(|| {
        Error::refused(format!("the ring has no key {id}")).with_hint("`gingersnap keys list` shows the keys")
    })
}
