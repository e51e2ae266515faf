//! The node among those with the same ring: how it keeps current, and how it is watched.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use gingersnap::keystore::NodeName;

use super::NODE;
use super::address::address;
use super::values::within;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = NODE)]
pub(crate) struct NodeArgs {
    /// Show metrics for Prometheus at /metrics on an address of their own, written as for --listen
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) metrics: Option<SocketAddr>,

    /// This node's name among those with the same ring; the host's name and the port if not given
    #[arg(
        long = "node",
        value_name = "NAME",
        env = "GINGERSNAP_NODE",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) name: Option<NodeName>,

    /// How often to look whether the key ring has changed; SIGHUP looks at once
    #[arg(long, value_name = "DURATION", default_value = "1s", hide_short_help = true, value_parser = interval)]
    pub(crate) reload_every: Duration,

    /// After this time without the newest key ring /readyz says `degraded`; two reloads at least
    #[arg(long, value_name = "DURATION", default_value = "5m", hide_short_help = true, value_parser = patience)]
    pub(crate) stale_after: Duration,
}

/// Time between two reloads: `100ms` to `1h`.
fn interval(text: &str) -> Result<Duration, String> {
    within(text, SHORTEST, HOUR, "100ms to 1h")
}

/// Time until a ring counts as stale: `1s` to `24h`.
fn patience(text: &str) -> Result<Duration, String> {
    within(text, Duration::from_secs(1), 24 * HOUR, "1s to 24h")
}

const HOUR: Duration = Duration::from_secs(3600);
const SHORTEST: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

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
