//! Places for connections: so many in all, and so many for one address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::{IpNet, Ipv6Net};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::proxies::Proxies;
use crate::metrics::TurnedAway;

/// All places.
#[derive(Clone, Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    size: usize,
    crowd: Arc<Crowd>,
}

impl Places {
    /// So many places, and so many of them for one address.
    pub(super) fn new(size: usize, per_address: Option<usize>, proxies: Proxies) -> Self {
        let size = size.min(Semaphore::MAX_PERMITS);
        let crowd = Crowd { most: per_address, proxies, counts: Mutex::default() };
        Self { free: Arc::new(Semaphore::new(size)), size, crowd: Arc::new(crowd) }
    }

    pub(super) fn in_use(&self) -> usize {
        self.size.saturating_sub(self.free.available_permits())
    }

    /// A place for one more connection of the address.
    pub(super) fn take(&self, from: IpAddr) -> Result<Place, TurnedAway> {
        // Who is one of too many takes no place from others, not even for a moment.
        let one_of = self.crowd.join(from).ok_or(TurnedAway::OneAddress)?;
        let permit = Arc::clone(&self.free).try_acquire_owned().map_err(|_| TurnedAway::Full)?;
        Ok(Place { _permit: permit, _one_of: one_of })
    }
}

/// A place that is taken; free when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _one_of: OneOf,
}

/// The connections of each address.
#[derive(Debug)]
struct Crowd {
    /// Most of one address; `None` counts nobody.
    most: Option<usize>,
    proxies: Proxies,
    counts: Mutex<HashMap<IpNet, usize>>,
}

impl Crowd {
    /// Counts one more of the address, unless it has as many as it may.
    fn join(self: &Arc<Self>, from: IpAddr) -> Option<OneOf> {
        let Some(most) = self.most.filter(|_| !self.proxies.has(from)) else {
            return Some(OneOf { crowd: Arc::clone(self), network: None });
        };
        let network = network(from);
        let mut counts = self.counts();
        let count = counts.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(OneOf { crowd: Arc::clone(self), network: Some(network) })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What counts as one address: of IPv6 the network of /64, since whoever has one address there mostly has all.
fn network(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(address) => IpNet::from(IpAddr::V4(address)),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, 64).trunc().into(),
    }
}

/// One connection of an address, if it counts.
#[derive(Debug)]
struct OneOf {
    crowd: Arc<Crowd>,
    network: Option<IpNet>,
}

impl Drop for OneOf {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        if let Entry::Occupied(mut count) = self.crowd.counts().entry(network) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(most: Option<usize>, proxies: &[&str]) -> Arc<Crowd> {
        let proxies = proxies.iter().map(|it| it.parse().expect("a proxy")).collect();
        Arc::new(Crowd { most, proxies, counts: Mutex::default() })
    }

    fn join(crowd: &Arc<Crowd>, from: &str) -> Option<OneOf> {
        crowd.join(from.parse().expect("an address"))
    }

    #[test]
    fn one_address_has_so_many_places_and_another_has_its_own() {
        let crowd = crowd(Some(2), &[]);
        let first = join(&crowd, "192.0.2.1").expect("a place");
        let _second = join(&crowd, "::ffff:192.0.2.1").expect("a place");
        assert!(join(&crowd, "192.0.2.1").is_none());
        let _other = join(&crowd, "192.0.2.2").expect("a place");
        drop(first);
        assert!(join(&crowd, "192.0.2.1").is_some());
    }

    #[test]
    fn of_ipv6_a_network_of_64_bits_counts_as_one_address() {
        let crowd = crowd(Some(1), &[]);
        let _first = join(&crowd, "2001:db8::1").expect("a place");
        assert!(join(&crowd, "2001:db8:0:0:ffff::2").is_none());
        assert!(join(&crowd, "2001:db8:0:1::1").is_some());
    }

    #[test]
    fn a_proxy_has_as_many_as_there_are() {
        let crowd = crowd(Some(1), &["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"]);
        for proxy in ["192.0.2.1", "::ffff:192.0.2.1", "10.1.2.3", "2001:db8:1::1"] {
            let _first = join(&crowd, proxy).expect("a place");
            assert!(join(&crowd, proxy).is_some(), "{proxy}");
        }
        let _first = join(&crowd, "192.0.2.2").expect("a place");
        assert!(join(&crowd, "192.0.2.2").is_none());
    }

    #[test]
    fn nobody_is_counted_without_a_limit_and_nobody_who_has_left() {
        let unlimited = crowd(None, &[]);
        let _kept = [join(&unlimited, "192.0.2.1"), join(&unlimited, "192.0.2.1")];
        assert!(unlimited.counts().is_empty());
        let limited = crowd(Some(9), &[]);
        drop([join(&limited, "192.0.2.1"), join(&limited, "192.0.2.1"), join(&limited, "2001:db8::1")]);
        assert!(limited.counts().is_empty());
    }
}
