//! Encryption of rings where they are kept.

use std::path::PathBuf;

use clap::Args;

use super::KEY_RING;

/// The identity that opens the ring, and the recipients that it is sealed for.
#[derive(Args, Clone, Debug, Default, Eq, PartialEq)]
#[command(next_help_heading = KEY_RING)]
pub(crate) struct AtRestArgs {
    /// The age identity that opens the ring
    ///
    /// Without it: what GINGERSNAP_IDENTITY holds, or else the systemd credential gingersnap-identity.
    #[arg(
        long,
        value_name = "FILE",
        env = "GINGERSNAP_IDENTITY_FILE",
        hide_env_values = true,
        global = true
    )]
    pub(crate) identity: Option<PathBuf>,
    /// The age recipients to encrypt the ring for, one a line
    ///
    /// All of them, the escrow's too: whoever is not in the file cannot open what is written.
    #[arg(long, value_name = "FILE", env = "GINGERSNAP_RECIPIENTS", hide_env_values = true, global = true)]
    pub(crate) recipients: Option<PathBuf>,
}
