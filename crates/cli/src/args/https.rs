//! The connection as browsers see it.

use std::path::PathBuf;

use clap::Args;

use super::HTTPS;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = HTTPS)]
pub(crate) struct HttpsArgs {
    /// Certificate chain, PEM; the server then speaks https
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The certificate's private key, PEM
    ///
    /// Its owner alone may read it; with --allow-group-read, its group too.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Where browsers see this service if a proxy stands before it, as `https://shop.example`
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) origin: Option<String>,

    /// Cookies without Secure, for browsers that drop Secure cookies on plain http; loopback only
    #[arg(long, hide_short_help = true, conflicts_with_all = ["tls_cert", "origin"])]
    pub(crate) insecure_http: bool,
}
