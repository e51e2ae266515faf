//! The rights of a node's role, and the tables that an operator makes.

use gingersnap::store::{Applied, Op, Store, StoreError, StoreErrorKind};
use gingersnap::token::PersonId;

use super::Database;
use crate::open::fails;
use crate::sample::{apply, id, insert, load, record, replace};
use crate::tables::remove;

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
    place
        .sql("GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions, gingersnap_sign_ins TO store_web");
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
    let rights = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    for (right, table) in rights.into_iter().flat_map(|right| TABLES.map(|table| (right, table))) {
        place.sql(&format!("REVOKE {right} ON {table} FROM store_web"));
        let done = async {
            web.load(id(1)).await?;
            apply_all(&web).await?;
            sign_ins(&web).await?;
            web.purge(1).await.map(drop)
        };
        let error = done.await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::PermissionDenied, "without {right} on {table}: {error}");
        place.sql(&format!("GRANT {right} ON {table} TO store_web"));
    }
}

async fn sign_ins(store: &dyn Store) -> Result<(), StoreError> {
    let person = PersonId::from_bytes([7; 16]);
    for operation in [Op::CutOff { person, lifetime: 9 }, Op::Erase { person, lifetime: 9 }] {
        store.apply(&[operation]).await?;
    }
    store.sign_ins(person).await?;
    store.feed(&[]).await.map(drop)
}

const TABLES: [&str; 2] = ["gingersnap_sessions", "gingersnap_sign_ins"];

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
    assert_eq!(place.sql(tables), "3");
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
    place.sql("UPDATE gingersnap_schema SET version = 3");
    let what = "its tables are of version 3, and this program knows version 2";
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
    place.sql("DROP TABLE gingersnap_sessions; UPDATE gingersnap_schema SET version = 2");
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
