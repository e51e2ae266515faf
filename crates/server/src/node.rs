//! This node's name among those with the same ring.

use std::fs;

use gingersnap::keystore::NodeName;

use crate::error::ServerError;

/// Returns the operator's name for the node, or one after the host and the port.
pub(crate) fn name(given: Option<NodeName>, port: u16) -> Result<NodeName, ServerError> {
    match given {
        Some(name) => Ok(name),
        None => named_after(&host(), port),
    }
}

/// A node's name that resembles the host's, whatever that is.
fn named_after(host: &str, port: u16) -> Result<NodeName, ServerError> {
    let fit = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let host: String = host.trim().trim_start_matches('.').chars().take(HOST).map(fit).collect();
    let name = format!("{}:{port}", if host.is_empty() { "localhost" } else { &host });
    name.parse().map_err(|error| ServerError::usage(format!("{error}")))
}

/// The name of this host; empty where the system does not tell.
fn host() -> String {
    let from = |path| fs::read_to_string(path).ok();
    from("/proc/sys/kernel/hostname").or_else(|| from("/etc/hostname")).unwrap_or_default()
}

/// Characters of a host's name: with a port a node's name is shorter than its 128.
const HOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_a_name_whatever_its_host_is_called() {
        let name = |host| named_after(host, 80).expect("a name");
        for (host, expected) in [
            ("web-1.shop.example\n", "web-1.shop.example:80"),
            ("..hidden", "hidden:80"),
            ("büro 7/8", "b-ro-7-8:80"),
            ("", "localhost:80"),
        ] {
            assert_eq!(name(host).as_ref(), expected);
        }
        assert_eq!(name(&"h".repeat(300)).as_ref(), format!("{}:80", "h".repeat(100)));
        let blue = "blue".parse().expect("a name");
        assert_eq!(super::name(Some(blue), 80).expect("a name").as_ref(), "blue");
    }
}
