//! What the options mean together.

use std::{net::SocketAddr, time::Duration};

use gingersnap::{OriginGuard, keystore::NodeName};

use crate::error::Error;

use super::{Limits, ServeArgs, keys::RingSource};

/// A checked configuration.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) ring: RingSource,
    pub(crate) reload: ReloadConfig,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) limits: Limits,
    pub(crate) site: Site,
}

/// How the ring is kept current.
#[derive(Clone, Debug)]
pub(crate) struct ReloadConfig {
    pub(crate) every: Duration,
    /// Without the newest ring for longer than this, the node is degraded.
    pub(crate) stale_after: Duration,
    node: Option<NodeName>,
}

impl ReloadConfig {
    /// Two reloads at least: a node that waits for the next one is in order.
    fn new(args: &ServeArgs) -> Self {
        let every = args.reload_every;
        Self { every, stale_after: args.stale_after.max(2 * every), node: args.node.clone() }
    }

    /// What the node is called: as the operator says, or after the host and the port.
    pub(crate) fn node(&self, host: &str, port: u16) -> Result<NodeName, Error> {
        match &self.node {
            Some(name) => Ok(name.clone()),
            None => Ok(fit(host, port).parse()?),
        }
    }
}

/// A node's name of what a host is called, whatever that is.
fn fit(host: &str, port: u16) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let host: String = host.trim().trim_start_matches('.').chars().take(HOST).map(fit).collect();
    format!("{}:{port}", if host.is_empty() { "localhost" } else { &host })
}

/// Characters of a host's name: with a port a node's name is shorter than its 128.
const HOST: usize = 100;

/// How browsers see the service.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// `https` here or at a proxy: cookies and HSTS rely on it.
    pub(crate) https: bool,
    /// Knows the origin that the operator named, else tells it from each request.
    pub(crate) guard: OriginGuard,
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
        let origin = args.origin.as_deref().map(str::to_ascii_lowercase);
        let https = args.tls_cert.is_some() || origin.is_some_and(|it| it.starts_with("https://"));
        let guard = guard(args.origin.as_deref(), https)?;
        Ok(Self {
            listen: args.listen,
            ring: RingSource::new(args.keys.as_ref(), args.listen, args.allow_group_read)
                .at_rest(&args.at_rest, args.plaintext),
            reload: ReloadConfig::new(args),
            metrics: args.metrics,
            limits: Limits::new(args.max_connections, args.client_timeout),
            site: Site { https, guard, insecure_cookies: args.insecure_http },
        })
    }
}

/// Whose requests may change something.
fn guard(origin: Option<&str>, https: bool) -> Result<OriginGuard, Error> {
    match origin {
        Some(origin) => OriginGuard::at(origin).map_err(|_| {
            Error::usage(format!("--origin {origin} is not an origin"))
                .with_hint("write scheme and host, with no path: https://shop.example")
        }),
        None if https => Ok(OriginGuard::https()),
        None => Ok(OriginGuard::insecure_http()),
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, process::ExitCode};

    use axum::http::{Request, Response, header};
    use clap::Parser;
    use tower::{Layer as _, ServiceExt as _, service_fn};

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
    fn a_node_has_a_name_whatever_its_host_is_called() {
        let name =
            |line: &[&str], host: &str| config(line).expect("fine").reload.node(host, 80).expect("a name");
        for (host, expected) in [
            ("web-1.shop.example\n", "web-1.shop.example:80"),
            ("..hidden", "hidden:80"),
            ("büro 7/8", "b-ro-7-8:80"),
            ("", "localhost:80"),
        ] {
            assert_eq!(name(&[], host).as_ref(), expected);
        }
        let long = "h".repeat(300);
        assert_eq!(name(&[], &long).as_ref(), format!("{}:80", "h".repeat(100)));
        assert_eq!(name(&["--node", "blue"], "web-1").as_ref(), "blue");
    }

    #[test]
    fn a_node_that_waits_for_its_next_reload_is_not_stale() {
        let stale_after = |line: &[&str]| config(line).expect("fine").reload.stale_after.as_secs();
        assert_eq!(stale_after(&[]), 300);
        assert_eq!(stale_after(&["--stale-after", "1s", "--reload-every", "100ms"]), 1);
        assert_eq!(stale_after(&["--reload-every", "1h"]), 7200);
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        for (good, https) in [("HTTPS://Shop.example", true), ("http://shop.example:8080", false)] {
            assert_eq!(config(&["--origin", good]).expect("an origin").site.https, https, "{good}");
        }
        for bad in ["shop.example", "https://", "https://shop.example/", "ftp://shop.example", "https://a b"]
        {
            let error = config(&["--origin", bad]).expect_err(bad);
            assert_eq!(error.report(&mut Vec::new()), ExitCode::from(2));
        }
    }

    #[tokio::test]
    async fn requests_are_taken_from_where_browsers_see_the_service() {
        for (line, ours, other) in [
            (&[][..], "http://shop.example", "https://shop.example"),
            (&["--tls-cert", "c", "--tls-key", "k"], "https://shop.example", "http://shop.example"),
            (&["--origin", "https://Bakery.example"], "https://bakery.example", "https://shop.example"),
        ] {
            let guard = config(line).expect("a configuration").site.guard;
            for (origin, status) in [(ours, 200), (other, 403)] {
                let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
                let request = Request::post("/").header(header::HOST, "shop.example");
                let request = request.header(header::ORIGIN, origin).body(()).expect("a request");
                let response = guard.layer(inner).oneshot(request).await.expect("a response");
                assert_eq!(response.status().as_u16(), status, "{line:?} {origin}");
            }
        }
    }
}
