//! Encryption of rings where they are kept.

use std::path::PathBuf;

use clap::Args;

/// The identity that opens the ring, and the recipients that it is sealed for.
#[derive(Args, Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct AtRestArgs {
    /// File with the age identity that opens the ring; else what GINGERSNAP_IDENTITY holds, else the systemd
    /// credential gingersnap-identity
    #[arg(
        long,
        value_name = "FILE",
        env = "GINGERSNAP_IDENTITY_FILE",
        hide_env_values = true,
        global = true
    )]
    pub(crate) identity: Option<PathBuf>,
    /// File with the age recipients to seal the ring for, one a line, the escrow's among them
    #[arg(long, value_name = "FILE", env = "GINGERSNAP_RECIPIENTS", hide_env_values = true, global = true)]
    pub(crate) recipients: Option<PathBuf>,
}
