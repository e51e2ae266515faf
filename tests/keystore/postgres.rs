//! Rings in PostgreSQL.

mod records;

use std::sync::Arc;
use std::time::Duration;

use gingersnap::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind, Version, open};
use tokio::time::timeout;

use super::contract::{Place, bad, hold, node, nodes};
use super::outages::survive;
use super::servers::Postgres;

/// An empty database of a server that tests share.
struct Database {
    server: Arc<Postgres>,
    name: String,
}

impl Place for Database {
    type Store = Arc<dyn Keystore>;

    fn empty(test: &str) -> Option<Self> {
        let server = Postgres::shared()?;
        // PostgreSQL cuts names off.
        let name: String = test.chars().take(60).collect();
        server.database(&name);
        Some(Self { server, name })
    }

    fn ring(&self, name: &str) -> Arc<dyn Keystore> {
        self.as_user("admin", Postgres::PASSWORD, name)
    }
}

impl Database {
    fn as_user(&self, user: &str, password: &str, ring: &str) -> Arc<dyn Keystore> {
        let url = self.server.url(user, password, &self.name);
        open(&format!("{url}#{ring}")).unwrap()
    }

    /// Makes a role that may connect and no more.
    fn role(&self, name: &str) -> Arc<dyn Keystore> {
        self.sql(&format!(
            "SET password_encryption = 'scram-sha-256'; CREATE ROLE {name} LOGIN PASSWORD 'hunter2-role'"
        ));
        self.as_user(name, "hunter2-role", "shop")
    }

    fn sql(&self, statement: &str) -> String {
        self.server.sql(&self.name, statement)
    }

    /// Returns the place as errors show it.
    fn shown(&self) -> String {
        format!("postgres://127.0.0.1:{}/{}#shop", self.server.port(), self.name)
    }
}

impl Place for Postgres {
    type Store = Arc<dyn Keystore>;

    fn empty(_: &str) -> Option<Self> {
        Self::start()
    }

    fn ring(&self, name: &str) -> Arc<dyn Keystore> {
        let url = self.url("admin", Self::PASSWORD, "postgres");
        open(&format!("{url}#{name}")).unwrap()
    }
}

hold! { Database }
survive! { Postgres }

/// The GRANTs in the documentation are enough, and they are no more than is needed.
#[tokio::test]
async fn a_node_reads_the_ring_and_says_what_it_holds_and_may_do_no_more() {
    let Some(place) = Database::empty("role_web") else { return };
    let operator = place.store();
    operator.create(b"ring").await.unwrap();
    let web = place.role("web");
    place.sql("GRANT SELECT ON gingersnap_rings TO web");
    place.sql("GRANT SELECT, INSERT, UPDATE ON gingersnap_nodes TO web");
    assert_eq!(web.load().await.unwrap().bytes(), b"ring");
    for seen_at in [1, 2] {
        web.register(&node("web-1", seen_at)).await.unwrap();
    }
    assert_eq!(nodes(&web).await, [node("web-1", 2)]);
    web.changed().await;
    operator.store(b"next", Version::of(b"ring")).await.unwrap();
    assert!(timeout(Duration::from_secs(1), web.changed()).await.is_ok(), "no hint");
    for (action, table, error) in [
        ("write", "rings", web.store(b"mine", Version::of(b"next")).await),
        ("create", "rings", web.create(b"mine").await),
        ("forget a node at", "nodes", web.forget(b"web-1").await.map(drop)),
    ] {
        let message =
            format!("cannot {action} {}: permission denied for table gingersnap_{table}", place.shown());
        let hint = "only the operator's role writes rings: see the documented GRANTs";
        fails(&error.unwrap_err(), Kind::PermissionDenied, &message, Some(hint));
    }
    assert_eq!(operator.load().await.unwrap().bytes(), b"next");
}

#[tokio::test]
async fn a_node_that_may_not_say_what_it_holds_reads_the_ring_all_the_same() {
    let Some(place) = Database::empty("role_mute") else { return };
    place.store().create(b"ring").await.unwrap();
    let mute = place.role("mute");
    place.sql("GRANT SELECT ON gingersnap_rings TO mute");
    assert_eq!(mute.register(&node("web-1", 1)).await.unwrap_err().kind(), Kind::PermissionDenied);
    assert_eq!(mute.nodes().await.unwrap_err().kind(), Kind::PermissionDenied);
    assert_eq!(mute.load().await.unwrap().bytes(), b"ring");
}

