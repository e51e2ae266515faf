//! Sessions in PostgreSQL.

mod connections;
mod rights;

use std::sync::Arc;

use gingersnap::store::{PostgresStore, Store, StoreErrorKind};
use gingersnap::testing::store::conforms;

use super::open::fails;
use super::proxy::Proxy;
use super::sample::{apply, id, insert, load, record};
use super::servers::Postgres;
use super::tables::{self, now};

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
    place.sql(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions, gingersnap_sign_ins TO store_node",
    );
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
