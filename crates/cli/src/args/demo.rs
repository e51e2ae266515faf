//! The options of `gingersnap demo`. Parsing only: what they mean together is checked in `demo/config.rs`.

use std::net::SocketAddr;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use gingersnap::Place;

use super::address::address;
use super::https::HttpsArgs;
use super::limits::LimitArgs;
use super::log::LogArgs;
use super::node::NodeArgs;
use super::{AtRestArgs, KEY_RING};
use crate::place::{Location, LocationParser};

/// Where the shop listens, which ring it uses, and what it takes from clients.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// Where to listen: a port of this machine alone, or an address and a port
    ///
    /// 8080, :8080 and localhost:8080 are 127.0.0.1:8080, where nobody but this machine can connect. Every address of it is
    /// 0.0.0.0:8080, or [::]:8080 with IPv6. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Where sessions go that are not in cookies: a URL with `#name` at its end
    ///
    /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS), or memory:. Others on this machine
    /// see command lines: a URL with a password belongs in GINGERSNAP_STORE.
    // The value may have a password: help does not show it.
    #[arg(long, value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
    pub(crate) store: Option<String>,

    /// Where people's carts and preferences are kept
    ///
    /// Unless given: with a store, in the cookie until they do not fit; without one, in the cookie.
    #[arg(long, value_name = "PLACE", hide_short_help = true)]
    pub(crate) place: Option<PlaceArg>,

    /// A file, or the URL of a database with `#name` at its end
    ///
    /// PATH or file:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
    /// command lines: a URL with a password belongs in GINGERSNAP_KEYS. Unless given, it is gingersnap-keys.json here, which is made
    /// if it is missing and nobody but this machine can connect.
    // The value may have a password: help does not show it.
    #[arg(
        long,
        value_name = "WHERE",
        value_parser = LocationParser,
        env = "GINGERSNAP_KEYS",
        hide_env_values = true,
        help_heading = KEY_RING
    )]
    pub(crate) keys: Option<Location>,

    #[command(flatten)]
    pub(crate) at_rest: AtRestArgs,

    /// Accept a ring that is not encrypted where it would be refused
    ///
    /// It is refused where others can connect, where a database keeps it, and where an identity is given.
    #[arg(long, help_heading = KEY_RING)]
    pub(crate) plaintext: bool,

    /// Accept a key ring, an identity and a certificate's key that their group may read (Kubernetes fsGroup)
    #[arg(
        long,
        env = "GINGERSNAP_ALLOW_GROUP_READ",
        hide_env_values = true,
        hide_short_help = true,
        value_parser = BoolishValueParser::new(),
        help_heading = KEY_RING
    )]
    pub(crate) allow_group_read: bool,

    #[command(flatten)]
    pub(crate) https: HttpsArgs,

    #[command(flatten)]
    pub(crate) node: NodeArgs,

    #[command(flatten)]
    pub(crate) log: LogArgs,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `--place`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PlaceArg {
    /// In the cookie: what does not fit is refused
    Cookie,
    /// In the cookie until it does not fit, and then in the store
    CookieThenStore,
    /// In the store
    Store,
}

impl From<PlaceArg> for Place {
    fn from(place: PlaceArg) -> Self {
        match place {
            PlaceArg::Cookie => Self::Cookie,
            PlaceArg::CookieThenStore => Self::CookieThenStore,
            PlaceArg::Store => Self::Store,
        }
    }
}
