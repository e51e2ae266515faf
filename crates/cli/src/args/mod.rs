//! The command line. Only parses: nothing here reads a file, a clock or randomness.

mod address;
mod at_rest;
mod capacity;
mod demo;
mod error;
mod examples;
mod https;
mod keys;
mod limits;
mod log;
mod node;
mod sessions;
mod store;
mod tip;
mod token;
mod values;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::build;
use crate::place::{Location, LocationParser};

pub(crate) use at_rest::AtRestArgs;
pub(crate) use capacity::CapacityArgs;
pub(crate) use demo::{DemoArgs, PlaceArg};
pub(crate) use error::report;
pub(crate) use keys::{KeysArgs, KeysCommand, RestoreArgs, RevokeArgs, RolloutArgs};
pub(crate) use log::LogArgs;
pub(crate) use sessions::{SessionsArgs, SessionsCommand, WhoArgs};
pub(crate) use store::{StoreArgs, StoreCommand};
pub(crate) use token::{AadArgs, OpenArgs, SealArgs, TokenArgs, TokenCommand};

/// Session cookies sealed with an AEAD: a demo shop that shows them, and the tools around them
#[derive(Debug, Parser)]
#[command(
    name = "gingersnap",
    version = build::VERSION,
    long_version = build::LONG_VERSION,
    max_term_width = 100,
    after_help = examples::GINGERSNAP
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a session takes in a cookie, and what there is room for
    #[command(after_help = examples::CAPACITY)]
    Capacity(CapacityArgs),
    /// Write what completes commands and options in a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Start the demo shop: a login and a cart on sealed cookies
    #[command(after_help = examples::DEMO)]
    Demo(DemoArgs),
    /// Make and change the key ring
    #[command(after_help = examples::KEYS)]
    Keys(KeysArgs),
    /// Write the pages for `man`
    ///
    /// Without a folder, the first of them goes to standard output. In the folder, pages of the same names are replaced.
    #[command(after_help = examples::MAN)]
    Man {
        /// A folder for a page for each command
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Show and end sign-ins, and tidy up a store
    #[command(after_help = examples::SESSIONS)]
    Sessions(SessionsArgs),
    /// Prepare a store of sessions that are not in cookies
    #[command(after_help = examples::STORE)]
    Store(StoreArgs),
    /// Look into tokens
    #[command(after_help = examples::TOKEN)]
    Token(TokenArgs),
}

impl Cli {
    /// Reads the command line of this process.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let words: Vec<_> = env::args_os().collect();
        Self::parse_words(words.clone()).map_err(|error| tip::add(error, &words))
    }

    /// Without a command it starts the shop, so that `cargo run` alone shows something.
    fn parse_words(mut words: Vec<OsString>) -> Result<Self, clap::Error> {
        let is_ours = |word: &OsString| {
            let word = word.as_encoded_bytes();
            !word.starts_with(b"-") || [&b"-h"[..], b"--help", b"-V", b"--version"].contains(&word)
        };
        if !words.get(1).is_some_and(is_ours) {
            words.insert(words.len().min(1), "demo".into());
        }
        Self::try_parse_from(words)
    }
}

/// The place of the ring, and the right to read it.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = KEY_RING)]
pub(crate) struct RingArgs {
    /// A file, or the URL of a database with `#name` at its end
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
    #[command(flatten)]
    pub(crate) at_rest: AtRestArgs,
    /// Take or write a ring that is not encrypted
    ///
    /// A new ring, a copy or a rewrap is written so. One in place is taken so, though an identity or recipients are given, and
    /// `lint` does not find fault with that.
    #[arg(long, global = true)]
    pub(crate) plaintext: bool,
    /// Accept a ring and an identity that their group may read
    #[arg(
        long,
        env = "GINGERSNAP_ALLOW_GROUP_READ",
        hide_env_values = true,
        hide_short_help = true,
        value_parser = BoolishValueParser::new(),
        global = true
    )]
    pub(crate) allow_group_read: bool,
}

/// The headings of help, below a command's own options.
const KEY_RING: &str = "Key ring";
const HTTPS: &str = "HTTPS";
const LOG: &str = "Log";
const LIMITS: &str = "Limits on clients";
const NODE: &str = "Reloads and metrics";
