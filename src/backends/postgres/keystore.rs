//! A ring in PostgreSQL, version 11 or later.

use core::fmt;

use sqlx::PgConnection;

use super::{listen, sql, wire};
use crate::keyring::Keyring;
use crate::keystore::hints::Hints;
use crate::keystore::link::{Link, READ, in_time};
use crate::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, Node, NodeName, Version};

/// Keeps a ring in a PostgreSQL database (11 or later), for many nodes.
///
/// The URL is `postgres://user:password@host:port/database?sslmode=…#ring`. What it leaves out comes from libpq's
/// environment variables and its password file, as sqlx reads them. A database holds many rings; `#ring` is the name of
/// this one, `default` unless given. Nothing connects before the first call, and there is at most one connection, and one more once
/// [`changed`](Keystore::changed) was awaited. A call ends within seconds: 3 for connecting, 5 for each answer.
///
/// # What it guarantees
/// [`store`](Keystore::store) and [`create`](Keystore::create) are one statement, and one transaction, of the server:
/// what they acknowledge is as durable as the server's `fsync` and `synchronous_commit` make it, and of two at a time one
/// wins. An error of kind [`Unreachable`](Kind::Unreachable) from either may come after the change was made.
/// A ring beyond [`MAX_FILE`](crate::keyring::Keyring::MAX_FILE) stays on the server. No statement and no ring is logged here.
/// The bytes that [`load`](Keystore::load) returns are wiped; the buffers of the connection they came through are not.
///
/// The server, its administrators and its backups have the bytes as they are: encrypt the ring if they are not to have the keys.
/// Without `sslmode` the connection is `verify-full` unless the host is this machine, since whoever is in between
/// could read the ring or give another.
///
/// # Tables and rights
/// `gingersnap_rings(name, ring, changed_at)` and `gingersnap_nodes(ring, node, record)`, in the first schema of the role's
/// `search_path`. [`create`](Keystore::create) makes them, nothing else does. The operator's role owns them. A node reads the ring and
/// writes what it holds, and needs no more than
///
/// ```sql
/// GRANT SELECT ON gingersnap_rings TO web;
/// GRANT SELECT, INSERT, UPDATE ON gingersnap_nodes TO web;
/// ```
///
/// Without the second it serves too, and says nothing of itself. Who may read one ring of a database may read them all.
///
/// # Hints
/// Each write notifies the channel `gingersnap_rings`, in the same transaction. `LISTEN` needs a session of one's own: there
/// are no hints through a pooler that shares sessions, and none from a standby.
pub struct PostgresKeystore {
    link: Link<PgConnection>,
    hints: Hints,
}

impl PostgresKeystore {
    /// The ring that the URL names; nothing is connected to.
    ///
    /// # Errors
    /// [`Kind::BadUrl`].
    pub fn new(url: &str) -> Result<Self, KeystoreError> {
        let (options, address) = wire::parse(url)?;
        Ok(Self { link: Link::new(options, address), hints: Hints::new() })
    }

    fn ring(&self) -> &str {
        self.link.address.ring()
    }
}

impl Keystore for PostgresKeystore {
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        let mut session = self.link.open(READ).await?;
        let query = sqlx::query_scalar(sql::LOAD).bind(self.ring()).bind(LIMIT).persistent(false);
        let row = in_time(query.fetch_optional(&mut *session)).await;
        match session.finish(row)? {
            None => Err(self.link.address.missing(READ)),
            Some(None::<Vec<u8>>) => Err(self.link.address.too_large()),
            Some(Some(bytes)) => Ok(Loaded::new(bytes.into())),
        }
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        let mut session = self.link.open("write").await?;
        let query = sqlx::query_as(sql::STORE).bind(self.ring()).bind(&replaced.0[..]).bind(bytes);
        let row = in_time(query.persistent(false).fetch_one(&mut *session)).await;
        match session.finish(row)? {
            (1i64, _) => Ok(()),
            (_, true) => Err(self.link.address.conflict()),
            (_, false) => Err(self.link.address.missing("write")),
        }
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        let mut session = self.link.open("create").await?;
        let created = in_time(sql::create(&mut session, self.link.address.ring(), bytes)).await;
        if session.finish(created)? { Ok(()) } else { Err(self.link.address.exists()) }
    }

    async fn changed(&self) {
        let (options, ring) = (&self.link.target, self.ring());
        self.hints.next(|teller| listen::forever(options.clone(), ring.to_owned(), teller)).await;
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        let mut session = self.link.open("register a node at").await?;
        let query = sqlx::query(sql::REGISTER).bind(self.ring()).bind(node.name().as_ref());
        let done = in_time(query.bind(node.to_json()).persistent(false).execute(&mut *session)).await;
        session.finish(done).map(drop)
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        let mut session = self.link.open(READ).await?;
        let query = sqlx::query_as(sql::NODES).bind(self.ring()).persistent(false);
        let rows = in_time(query.fetch_all(&mut *session)).await;
        let rows: Vec<(String, String)> = none_without_table(session.finish(rows))?;
        let node = |(name, record): &(String, String)| {
            Node::found(&format!("{}, node {name:?}", self.link.address), name, record.as_bytes())
        };
        let mut nodes = rows.iter().map(node).collect::<Result<Vec<_>, _>>()?;
        // The server's order depends on its locale.
        nodes.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(nodes)
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        let mut session = self.link.open("forget a node at").await?;
        let query = sqlx::query(sql::FORGET).bind(self.ring()).bind(node.as_ref()).persistent(false);
        let done = in_time(query.execute(&mut *session)).await;
        none_without_table(session.finish(done).map(drop))
    }
}

impl fmt::Debug for PostgresKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresKeystore({})", self.link.address)
    }
}

impl fmt::Display for PostgresKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.address.fmt(f)
    }
}

/// Before the first ring there are no tables, and no nodes.
fn none_without_table<T: Default>(answer: Result<T, KeystoreError>) -> Result<T, KeystoreError> {
    match answer {
        Err(error) if error.kind() == Kind::NotFound => Ok(T::default()),
        answer => answer,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a mebibyte")]
const LIMIT: i32 = Keyring::MAX_FILE as i32;
