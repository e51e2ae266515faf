//! Sessions in PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use gingersnap::store::{Applied, PostgresStore, Store, StoreError, StoreErrorKind};
use gingersnap::testing::store::conforms;
use tokio::time::{sleep, timeout};

use super::open::fails;
use super::proxy::Proxy;
use super::sample::{apply, id, increment, insert, load, record, replace};
use super::servers::{Postgres, until};
use super::tables::{self, now, remove};

/// An empty database of a server that tests share.
struct Database {
    server: Arc<Postgres>,
    name: &'static str,
}

impl Database {
    fn empty(name: &'static str) -> Option<Self> {
        let server = Postgres::shared()?;
        server.database(name);
        Some(Self { server, name })
    }

    fn store(&self) -> PostgresStore {
        self.as_user("admin", Postgres::PASSWORD)
    }

    fn named(&self, name: &str) -> PostgresStore {
        let url = self.server.url("admin", Postgres::PASSWORD, self.name);
        PostgresStore::open(&format!("{url}#{name}")).unwrap()
    }

    fn as_user(&self, user: &str, password: &str) -> PostgresStore {
        PostgresStore::open(&format!("{}#shop", self.server.url(user, password, self.name))).unwrap()
    }

    /// Makes a role that may connect and no more.
    fn role(&self, name: &str) -> PostgresStore {
        self.sql(&format!(
            "SET password_encryption = 'md5'; CREATE ROLE {name} LOGIN PASSWORD 'hunter2-role'"
        ));
        self.as_user(name, "hunter2-role")
    }

    fn sql(&self, statement: &str) -> String {
        self.server.sql(self.name, statement)
    }

    /// Returns the place as errors show it.
    fn shown(&self) -> String {
        format!("postgres://127.0.0.1:{}/{}#shop", self.server.port(), self.name)
    }
}

/// The node's role has the rights that are documented, and no others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_keeps_every_promise() {
    let Some(place) = Database::empty("store_suite") else { return };
    place.store().create_tables().await.unwrap();
    let node = place.role("store_node");
    place.sql("GRANT SELECT ON gingersnap_schema TO store_node");
    place.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions TO store_node");
    conforms(place.store(), node).await;
}

/// Behind a pooler nothing is prepared, and nothing is set on a connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_behind_a_pooler_keeps_every_promise() {
    let Some(place) = Database::empty("store_pooled") else { return };
    let proxy = Proxy::to(place.server.port(), true);
    let pooled = |name: &str| {
        let (password, port) = (Postgres::PASSWORD, proxy.port);
        let url = format!("postgres://admin:{password}@127.0.0.1:{port}/store_pooled?sslmode=disable#{name}");
        PostgresStore::open(&url).unwrap()
    };
    conforms(pooled("shop"), pooled("shop")).await;
    tables::sixty_four_increments_at_once_are_all_done(Arc::new(pooled("a"))).await;
    // Calls of a connection that is prepared for nothing.
    place.sql("ALTER DATABASE store_pooled SET bytea_output = 'escape'");
    let store = pooled("b");
    let bytes: Vec<u8> = (0..=255).collect();
    apply(&store, &[insert(id(7), &bytes)]).await.unwrap();
    assert_eq!(load(&store, id(7)).await.unwrap(), Some(record(1, &bytes)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_keeps_what_stores_with_tables_do() {
    let Some(place) = Database::empty("store_tables_too") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    tables::sixty_four_increments_at_once_are_all_done(Arc::new(store.clone())).await;
    tables::two_records_are_changed_in_either_order_at_once(Arc::new(store)).await;
    tables::stores_of_two_names_have_nothing_in_common(&place.named("a"), &place.named("b")).await;
    tables::each_answer_has_the_time(&place.named("c")).await;
    tables::any_lifetime_is_kept(&place.named("d")).await;
}

/// The GRANTs in the documentation are enough, and they are no more than is needed.
#[tokio::test]
async fn a_node_keeps_sessions_with_the_documented_rights_and_no_others() {
    let Some(place) = Database::empty("store_role_web") else { return };
    place.store().create_tables().await.unwrap();
    let web = place.role("store_web");
    let denied =
        format!("cannot read sessions at {}: permission denied for table gingersnap_schema", place.shown());
    let hint = Some("the role needs the documented GRANTs of a store");
    fails(web.load(id(1)).await, StoreErrorKind::PermissionDenied, &denied, hint);
    place.sql("GRANT SELECT ON gingersnap_schema TO store_web");
    place.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions TO store_web");
    assert_eq!(apply(&web, &[insert(id(1), b"one")]).await.unwrap(), Applied::Done);
    assert_eq!(
        apply(&web, &[insert(id(2), b"two"), replace(id(1), 1, b"two")]).await.unwrap(),
        Applied::Done
    );
    assert_eq!(load(&web, id(1)).await.unwrap(), Some(record(2, b"two")));
    assert_eq!(apply(&web, &[remove(id(1), None)]).await.unwrap(), Applied::Done);
    place.sql("UPDATE gingersnap_sessions SET expires_at = now() - interval '2 hours'");
    assert_eq!(web.purge(10).await.unwrap().0, 1);
    // Where there is nothing to make, no right to it is needed.
    web.create_tables().await.unwrap();
    for right in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
        place.sql(&format!("REVOKE {right} ON gingersnap_sessions FROM store_web"));
        let done = async {
            web.load(id(1)).await?;
            apply_all(&web).await?;
            web.purge(1).await.map(drop)
        };
        let error = done.await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::PermissionDenied, "without {right}: {error}");
        place.sql(&format!("GRANT {right} ON gingersnap_sessions TO store_web"));
    }
}

