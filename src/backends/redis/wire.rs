//! Connecting, and the meaning of errors.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, RedisError};

use crate::backends::fault::{Cause, Fault, Hint};
use crate::backends::link::{Wire, provide_cryptography};
use crate::backends::url::{Address, BadUrl, bad, check_parameters, split};

impl Wire for MultiplexedConnection {
    type Target = Client;
    type Error = RedisError;

    async fn connect(client: &Client) -> Result<Self, RedisError> {
        prepare(client);
        // Callers have their own limits.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        client.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn ping(&mut self) -> Result<(), RedisError> {
        redis::cmd("PING").query_async(self).await
    }

    fn explain(error: &RedisError) -> Fault {
        let (cause, hint) = classify(error);
        let reason = match (error.code(), error.detail()) {
            (Some(code), Some(detail)) => format!("{code} {detail}"),
            (Some(code), None) => code.into(),
            // The client keeps neither the code nor the text when a password is refused.
            _ if error.kind() == ErrorKind::AuthenticationFailed => "user or password was refused".into(),
            _ => error.to_string(),
        };
        Fault { cause, reason, hint }
    }
}

/// Must be called before connecting.
pub(super) fn prepare(client: &Client) {
    if matches!(client.get_connection_info().addr(), ConnectionAddr::TcpTls { .. }) {
        provide_cryptography();
    }
}

/// Sorts by the first word of the server's answer, else by the fault on the way.
fn classify(error: &RedisError) -> (Cause, Option<Hint>) {
    match error.code() {
        Some("NOAUTH" | "WRONGPASS") => (Cause::Denied, Some(PASSWORD)),
        Some("NOPERM") => (Cause::Denied, Some(RIGHTS)),
        Some("READONLY") => (Cause::ReadOnly, Some(REPLICA)),
        Some("OOM") => (Cause::Full, Some(Hint::NO_ROOM)),
        Some("LOADING" | "BUSY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN") => (Cause::Unreachable, None),
        Some("MISCONF") => {
            (Cause::Other, Some(Hint::of_both("the server cannot save to its disk and takes no changes")))
        }
        Some("WRONGTYPE") => (Cause::Other, Some(Hint::of_both("something else has a key of this name"))),
        _ if error.kind() == ErrorKind::AuthenticationFailed => (Cause::Denied, Some(PASSWORD)),
        _ if error.is_io_error() || error.is_unrecoverable_error() => (Cause::Unreachable, None),
        _ => (Cause::Other, None),
    }
}

/// The client, and the address to show.
pub(super) fn parse(url: &str) -> Result<(Client, Address), BadUrl> {
    let (url, ring) = split(url)?;
    if !url.starts_with("redis://") && !url.starts_with("rediss://") {
        return Err(bad("it begins with redis:// or rediss://"));
    }
    check_parameters(url, &[])?;
    // The parser's messages repeat nothing of an address.
    let client = Client::open(url).map_err(|error| bad(&said(&error)))?;
    let information = client.get_connection_info();
    let number = information.redis_settings().db();
    let shown = match information.addr() {
        ConnectionAddr::Tcp(host, port) => format!("redis://{}:{port}/{number}", bracketed(host)),
        ConnectionAddr::TcpTls { host, port, .. } => format!("rediss://{}:{port}/{number}", bracketed(host)),
        _ => return Err(bad("it names no host")),
    };
    Ok((client, Address::new(&shown, ring)))
}

/// The client's message without its name for the kind.
fn said(error: &RedisError) -> String {
    let text = error.to_string();
    text.split(" - ").next().unwrap_or(&text).to_owned()
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.into() }
}

const PASSWORD: Hint = Hint::of_both("check user and password in the URL");
const REPLICA: Hint = Hint::of_both("name the primary server: a replica takes no changes");
const RIGHTS: Hint = Hint {
    ring: "only the operator's user writes rings: see the documented ACL",
    session: "the user needs the documented ACL of a store",
};
