//! `gingersnap sessions …`.

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
pub(crate) struct SessionsArgs {
    #[command(subcommand)]
    pub(crate) command: SessionsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// Remove records that ended more than an hour ago
    ///
    /// Nodes do this by themselves, a few records each minute: it is for a store that no node has any more, or that has fallen
    /// behind. It goes by the store's clock, removes a batch at a time, and may run beside nodes and be stopped at any time.
    /// Redis and Valkey remove records themselves.
    Purge {
        /// The store, `#name` at its end
        ///
        /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
        /// command lines: a URL with a password belongs in GINGERSNAP_STORE.
        // It may have a password.
        #[arg(long, value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
        store: String,
    },
}