async fn apply_all(store: &dyn Store) -> Result<(), StoreError> {
    for operation in [insert(id(1), b""), replace(id(1), 1, b""), remove(id(1), None)] {
        store.apply(&[operation]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn only_an_operator_makes_tables() {
    let Some(place) = Database::empty("store_tables") else { return };
    let store = place.store();
    let hint = Some("`gingersnap store init` makes them");
    let message = format!("cannot read sessions at {}: there are no tables for sessions", place.shown());
    fails(store.load(id(1)).await, StoreErrorKind::NoTables, &message, hint);
    let message = format!("cannot write sessions at {}: there are no tables for sessions", place.shown());
    fails(store.apply(&[insert(id(1), b"")]).await, StoreErrorKind::NoTables, &message, hint);
    let poor = place.role("store_poor");
    let error = poor.create_tables().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::PermissionDenied, "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'gingersnap%'";
    assert_eq!(place.sql(tables), "0");
    // Several operators at once make one set.
    let others = [place.store(), place.store(), place.store()];
    let (one, two, three) =
        tokio::join!(others[0].create_tables(), others[1].create_tables(), others[2].create_tables());
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(place.sql(tables), "2");
    apply_all(&store).await.unwrap();
    // One that is dropped beneath a store is missed, and taken again when it is back.
    place.sql("DROP TABLE gingersnap_sessions");
    assert_eq!(store.load(id(1)).await.unwrap_err().kind(), StoreErrorKind::NoTables);
    store.create_tables().await.unwrap();
    assert_eq!(load(&store, id(1)).await.unwrap(), None);
}

#[tokio::test]
async fn tables_of_another_version_or_of_somebody_else_are_refused() {
    let Some(place) = Database::empty("store_schema") else { return };
    place.store().create_tables().await.unwrap();
    place.sql("UPDATE gingersnap_schema SET version = 2");
    let what = "its tables are of version 2, and this program knows version 1";
    let hint = Some("run the version of gingersnap that made them, or name an empty database");
    let store = place.store();
    for (action, error) in [
        ("read sessions at", store.load(id(1)).await.map(drop)),
        ("write sessions at", store.apply(&[]).await.map(drop)),
        ("make tables for sessions at", store.create_tables().await.map(drop)),
    ] {
        let message = format!("cannot {action} {}: {what}", place.shown());
        fails(error, StoreErrorKind::WrongSchema, &message, hint);
    }
    place.sql("DROP TABLE gingersnap_sessions; UPDATE gingersnap_schema SET version = 1");
    place.sql("CREATE TABLE gingersnap_sessions (id text)");
    let error = store.load(id(1)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Io, "{error}");
}

#[tokio::test]
async fn a_server_that_takes_no_changes_is_read() {
    let Some(place) = Database::empty("store_read_only") else { return };
    place.store().create_tables().await.unwrap();
    apply(&place.store(), &[insert(id(1), b"one")]).await.unwrap();
    place.sql("ALTER DATABASE store_read_only SET default_transaction_read_only = on");
    let store = place.store();
    assert_eq!(load(&store, id(1)).await.unwrap(), Some(record(1, b"one")));
    for operations in [&[remove(id(1), None)][..], &[insert(id(2), b""), remove(id(1), None)]] {
        let error = store.apply(operations).await.unwrap_err();
        let hint = Some("name the primary server: a standby takes no changes");
        assert_eq!((error.kind(), error.hint()), (StoreErrorKind::ReadOnly, hint), "{error}");
    }
}

/// The settings of a database must not change what is kept, or what a conflict is.
#[tokio::test]
async fn no_settings_of_a_database_matter() {
    let Some(place) = Database::empty("store_settings") else { return };
    for setting in [
        "default_transaction_isolation = 'serializable'",
        "standard_conforming_strings = off",
        "bytea_output = 'escape'",
        "timezone = 'Pacific/Chatham'",
        "datestyle = 'German'",
        "extra_float_digits = -15",
    ] {
        place.sql(&format!("ALTER DATABASE store_settings SET {setting}"));
    }
    let store: Arc<dyn Store> = Arc::new(place.store());
    store.create_tables().await.unwrap();
    tables::sixty_four_increments_at_once_are_all_done(Arc::clone(&store)).await;
    tables::two_records_are_changed_in_either_order_at_once(Arc::clone(&store)).await;
    let bytes: Vec<u8> = (0..=255).collect();
    apply(&store, &[insert(id(7), &bytes)]).await.unwrap();
    assert_eq!(load(&store, id(7)).await.unwrap(), Some(record(1, &bytes)));
    let (_, time) = store.load(id(7)).await.unwrap();
    assert!(now().unix().abs_diff(time.unix()) <= 1);
}

#[tokio::test]
async fn only_what_ended_more_than_an_hour_ago_is_purged_and_a_few_at_a_time() {
    let Some(place) = Database::empty("store_purge") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    let other = place.named("other");
    apply(&other, &[insert(id(1), b"other")]).await.unwrap();
    for number in 1..=6 {
        apply(&store, &[insert(id(number), b"one")]).await.unwrap();
    }
    let past = |seconds: u32, which: &str| {
        place.sql(&format!(
            "UPDATE gingersnap_sessions SET expires_at = now() - interval '{seconds} s' WHERE {which}"
        ))
    };
    past(3_590, "true");
    assert_eq!(store.purge(10).await.unwrap().0, 0);
    past(3_601, "get_byte(id, 0) >= 4 OR store = 'other'");
    for (limit, removed) in [(0, 0), (2, 2), (2, 1), (2, 0)] {
        assert_eq!(store.purge(limit).await.unwrap().0, removed);
    }
    for number in 1..=6 {
        assert_eq!(load(&store, id(number)).await.unwrap().is_some(), number < 4);
    }
    assert_eq!(other.purge(9).await.unwrap().0, 1);
    assert_eq!((store.upkeep().removed, other.upkeep().removed), (3, 1));
    place.sql("DROP TABLE gingersnap_sessions");
    store.purge(9).await.unwrap_err();
    assert_eq!(store.upkeep().failures, 1);
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_database_are_said() {
    let Some(place) = Database::empty("store_password") else { return };
    let store = place.as_user("admin", "hunter2-wrong");
    let message = format!(
        "cannot read sessions at {}: password authentication failed for user \"admin\"",
        place.shown()
    );
    let hint = Some("check user and password in the URL, or PGPASSWORD");
    fails(store.load(id(1)).await, StoreErrorKind::PermissionDenied, &message, hint);
    assert!(!format!("{store:?} {store}").contains("hunter2"));
    let store = PostgresStore::open(&place.server.url("admin", Postgres::PASSWORD, "nowhere")).unwrap();
    let error = store.load(id(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.hint()), (StoreErrorKind::Io, Some("make the database first")));
    let store = PostgresStore::open("postgres://u:hunter2@127.0.0.1:1/db").unwrap();
    let message =
        "cannot read sessions at postgres://127.0.0.1:1/db#default: Connection refused (os error 111)";
    fails(store.load(id(1)).await, StoreErrorKind::Unreachable, message, None);
}

#[tokio::test]
async fn a_write_that_waits_for_a_lock_ends_in_time_and_is_not_done_later() {
    let Some(place) = Database::empty("store_locked") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"one")]).await.unwrap();
    let server = Arc::clone(&place.server);
    let holder = std::thread::spawn(move || {
        let hold = "BEGIN; SELECT FROM gingersnap_sessions FOR UPDATE; SELECT pg_sleep(5); COMMIT";
        server.sql("store_locked", hold)
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)%' AND wait_event = 'PgSleep'";
    assert!(until(Duration::from_secs(5), || place.sql(waiting) == "1"));
    let operations = [replace(id(1), 1, b"two")];
    let late = timeout(Duration::from_secs(2), store.apply(&operations)).await.unwrap();
    let message = format!("cannot write sessions at {}: no answer within 2 s", place.shown());
    fails(late, StoreErrorKind::Unreachable, &message, Some("it may have been done nevertheless"));
    // Others are read and written meanwhile.
    assert_eq!(apply(&store, &[insert(id(2), b"two")]).await.unwrap(), Applied::Done);
    holder.join().unwrap();
    assert_eq!(load(&store, id(1)).await.unwrap(), Some(record(1, b"one")));
}

/// As after a restart, or when an administrator ends a session.
#[tokio::test]
async fn connections_that_ended_while_they_were_idle_fail_no_call() {
    let Some(place) = Database::empty("store_ended") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"0")]).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid, 5000)) > 0 FROM pg_stat_activity \
               WHERE datname = 'store_ended' AND pid <> pg_backend_pid()";
    for _ in 0..2 {
        let four = [0; 4].map(|_| store.load(id(1)));
        let [one, two, three, four] = four;
        let all = tokio::join!(one, two, three, four);
        assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && all.3.is_ok());
        assert_eq!(place.sql(end), "t");
        sleep(Duration::from_millis(2_500)).await;
        assert_eq!(increment(&store, id(1)).await.unwrap(), Applied::Done);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_ten_connections_at_most_and_none_when_it_is_closed() {
    let Some(place) = Database::empty("store_bounded") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"0")]).await.unwrap();
    for _ in 0..50 {
        let own = store.clone();
        store.spawn(Box::pin(async move { while increment(&own, id(1)).await.unwrap() != Applied::Done {} }));
    }
    let count =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'store_bounded' AND pid <> pg_backend_pid()";
    let connections: u32 = place.sql(count).parse().unwrap();
    assert!((1..=10).contains(&connections), "{connections}");
    timeout(Duration::from_secs(20), store.close()).await.unwrap();
    assert!(until(Duration::from_secs(5), || place.sql(count) == "0"));
    let message = format!("cannot read sessions at {}: this store was closed", place.shown());
    fails(store.load(id(1)).await, StoreErrorKind::Unreachable, &message, None);
    assert_eq!(load(&place.store(), id(1)).await.unwrap(), Some(record(51, b"51")));
}
