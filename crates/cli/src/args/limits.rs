//! The limits on one client.

use std::time::Duration;

use clap::Args;
use gingersnap_server::Proxy;

use super::LIMITS;
use super::values::within;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = LIMITS)]
pub(crate) struct LimitArgs {
    /// Most connections at a time; one more is turned away
    #[arg(long, value_name = "NUMBER", default_value = "1024", hide_short_help = true, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_connections: u32,

    /// Most connections at a time from one address (of IPv6: from one /64), 0 for no limit
    ///
    /// Unless given, it is 128; it is no limit if --origin says that there is a proxy, and no --proxy says where.
    #[arg(long, value_name = "NUMBER", hide_short_help = true, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) max_connections_per_address: Option<u32>,

    /// A proxy before this service, or a network of them, as `10.0.0.7` or `10.0.0.0/8`; may be given several times
    ///
    /// Its connections are not counted by address.
    #[arg(long, value_name = "ADDRESS", hide_short_help = true)]
    pub(crate) proxy: Vec<Proxy>,

    /// Time a client has to send a request
    ///
    /// Half is for the head (and the TLS handshake), half for the body; half also for each 16 KiB of an answer.
    #[arg(long, value_name = "DURATION", default_value = "10s", hide_short_help = true, value_parser = duration)]
    pub(crate) client_timeout: Duration,
}

/// A client's time: `100ms` to `10m`.
fn duration(text: &str) -> Result<Duration, String> {
    within(text, SHORTEST, LONGEST, "100ms to 10m")
}

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_bounds() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("10m"), Ok(LONGEST));
        for bad in ["", "10", "s", "11m", "-1s", "99ms", "601s", "99999999999999999999s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