/// Making tables is a right of its own, and asked for only where there are none.
#[tokio::test]
async fn an_operator_needs_no_right_to_make_tables_that_are_there() {
    let Some(place) = Database::empty("role_operator") else { return };
    let operator = place.role("operator");
    let error = operator.create(b"ring").await.unwrap_err();
    assert_eq!(error.kind(), Kind::PermissionDenied, "{error}");
    place.ring("other").create(b"other's").await.unwrap();
    place.sql("GRANT SELECT, INSERT, UPDATE ON gingersnap_rings TO operator");
    operator.create(b"ring").await.unwrap();
    operator.store(b"next", Version::of(b"ring")).await.unwrap();
    assert_eq!(operator.load().await.unwrap().bytes(), b"next");
}

#[tokio::test]
async fn only_create_makes_tables() {
    let Some(place) = Database::empty("tables") else { return };
    let store = place.store();
    let error = store.load().await.unwrap_err();
    let message = format!("cannot read {}: there is no ring of this name", place.shown());
    fails(&error, Kind::NotFound, &message, Some("`gingersnap keys init` makes a ring, and its tables"));
    assert_eq!(store.register(&node("web-1", 1)).await.unwrap_err().kind(), Kind::NotFound);
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'gingersnap%'";
    assert_eq!(place.sql(tables), "0");
    store.create(b"ring").await.unwrap();
    assert_eq!(place.sql(tables), "2");
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_shown() {
    let Some(place) = Database::empty("wrong_password") else { return };
    let store = place.as_user("admin", "hunter2-wrong", "shop");
    let error = store.load().await.unwrap_err();
    let message = format!("cannot read {}: password authentication failed for user \"admin\"", place.shown());
    let hint = "check user and password in the URL, or PGPASSWORD";
    fails(&error, Kind::PermissionDenied, &message, Some(hint));
    shows_no_password(&*store, &error);
}

#[tokio::test]
async fn what_else_keeps_a_database_from_being_read_is_said() {
    let Some(place) = Database::empty("what_else") else { return };
    let url = place.server.url("admin", Postgres::PASSWORD, "nowhere");
    let error = open(&url).unwrap().load().await.unwrap_err();
    let port = place.server.port();
    let message = format!(
        "cannot read postgres://127.0.0.1:{port}/nowhere#default: database \"nowhere\" does not exist"
    );
    fails(&error, Kind::Io, &message, Some("make the database first"));
    let store = open("postgres://u:hunter2@127.0.0.1:1/db#shop").unwrap();
    let error = store.load().await.unwrap_err();
    let message = "cannot read postgres://127.0.0.1:1/db#shop: Connection refused (os error 111)";
    fails(&error, Kind::Unreachable, message, None);
    shows_no_password(&*store, &error);
}

#[tokio::test]
async fn a_server_without_tls_is_an_error_where_tls_is_required() {
    let Some(place) = Database::empty("no_tls") else { return };
    place.store().create(b"ring").await.unwrap();
    let url = place.server.url("admin", Postgres::PASSWORD, &place.name);
    for mode in ["require", "verify-ca", "verify-full"] {
        let store = open(&format!("{url}?sslmode={mode}#shop")).unwrap();
        let error = store.load().await.unwrap_err();
        let message = format!("cannot read {}: TLS: server does not support TLS", place.shown());
        let hint = "with sslmode=disable in the URL nothing is encrypted on the way: \
                    for this machine or a trusted network alone";
        fails(&error, Kind::Unreachable, &message, Some(hint));
        shows_no_password(&*store, &error);
    }
    let plain = open(&format!("{url}?sslmode=disable#shop")).unwrap();
    assert_eq!(plain.load().await.unwrap().bytes(), b"ring");
}

#[tokio::test]
async fn a_server_that_takes_no_changes_is_read() {
    let Some(place) = Database::empty("read_only") else { return };
    place.store().create(b"ring").await.unwrap();
    place.sql("ALTER DATABASE read_only SET default_transaction_read_only = on");
    let store = place.store();
    let error = store.store(b"next", Version::of(b"ring")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.hint()),
        (Kind::ReadOnly, Some("name the primary server: a standby takes no changes"))
    );
    assert_eq!(store.load().await.unwrap().bytes(), b"ring");
}

