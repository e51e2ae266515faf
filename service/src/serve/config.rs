//! What the options mean together.

use std::net::SocketAddr;

use crate::error::Error;

use super::{Limits, ServeArgs, keys::RingSource};

/// A checked configuration.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) ring: RingSource,
    pub(crate) limits: Limits,
    pub(crate) site: Site,
}

/// How browsers see the service.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// `https` here or at a proxy: cookies and HSTS rely on it.
    pub(crate) https: bool,
    /// The origin that the operator named, else it is told from each request.
    pub(crate) origin: Option<String>,
    /// Cookies without `Secure` and without the `__Host-` prefix.
    pub(crate) insecure_cookies: bool,
}

impl Config {
    /// Checks what one option alone does not show.
    pub(crate) fn new(args: &ServeArgs) -> Result<Self, Error> {
        if args.insecure_http && !args.listen.ip().is_loopback() {
            return Err(Error::usage("--insecure-http is refused where others can connect")
                .with_hint("listen on 127.0.0.1, or use --tls-cert and --tls-key"));
        }
        let origin = args.origin.as_deref().map(origin).transpose()?;
        let https = args.tls_cert.is_some() || origin.as_deref().is_some_and(|o| o.starts_with("https://"));
        Ok(Self {
            listen: args.listen,
            ring: RingSource::new(args.keys.as_deref(), args.listen, args.allow_group_read),
            limits: Limits::new(args.max_connections, args.client_timeout),
            site: Site { https, origin, insecure_cookies: args.insecure_http },
        })
    }
}

/// An origin as browsers write it: scheme and host, perhaps a port, nothing after.
fn origin(text: &str) -> Result<String, Error> {
    let lower = text.to_ascii_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(lower),
        _ => Err(Error::usage(format!("--origin {text} is not an origin"))
            .with_hint("write scheme and host, with no path: https://shop.example")),
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn config(line: &[&str]) -> Result<Config, Error> {
        Config::new(&Line::try_parse_from([&["serve"], line].concat()).expect("parses").serve)
    }

    #[test]
    fn cookies_without_secure_are_for_loopback_only() {
        assert!(config(&["--insecure-http"]).expect("loopback").site.insecure_cookies);
        let error = config(&["--insecure-http", "--listen", "0.0.0.0:80"]).expect_err("refused");
        assert_eq!(error.report(&mut Vec::new()), ExitCode::from(2));
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        let site = config(&["--origin", "https://Shop.example"]).expect("an origin").site;
        assert_eq!((site.https, site.origin.as_deref()), (true, Some("https://shop.example")));
        for bad in ["shop.example", "https://", "https://shop.example/", "ftp://shop.example", "https://a b"]
        {
            let error = config(&["--origin", bad]).expect_err(bad);
            assert_eq!(error.report(&mut Vec::new()), ExitCode::from(2));
        }
    }
}
