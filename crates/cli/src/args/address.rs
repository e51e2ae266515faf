//! Addresses to listen on, as people write them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `8080`, `:8080` and `localhost:8080` are loopback; else it is an address and a port, `0.0.0.0:8080` or `[::1]:8080`.
///
/// No name is looked up: what a name server answers must not decide who can connect.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if text.contains("://") || text.contains('/') {
        return Err(hinted("it is a URL", "write the address and the port alone, as in 127.0.0.1:8080"));
    }
    let (host, port) = match text.rsplit_once(':') {
        _ if text.ends_with(']') || text.parse::<IpAddr>().is_ok() => return Err(no_port(text)),
        Some((host, "")) => return Err(no_port(host)),
        Some((host, port)) => (host, port),
        None if is_number(text) => ("", text),
        None => return Err(no_port(text)),
    };
    let host = host_of(host)?;
    let port = port.parse().map_err(|_| {
        hinted(&format!("`{port}` is no port"), "a port is a number from 0 to 65535; 0 takes a free one")
    })?;
    Ok(SocketAddr::new(host, port))
}

fn host_of(host: &str) -> Result<IpAddr, String> {
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    match (host, bare.parse::<IpAddr>()) {
        ("", _) => Ok(LOOPBACK),
        (name, _) if name.eq_ignore_ascii_case("localhost") => Ok(LOOPBACK),
        ("*", _) => {
            Err(hinted("`*` is no address", "every address of this machine is 0.0.0.0, or [::] with IPv6"))
        }
        (_, Ok(IpAddr::V6(address))) if bare == host => {
            Err(hinted("an IPv6 address stands in brackets", &format!("write [{address}]:8080")))
        }
        (_, Ok(address)) => Ok(address),
        (name, Err(_)) => Err(hinted(
            &format!("`{name}` is no IP address, and names are not looked up"),
            "write the address: 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it",
        )),
    }
}

fn no_port(host: &str) -> String {
    let example = match host.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]:8080"),
        Ok(IpAddr::V4(address)) => format!("{address}:8080"),
        Err(_) if host.starts_with('[') && host.ends_with(']') => format!("{host}:8080"),
        Err(_) => "127.0.0.1:8080, or 8080 alone for this machine".into(),
    };
    hinted("it has no port", &format!("write {example}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong, and what to do, as errors have them.
fn hinted(message: &str, hint: &str) -> String {
    format!("{message}\ngingersnap: hint: {hint}")
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_and_localhost_are_for_this_machine() {
        for text in ["8080", ":8080", "localhost:8080", "LocalHost:8080", "127.0.0.1:8080", " 8080\n"] {
            assert_eq!(address(text), Ok(SocketAddr::from(([127, 0, 0, 1], 8080))), "{text}");
        }
        for (text, there) in
            [("0", "127.0.0.1:0"), ("[::1]:8080", "[::1]:8080"), ("65535", "127.0.0.1:65535")]
        {
            assert_eq!(address(text), Ok(there.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn all_addresses_are_named() {
        for text in ["0.0.0.0:80", "[::]:8080", "192.0.2.7:443", "[fe80::1%2]:8080"] {
            assert_eq!(address(text), Ok(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn each_error_says_what_to_write() {
        let port = "a port is a number from 0 to 65535; 0 takes a free one";
        let name = "write the address: 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it";
        let alone = "write 127.0.0.1:8080, or 8080 alone for this machine";
        let url = "write the address and the port alone, as in 127.0.0.1:8080";
        for (text, error, hint) in [
            ("65536", "`65536` is no port", port),
            (":99999999", "`99999999` is no port", port),
            ("127.0.0.1:", "it has no port", "write 127.0.0.1:8080"),
            ("localhost:http", "`http` is no port", port),
            ("127.0.0.1:-1", "`-1` is no port", port),
            ("shop.example:80", "`shop.example` is no IP address, and names are not looked up", name),
            ("300.0.0.1:80", "`300.0.0.1` is no IP address, and names are not looked up", name),
            ("*:80", "`*` is no address", "every address of this machine is 0.0.0.0, or [::] with IPv6"),
            ("127.0.0.1", "it has no port", "write 127.0.0.1:8080"),
            ("::1", "it has no port", "write [::1]:8080"),
            ("[::1]", "it has no port", "write [::1]:8080"),
            ("localhost", "it has no port", alone),
            ("", "it has no port", alone),
            ("http://localhost:8080", "it is a URL", url),
            ("localhost:8080/", "it is a URL", url),
        ] {
            assert_eq!(address(text), Err(format!("{error}\ngingersnap: hint: {hint}")), "{text}");
        }
        let (error, hint) = ("an IPv6 address stands in brackets", "write [2001:db8::1]:8080");
        assert_eq!(address("2001:db8::1:x"), Err(format!("{error}\ngingersnap: hint: {hint}")));
    }
}