/// As after a restart, or when an administrator ends a session.
#[tokio::test]
async fn a_connection_that_was_ended_fails_no_call() {
    let Some(place) = Database::empty("ended") else { return };
    let store = place.store();
    store.create(b"0").await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
               WHERE datname = 'ended' AND pid <> pg_backend_pid()";
    for number in b'1'..=b'3' {
        assert_eq!(place.sql(end), "1", "more than one connection");
        store.store(&[number], Version::of(&[number - 1])).await.unwrap();
        assert_eq!(place.sql(end), "1");
        assert_eq!(store.load().await.unwrap().bytes(), [number]);
    }
}

/// A write that nobody waits for any more is not done much later.
#[tokio::test]
async fn a_write_that_waits_for_a_lock_ends_in_time() {
    let Some(place) = Database::empty("locked") else { return };
    let store = place.store();
    store.create(b"ring").await.unwrap();
    let server = Arc::clone(&place.server);
    let holder = std::thread::spawn(move || {
        server.sql("locked", "BEGIN; SELECT FROM gingersnap_rings FOR UPDATE; SELECT pg_sleep(9); COMMIT")
    });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'locked' AND query LIKE '%pg_sleep(9)%' \
                   AND wait_event = 'PgSleep'";
    assert!(super::servers::until(Duration::from_secs(5), || place.sql(waiting) == "1"));
    let error = store.store(b"next", Version::of(b"ring")).await.unwrap_err();
    let hint = "it may have been written nevertheless: look before you try again";
    assert_eq!((error.kind(), error.hint()), (Kind::Unreachable, Some(hint)), "{error}");
    holder.join().unwrap();
    assert_eq!(store.load().await.unwrap().bytes(), b"ring");
}

#[tokio::test]
async fn a_table_of_somebody_else_is_an_error() {
    let Some(place) = Database::empty("other_table") else { return };
    place.sql("CREATE TABLE gingersnap_rings (name text, ring text)");
    place.sql("INSERT INTO gingersnap_rings VALUES ('shop', 'mine')");
    let store = place.store();
    for error in [store.load().await.map(drop), store.create(b"ring").await] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), Kind::Io, "{error}");
        assert!(!error.to_string().contains("mine"), "{error}");
    }
    assert_eq!(place.sql("SELECT ring FROM gingersnap_rings"), "mine");
}

#[test]
fn a_url_that_makes_no_sense_is_refused_and_not_shown() {
    let name = "a keystore's URL: a ring's name, after '#', has 1 to 64 letters, digits, '_', '.' and '-'";
    let parameters = "a keystore's URL: what follows '?' is not known; known are application_name, dbname, host, \
                      hostaddr, options, password, port, sslcert, sslkey, sslmode, sslrootcert, user";
    for (url, message) in [
        ("postgres://u:hunter2#@h/db", name),
        ("postgres://h/db#", name),
        ("postgres://u:hunter2@h/db?passwd=hunter2", parameters),
        ("postgres://u:hunter2?@h/db", parameters),
        ("postgres://u:hunter2@h:port/db", "a keystore's URL: invalid port number"),
        ("mysql://u:hunter2@h/db", "unknown scheme mysql://"),
        ("postgres:hunter2", "a keystore's URL: it begins with postgres://"),
    ] {
        let error = open(url).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (Kind::BadUrl, message), "{url}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    let long = "x".repeat(65);
    assert!(open(&format!("postgres://h/db#{long}")).is_err());
    assert!(open(&format!("postgresql://h/db#{}", &long[1..])).is_ok());
}

#[track_caller]
fn fails(error: &KeystoreError, kind: Kind, message: &str, hint: Option<&str>) {
    assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, hint));
}

#[track_caller]
fn shows_no_password(store: &dyn Keystore, error: &KeystoreError) {
    let shown = format!("{store:?} {store:#?} {store} {error:?} {error}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

const FORGET: &str = "`gingersnap keys rollout --forget NODE` removes the record of a node that is not yours";
