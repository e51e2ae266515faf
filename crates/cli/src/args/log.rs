//! The log on standard error.

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use gingersnap_server::LogFormat;

use super::LOG;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = LOG)]
pub(crate) struct LogArgs {
    /// trace, debug, info, warn, error or off
    ///
    /// Or directives for parts of the program: `warn,gingersnap=debug`. A level is for gingersnap's own crates; others say info at most,
    /// unless a directive names them.
    #[arg(
        long = "log-level",
        value_name = "LEVEL",
        env = "GINGERSNAP_LOG",
        hide_env_values = true,
        default_value = "info"
    )]
    pub(crate) level: String,

    /// The form of the log's lines
    #[arg(
        long = "log-format",
        value_name = "FORMAT",
        env = "GINGERSNAP_LOG_FORMAT",
        hide_env_values = true,
        default_value = "text"
    )]
    pub(crate) format: LogFormatArg,

    /// Log each request too, whatever the level is
    ///
    /// A line has the method, the path without the query, the status, the bytes of the answer's body, the time in microseconds, and the
    /// address that connected, which is a proxy's if one stands before. No cookie and no token is in it.
    #[arg(
        long = "access-log",
        env = "GINGERSNAP_ACCESS_LOG",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub(crate) access: bool,
}

/// `--log-format`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormatArg {
    /// Text, with colours at a terminal
    Text,
    /// A JSON object a line
    Json,
}

impl From<LogFormatArg> for LogFormat {
    fn from(format: LogFormatArg) -> Self {
        match format {
            LogFormatArg::Text => Self::Text,
            LogFormatArg::Json => Self::Json,
        }
    }
}
