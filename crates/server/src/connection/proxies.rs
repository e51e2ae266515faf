//! The proxies before the server: their connections are many people's.

use std::net::{AddrParseError, IpAddr};
use std::str::FromStr;

use ipnet::IpNet;

/// A proxy's address, or a network of proxies: `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proxy(IpNet);

impl FromStr for Proxy {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text.parse() {
            Ok(network) => Ok(Self(network)),
            Err(_) => text.parse::<IpAddr>().map(|address| Self(address.to_canonical().into())),
        }
    }
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Whether this is one.
    pub(super) fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromIterator<Proxy> for Proxies {
    fn from_iter<I: IntoIterator<Item = Proxy>>(proxies: I) -> Self {
        Self(proxies.into_iter().map(|Proxy(network)| network).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for good in ["10.0.0.7", "10.0.0.0/8", "::1", "2001:db8::/32", "::ffff:10.0.0.7"] {
            assert!(good.parse::<Proxy>().is_ok(), "{good}");
        }
        for bad in ["", "10.0.0.0/33", "proxy.example", "10.0.0.7:80", "10.0.0.0/"] {
            assert!(bad.parse::<Proxy>().is_err(), "{bad}");
        }
    }
}
