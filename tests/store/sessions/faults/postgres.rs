//! PostgreSQL: full, read-only, without rights, without tables, flushed.

use gingersnap::store::open;

use super::super::{browser_of, shop};
use super::{Fault, begins_anew, survives};
use crate::servers::Postgres;

const FAULTS: [Fault; 4] = [
    // As a full disk is told.
    Fault {
        name: "full",
        begin: "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$; \
                CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON gingersnap_sessions EXECUTE FUNCTION full_disk()",
        end: "DROP FUNCTION full_disk CASCADE",
        reads: true,
    },
    Fault {
        name: "read-only",
        begin: "ALTER ROLE web SET default_transaction_read_only = on; \
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'web'",
        end: "ALTER ROLE web RESET default_transaction_read_only; \
              SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'web'",
        reads: true,
    },
    Fault {
        name: "no rights",
        begin: "REVOKE SELECT, UPDATE ON gingersnap_sessions FROM web",
        end: "GRANT SELECT, UPDATE ON gingersnap_sessions, gingersnap_sign_ins TO web",
        reads: false,
    },
    Fault {
        name: "no table",
        begin: "ALTER TABLE gingersnap_sessions RENAME TO elsewhere",
        end: "ALTER TABLE elsewhere RENAME TO gingersnap_sessions",
        reads: false,
    },
];

#[tokio::test]
async fn sessions_wait_for_a_postgresql_that_refuses_them_and_what_was_flushed_is_gone() {
    let Some(server) = Postgres::start() else { return };
    let admin = open(&server.database("shop")).unwrap();
    admin.create_tables().await.unwrap();
    let run = |statement: &str| {
        server.sql("shop", statement);
    };
    run("SET password_encryption = 'md5'; CREATE ROLE web LOGIN PASSWORD 'hunter2-web'");
    run("GRANT SELECT ON gingersnap_schema TO web; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions, gingersnap_sign_ins TO web");
    let store = open(&server.url("web", "hunter2-web", "shop")).unwrap();
    let mut browser = browser_of("ann", &shop(store)).await;
    survives(&mut browser, &FAULTS, run).await;
    run("TRUNCATE gingersnap_sessions");
    begins_anew(&mut browser).await;
}
