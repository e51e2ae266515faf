//! The statements. Each is sent with separate parameters; none is kept prepared, because poolers may share connections.

use sqlx::{Connection as _, PgConnection};

/// The channel that each write notifies, in the same transaction, with the ring's name.
pub(super) const CHANNEL: &str = "gingersnap_rings";

/// Null in place of a ring that is too large.
pub(super) const LOAD: &str =
    "SELECT CASE WHEN octet_length(ring) <= $2 THEN ring END FROM gingersnap_rings WHERE name = $1";

/// Returns the number of rings changed and announced, and whether a ring of that name exists.
///
/// The version is computed from the bytes themselves: no column could be out of step with them. If another statement changes the
/// row at the same time, this one waits for it and then checks the condition again (READ COMMITTED).
pub(super) const STORE: &str = "WITH changed AS (\
         UPDATE gingersnap_rings SET ring = $3, changed_at = now() WHERE name = $1 AND sha256(ring) = $2 RETURNING name\
     ) SELECT (SELECT count(pg_notify('gingersnap_rings', name)::text) FROM changed), \
     EXISTS (SELECT FROM gingersnap_rings WHERE name = $1)";

pub(super) const REGISTER: &str = "INSERT INTO gingersnap_nodes (ring, node, record) VALUES ($1, $2, $3) \
     ON CONFLICT (ring, node) DO UPDATE SET record = excluded.record";

/// A node's name. A name that is too long for a node is cut, and ends in its digest, so that it can be told apart and forgotten.
macro_rules! name {
    () => {
        "CASE WHEN octet_length(node) <= 256 THEN node ELSE \
         left(node, 64) || '...' || left(encode(sha256(convert_to(node, 'UTF8')), 'hex'), 8) END"
    };
}

/// The first records. Records that are too long are cut, so that they are refused.
pub(super) const NODES: &str = concat!(
    "SELECT ",
    name!(),
    ", left(record, $2) FROM gingersnap_nodes WHERE ring = $1 ORDER BY node LIMIT $3"
);

pub(super) const FORGET: &str =
    concat!("DELETE FROM gingersnap_nodes WHERE ring = $1 AND (node = $2 OR ", name!(), " = $2)");

/// The server's time, not that of a transaction.
pub(super) const TIME: &str = "SELECT extract(epoch FROM clock_timestamp())::bigint";

/// Makes the tables if they are not there, and the ring if there is none. Returns whether it made the ring.
pub(super) async fn create(
    connection: &mut PgConnection,
    ring: &str,
    bytes: &[u8],
) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    // IF NOT EXISTS fails if two make a table at once.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('gingersnap_rings'))")
        .persistent(false)
        .execute(&mut *transaction)
        .await?;
    // `CREATE TABLE IF NOT EXISTS` needs the right to make tables, even if there is nothing to make.
    let there: bool = sqlx::query_scalar(
        "SELECT to_regclass('gingersnap_rings') IS NOT NULL AND to_regclass('gingersnap_nodes') IS NOT NULL",
    )
    .persistent(false)
    .fetch_one(&mut *transaction)
    .await?;
    if !there {
        for table in TABLES {
            sqlx::query(table).persistent(false).execute(&mut *transaction).await?;
        }
    }
    let (created,): (i64,) =
        sqlx::query_as(CREATE).bind(ring).bind(bytes).persistent(false).fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(created == 1)
}

const CREATE: &str = "WITH created AS (\
         INSERT INTO gingersnap_rings (name, ring) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name\
     ) SELECT count(pg_notify('gingersnap_rings', name)::text) FROM created";

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS gingersnap_rings \
     (name text PRIMARY KEY, ring bytea NOT NULL, changed_at timestamptz NOT NULL DEFAULT now())",
    "CREATE TABLE IF NOT EXISTS gingersnap_nodes \
     (ring text NOT NULL, node text NOT NULL, record text NOT NULL, PRIMARY KEY (ring, node))",
];
