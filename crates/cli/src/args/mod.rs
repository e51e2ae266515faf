//! The command line. Only parses: nothing here reads a file, a clock or randomness.

mod at_rest;
mod capacity;
mod demo;
mod error;
mod keys;
mod sessions;
mod store;
mod token;
mod values;

use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand};

use crate::place::{Location, LocationParser};

pub(crate) use at_rest::AtRestArgs;
pub(crate) use capacity::CapacityArgs;
pub(crate) use demo::{DemoArgs, PlaceArg};
pub(crate) use error::report;
pub(crate) use keys::{KeysArgs, KeysCommand, RestoreArgs, RevokeArgs, RolloutArgs};
pub(crate) use sessions::{SessionsArgs, SessionsCommand, WhoArgs};
pub(crate) use store::{StoreArgs, StoreCommand};
pub(crate) use token::{AadArgs, OpenArgs, SealArgs, TokenArgs, TokenCommand};

/// Session cookies sealed with an AEAD: a demo shop that shows them, and the tools around them
#[derive(Debug, Parser)]
#[command(name = "gingersnap", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    // Without a subcommand it starts the shop, so that `cargo run` alone shows something.
    #[command(flatten)]
    pub(crate) demo: DemoArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a session takes in a cookie, and what there is room for
    Capacity(CapacityArgs),
    /// Start the demo shop, a login and a cart on sealed cookies; so does no command at all
    Demo(DemoArgs),
    /// Make and change the key ring
    Keys(KeysArgs),
    /// Show and end sign-ins, and tidy up a store
    Sessions(SessionsArgs),
    /// Prepare where sessions are kept that are not in cookies
    Store(StoreArgs),
    /// Look into tokens
    Token(TokenArgs),
}

impl Cli {
    /// Reads the command line of this process.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse().map_err(with_tip)
    }
}

/// Adds a tip for the command `serve`: the shop is under `demo`.
fn with_tip(mut error: clap::Error) -> clap::Error {
    if error.get(ContextKind::InvalidSubcommand) == Some(&ContextValue::String("serve".to_owned())) {
        let tip = ContextValue::StyledStrs(vec!["the shop is `gingersnap demo`".into()]);
        // `store` is spelt alike, and no shop.
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// The place of the ring, and the right to read it.
#[derive(Args, Clone, Debug)]
pub(crate) struct RingArgs {
    /// The key ring: a file, or the URL of a database, `#name` at its end
    ///
    /// PATH or file:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
    /// command lines: a URL with a password belongs in GINGERSNAP_KEYS.
    #[arg(
        long,
        value_name = "WHERE",
        value_parser = LocationParser,
        env = "GINGERSNAP_KEYS",
        // It may have a password.
        hide_env_values = true,
        default_value = "gingersnap-keys.json",
        global = true
    )]
    pub(crate) keys: Location,
    /// Accept a ring and an identity that their group may read
    #[arg(long, env = "GINGERSNAP_ALLOW_GROUP_READ", hide_env_values = true, value_parser = BoolishValueParser::new(), global = true)]
    pub(crate) allow_group_read: bool,
    #[command(flatten)]
    pub(crate) at_rest: AtRestArgs,
    /// Write a new ring, a copy or a rewrap unencrypted; take a ring that is so though an identity or recipients are given
    #[arg(long, global = true)]
    pub(crate) plaintext: bool,
}
