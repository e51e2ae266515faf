//! `gingersnap store …`.

use clap::{Args, Subcommand};

use super::examples;

#[derive(Args, Debug)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    pub(crate) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Make the tables that sessions are kept in, unless they are there
    #[command(after_help = examples::STORE_INIT)]
    Init {
        /// The store: a URL with `#name` at its end
        ///
        /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
        /// command lines: a URL with a password belongs in GINGERSNAP_STORE.
        // It may have a password.
        #[arg(value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
        url: String,
    },
}
