//! The options of `gingersnap demo`. Parsing only: what they mean together is checked in `demo/config.rs`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use gingersnap::Place;
use gingersnap::keystore::NodeName;
use gingersnap_server::Proxy;

use super::AtRestArgs;
use crate::place::{Location, LocationParser};

/// Where the shop listens, which ring it uses, and what it takes from clients.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Key ring: a file, or the URL of a database, `#name` at its end; without it, gingersnap-keys.json here, created when the
    /// listener is loopback
    ///
    /// PATH or file:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
    /// command lines: a URL with a password belongs in GINGERSNAP_KEYS.
    // The value may have a password: help does not show it.
    #[arg(
        long,
        value_name = "WHERE",
        value_parser = LocationParser,
        env = "GINGERSNAP_KEYS",
        hide_env_values = true
    )]
    pub(crate) keys: Option<Location>,

    /// Where sessions go that are not in cookies; `#name` at its end
    ///
    /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS), or memory:. Others on this machine
    /// see command lines: a URL with a password belongs in GINGERSNAP_STORE.
    // The value may have a password: help does not show it.
    #[arg(long, value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
    pub(crate) store: Option<String>,

    /// Where people's carts and preferences are kept; with a store, in the cookie until they do not fit if not given
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<PlaceArg>,

    /// Accept a key ring, an identity and a certificate's key that their group may read (Kubernetes fsGroup)
    #[arg(long, env = "GINGERSNAP_ALLOW_GROUP_READ", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub(crate) allow_group_read: bool,

    #[command(flatten)]
    pub(crate) at_rest: AtRestArgs,

    /// Accept a ring that is not encrypted though others can connect, a database keeps it, or an identity is given
    #[arg(long)]
    pub(crate) plaintext: bool,

    /// How often to look whether the key ring has changed; SIGHUP looks at once
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = interval)]
    pub(crate) reload_every: Duration,

    /// After this time without the newest key ring /readyz says `degraded`; two reloads at least
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = patience)]
    pub(crate) stale_after: Duration,

    /// This node's name among those with the same ring; the host's name and the port if not given
    #[arg(long, value_name = "NAME", env = "GINGERSNAP_NODE", hide_env_values = true)]
    pub(crate) node: Option<NodeName>,

    /// Show metrics for Prometheus at /metrics on an address of their own; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) metrics: Option<SocketAddr>,

    /// Certificate chain, PEM; the server then speaks https
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// The certificate's private key, PEM; its owner alone may read it (--allow-group-read: its group too)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Where browsers see this service if a proxy stands before it, as `https://shop.example`
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) origin: Option<String>,

    /// Cookies without Secure, for browsers that drop Secure cookies on plain http; loopback only
    #[arg(long, conflicts_with_all = ["tls_cert", "origin"])]
    pub(crate) insecure_http: bool,

    /// Most connections at a time; one more is turned away
    #[arg(long, value_name = "NUMBER", default_value = "1024", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_connections: u32,

    /// Most connections at a time from one address (of IPv6: from one /64), 0 for no limit; 128 if not given, and no limit if
    /// --origin says that there is a proxy and no --proxy says where
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) max_connections_per_address: Option<u32>,

    /// A proxy before this service, or a network of them, as `10.0.0.7` or `10.0.0.0/8`: its connections are not counted by
    /// address; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) proxy: Vec<Proxy>,

    /// Time a client has to send a request: half for the head (and the TLS handshake), half for the body;
    /// half also for each 16 KiB of an answer
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) client_timeout: Duration,
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

/// Reads `10s` or `500ms`, from 100 milliseconds to 10 minutes.
fn duration(text: &str) -> Result<Duration, String> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 =
        digits.parse().map_err(|_| "expected a number and a unit, as in 10s or 500ms".to_owned())?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        _ => return Err("expected the unit s or ms, as in 10s or 500ms".to_owned()),
    };
    if duration < SHORTEST || duration > LONGEST {
        return Err("expected 100ms to 600s".to_owned());
    }
    Ok(duration)
}

/// Time between two reloads: `100ms` to `1h`.
fn interval(text: &str) -> Result<Duration, String> {
    within(text, SHORTEST, HOUR, "100ms to 1h")
}

/// Time until a ring counts as stale: `1s` to `24h`.
fn patience(text: &str) -> Result<Duration, String> {
    within(text, Duration::from_secs(1), 24 * HOUR, "1s to 24h")
}

fn within(text: &str, shortest: Duration, longest: Duration, bounds: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration < shortest || duration > longest {
        return Err(format!("expected {bounds}"));
    }
    Ok(duration)
}

const HOUR: Duration = Duration::from_secs(3600);
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_bounds() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        for bad in ["", "10", "s", "10m", "-1s", "1.5s", "99ms", "601s", "99999999999999999999s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reloads_have_bounds_of_their_own() {
        assert_eq!(interval("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(interval("1h"), Ok(HOUR));
        assert_eq!(patience("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(patience("1day"), Ok(24 * HOUR));
        for bad in ["", "99ms", "61m", "1", "-1s"] {
            assert!(interval(bad).is_err(), "{bad}");
        }
        assert_eq!(patience("999ms"), Err("expected 1s to 24h".to_owned()));
        assert_eq!(patience("25h"), Err("expected 1s to 24h".to_owned()));
    }
}
