//! `gingersnap store …`.

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    pub(crate) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Make what sessions are kept in, unless it is there
    Init {
        /// The store, `#name` at its end
        ///
        /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
        /// command lines: a URL with a password belongs in GINGERSNAP_STORE.
        // It may have a password.
        #[arg(value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
        url: String,
    },
}
