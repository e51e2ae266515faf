//! Connecting, and the meaning of errors.

use core::net::IpAddr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Executor as _, PgConnection};

use crate::backends::fault::{Cause, Fault, Hint};
use crate::backends::link::{Wire, provide_cryptography};
use crate::backends::url::{Address, BadUrl, bad, check_parameters, split};

impl Wire for PgConnection {
    type Target = PgConnectOptions;
    type Error = sqlx::Error;

    async fn connect(target: &PgConnectOptions) -> Result<Self, sqlx::Error> {
        let mut connection = connect(target).await?;
        // A statement that nobody awaits must not run on.
        connection.execute("SET statement_timeout = '5s'").await?;
        Ok(connection)
    }

    async fn ping(&mut self) -> Result<(), sqlx::Error> {
        sqlx::Connection::ping(self).await
    }

    fn explain(error: &sqlx::Error) -> Fault {
        explain(error)
    }
}

/// A connection as the server makes them.
pub(super) async fn connect(target: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    if matches!(target.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull) {
        provide_cryptography();
    }
    target.connect().await
}

pub(super) fn explain(error: &sqlx::Error) -> Fault {
    let fault = |cause, reason: String, hint| Fault { cause, reason, hint };
    match error {
        sqlx::Error::Database(error) => {
            let (cause, hint) = classify(&error.code().unwrap_or_default());
            fault(cause, error.message().into(), hint)
        }
        sqlx::Error::Io(error) => fault(Cause::Unreachable, error.to_string(), None),
        sqlx::Error::Tls(error) => fault(Cause::Unreachable, format!("TLS: {error}"), Some(TLS)),
        error => fault(Cause::Other, error.to_string(), None),
    }
}

/// Sorts by SQLSTATE (PostgreSQL's manual, appendix A).
fn classify(code: &str) -> (Cause, Option<Hint>) {
    match code {
        UNDEFINED_TABLE => (Cause::NoTable, None),
        "25006" => (Cause::ReadOnly, Some(STANDBY)),
        "3D000" => (Cause::Other, Some(Hint::of_both("make the database first"))),
        "40001" | "40P01" => (Cause::Conflict, None),
        "42501" => (Cause::Denied, Some(RIGHTS)),
        "53100" => (Cause::Full, Some(Hint::NO_ROOM)),
        "53300" | "57014" | "57P01" | "57P02" | "57P03" => (Cause::Unreachable, None),
        _ if code.starts_with("28") => (Cause::Denied, Some(PASSWORD)),
        _ if code.starts_with("08") => (Cause::Unreachable, None),
        _ => (Cause::Other, None),
    }
}

/// The connection's options, and the address to show.
pub(super) fn parse(url: &str) -> Result<(PgConnectOptions, Address), BadUrl> {
    let (url, ring) = split(url)?;
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(bad("it begins with postgres://"));
    }
    check_parameters(url, &PARAMETERS)?;
    // The parser's messages repeat nothing of an address.
    let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| match error {
        sqlx::Error::Configuration(error) => bad(&error.to_string()),
        error => bad(&error.to_string()),
    })?;
    let options = options.statement_cache_capacity(0).disable_statement_logging();
    let options = with_tls(options, url);
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    let port = options.get_port();
    let shown = match options.get_socket() {
        Some(socket) => format!("postgres://:{port}/{database}?host={}", socket.display()),
        None => format!("postgres://{}:{port}/{database}", options.get_host()),
    };
    Ok((options, Address::new(&shown, ring)))
}

/// libpq's default, `prefer`, gives the ring to anybody in between.
fn with_tls(options: PgConnectOptions, url: &str) -> PgConnectOptions {
    // Only the parameters, not the whole URL: a password may contain anything.
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let said = parameters.split('&').any(|it| it.starts_with("sslmode="))
        || !matches!(options.get_ssl_mode(), PgSslMode::Prefer);
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    let here = options.get_socket().is_some()
        || host == "localhost"
        || host.starts_with('/')
        || address.is_ok_and(|address: IpAddr| address.is_loopback());
    if said || here { options } else { options.ssl_mode(PgSslMode::VerifyFull) }
}

const UNDEFINED_TABLE: &str = "42P01";
const PASSWORD: Hint = Hint::of_both("check user and password in the URL, or PGPASSWORD");
const STANDBY: Hint = Hint::of_both("name the primary server: a standby takes no changes");
const RIGHTS: Hint = Hint {
    ring: "only the operator's role writes rings: see the documented GRANTs",
    session: "the role needs the documented GRANTs of a store",
};
const TLS: Hint = Hint::of_both(
    "with sslmode=disable in the URL nothing is encrypted on the way: for this machine or a trusted network alone",
);
const PARAMETERS: [&str; 12] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn mode(url: &str, expected: PgSslMode) {
        let (options, _) = parse(url).unwrap();
        assert_eq!(format!("{:?}", options.get_ssl_mode()), format!("{expected:?}"), "{url}");
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_and_checked_unless_the_url_says_otherwise() {
        for here in ["localhost", "127.0.0.1", "[::1]", "127.8.8.8", "%2Frun%2Fpostgresql"] {
            mode(&format!("postgres://u:p@{here}/db"), PgSslMode::Prefer);
        }
        for there in ["db.example", "192.0.2.1", "localhost.example", "[2001:db8::1]"] {
            mode(&format!("postgres://u:p@{there}/db"), PgSslMode::VerifyFull);
            mode(
                &format!("postgres://u:sslmode=@{there}/db?application_name=sslmode=x"),
                PgSslMode::VerifyFull,
            );
            mode(&format!("postgres://u:p@{there}/db?sslmode=disable"), PgSslMode::Disable);
            mode(&format!("postgres://u:p@{there}/db?sslmode=prefer#shop"), PgSslMode::Prefer);
        }
    }
}
