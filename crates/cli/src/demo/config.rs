//! The configuration that the options together make.

use gingersnap::OriginGuard;
use gingersnap::keystore::KeystoreError;
use gingersnap_server::{Limits, Listen, Settings};
use gingersnap_shop::Site;

use super::keys::RingSource;
use super::sessions;
use crate::args::{DemoArgs, PlaceArg};
use crate::edge;
use crate::error::Error;

/// A checked configuration.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) settings: Settings,
    pub(crate) ring: RingSource,
    pub(crate) site: Site,
}

impl Config {
    /// Checks the rules that concern several options.
    pub(crate) fn new(args: &DemoArgs) -> Result<Self, Error> {
        if args.https.insecure_http && !args.listen.ip().is_loopback() {
            return Err(Error::usage("--insecure-http is refused where others can connect")
                .with_hint("listen on 127.0.0.1, or use --tls-cert and --tls-key"));
        }
        if args.store.is_none() && args.place.is_some_and(|place| place != PlaceArg::Cookie) {
            return Err(Error::usage("--place keeps sessions in a store, and there is none")
                .with_hint("name one, for example with --store sqlite:sessions.db"));
        }
        let origin = args.https.origin.as_deref().map(str::to_ascii_lowercase);
        let https = args.https.tls_cert.is_some() || origin.is_some_and(|it| it.starts_with("https://"));
        let guard = guard(args.https.origin.as_deref(), https)?;
        let settings = match sessions::open(args)? {
            Some(store) => settings(args).store(store),
            None => settings(args),
        };
        Ok(Self {
            settings,
            ring: RingSource::new(args.keys.as_ref(), args.listen, args.allow_group_read)
                .at_rest(&args.at_rest, args.plaintext),
            site: Site {
                https,
                guard,
                insecure_cookies: args.https.insecure_http,
                // The server's, which watches it.
                store: None,
                place: args.place.map(Into::into),
            },
        })
    }
}

/// Returns the server's settings. Their hints name the options.
fn settings(args: &DemoArgs) -> Settings {
    let mut settings = Settings::new(Listen::new(args.listen, "--listen"))
        .limits(
            Limits::new(args.limits.max_connections, args.limits.client_timeout)
                .per_address(per_address(args)),
        )
        .proxies(args.limits.proxy.iter().copied())
        .reload_every(args.node.reload_every)
        .stale_after(args.node.stale_after);
    if let Some(node) = &args.node.name {
        settings = settings.node(node.clone());
    }
    if let Some(metrics) = args.node.metrics {
        settings = settings.metrics(Listen::new(metrics, "--metrics"));
    }
    if let (Some(cert), Some(key)) = (&args.https.tls_cert, &args.https.tls_key) {
        // systemd makes what it passes readable by a group.
        let is_credential = edge::credentials_directory().is_some_and(|directory| key.starts_with(directory));
        settings = settings.tls(cert, key, args.allow_group_read || is_credential);
    }
    settings
}

/// Returns the most connections of one address. Behind a proxy that nobody named, everybody has the same.
fn per_address(args: &DemoArgs) -> Option<u32> {
    let behind = args.https.origin.is_some() && args.limits.proxy.is_empty();
    match args.limits.max_connections_per_address {
        Some(0) => None,
        Some(most) => Some(most),
        None => (!behind).then_some(PER_ADDRESS),
    }
}

/// An eighth of the default of --max-connections.
const PER_ADDRESS: u32 = 128;

/// Returns the guard that decides whose requests may change something.
fn guard(origin: Option<&str>, https: bool) -> Result<OriginGuard, Error> {
    match origin {
        Some(origin) => OriginGuard::at(origin).map_err(|_| {
            Error::usage(format!("--origin {} is not an origin", KeystoreError::shown(origin)))
                .with_hint("write scheme and host, with no path: https://shop.example")
        }),
        None if https => Ok(OriginGuard::https()),
        None => Ok(OriginGuard::insecure_http()),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::process::ExitCode;

    use clap::Parser;
    use http::{Request, Response, header};
    use tower::{Layer as _, ServiceExt as _, service_fn};

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        demo: DemoArgs,
    }

    fn config(line: &[&str]) -> Result<Config, Error> {
        Config::new(&Line::try_parse_from([&["demo"], line].concat()).expect("parses").demo)
    }

    #[test]
    fn cookies_without_secure_are_for_loopback_only() {
        assert!(config(&["--insecure-http"]).expect("loopback").site.insecure_cookies);
        let error = config(&["--insecure-http", "--listen", "0.0.0.0:80"]).expect_err("refused");
        assert_eq!(error.report(&mut Vec::new()), ExitCode::from(2));
    }

    #[test]
    fn options_that_are_not_given_are_the_defaults_of_the_server() {
        let defaults = Settings::new(Listen::new(([127, 0, 0, 1], 8080).into(), "--listen"));
        assert_eq!(format!("{:?}", config(&[]).expect("fine").settings), format!("{defaults:?}"));
    }

    #[test]
    fn one_address_is_limited_unless_it_may_be_a_proxy() {
        for (line, expected) in [
            (&[][..], Some(128)),
            (&["--origin", "https://shop.example"], None),
            (&["--origin", "https://shop.example", "--proxy", "10.0.0.0/8"], Some(128)),
            (&["--origin", "https://shop.example", "--max-connections-per-address", "9"], Some(9)),
            (&["--max-connections-per-address", "0"], None),
        ] {
            let args = Line::try_parse_from([&["demo"], line].concat()).expect("parses").demo;
            assert_eq!(per_address(&args), expected, "{line:?}");
        }
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
