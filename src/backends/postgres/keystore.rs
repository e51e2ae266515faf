//! A ring in PostgreSQL, version 11 or later.

use core::fmt;
use core::pin::Pin;

use sqlx::PgConnection;
use sqlx::postgres::PgListener;

use super::listen::Topic;
use super::{sql, wire};
use crate::Timestamp;
use crate::backends::hints::Hints;
use crate::backends::link::{Link, READ, in_time};
use crate::backends::ring;
use crate::backends::ring::found;
use crate::keyring::Keyring;
use crate::keystore::{
    Answer, Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, MAX_NODES, MAX_RECORD, Node, Version,
};

/// Keeps a ring in a PostgreSQL database. Its guarantees and needs are listed where users look: at [`open`](crate::keystore::open).
pub(in crate::backends) struct PostgresKeystore {
    link: Link<PgConnection>,
    hints: Hints,
}

impl PostgresKeystore {
    /// The ring that the URL names; connects to nothing.
    pub(in crate::backends) fn new(url: &str) -> Result<Self, KeystoreError> {
        let (options, address) = wire::parse(url)?;
        Ok(Self { link: Link::new(options, address), hints: Hints::new() })
    }

    fn ring(&self) -> &str {
        self.link.address.name()
    }

    fn topic(&self) -> Topic {
        Topic { options: self.link.target.clone(), channel: sql::CHANNEL, name: self.ring().to_owned() }
    }
}

impl Keystore for PostgresKeystore {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async {
            let mut lease = self.link.open(READ).await?;
            let query = sqlx::query_scalar(sql::LOAD).bind(self.ring()).bind(LIMIT).persistent(false);
            let row = in_time(query.fetch_optional(&mut *lease)).await;
            match lease.finish(row)? {
                None => Err(ring::missing(&self.link.address, READ)),
                Some(None::<Vec<u8>>) => Err(ring::too_large(&self.link.address)),
                Some(Some(bytes)) => Ok(Loaded::new(bytes.into())),
            }
        })
    }

    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut lease = self.link.open("write").await?;
            let query = sqlx::query_as(sql::STORE).bind(self.ring()).bind(&replaced.0[..]).bind(bytes);
            let row = in_time(query.persistent(false).fetch_one(&mut *lease)).await;
            match lease.finish(row)? {
                (1i64, _) => Ok(()),
                (_, true) => Err(ring::conflict(&self.link.address)),
                (_, false) => Err(ring::missing(&self.link.address, "write")),
            }
        })
    }

    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async {
            let mut lease = self.link.open("create").await?;
            let created = in_time(sql::create(&mut lease, self.ring(), bytes)).await;
            if lease.finish(created)? { Ok(()) } else { Err(ring::exists(&self.link.address)) }
        })
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.hints.next::<PgListener>(|| self.topic()))
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        Box::pin(async {
            let mut lease = self.link.open("register a node at").await?;
            let query = sqlx::query(sql::REGISTER).bind(self.ring()).bind(node.name().as_ref());
            let done = in_time(query.bind(node.to_json()).persistent(false).execute(&mut *lease)).await;
            lease.finish(done).map(drop)
        })
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(async {
            let mut lease = self.link.open(READ).await?;
            let query = sqlx::query_as(sql::NODES).bind(self.ring()).bind(RECORD_LIMIT);
            let query = query.bind(NODES_LIMIT).persistent(false);
            let rows = in_time(query.fetch_all(&mut *lease)).await;
            let mut rows: Vec<(String, String)> = none_without_table(lease.finish(rows))?;
            // Sorted here, because the server's order depends on its locale.
            rows.sort_unstable();
            let records = rows.iter().map(|(name, record)| (name.as_bytes(), record.as_bytes()));
            Ok(found(&self.link.address, records))
        })
    }

    fn time(&self) -> Answer<'_, Option<Timestamp>> {
        Box::pin(async {
            let mut lease = self.link.open(READ).await?;
            let query = sqlx::query_scalar(sql::TIME).persistent(false);
            let time = in_time(query.fetch_one(&mut *lease)).await;
            let time: i64 = lease.finish(time)?;
            Ok(Some(Timestamp::from_unix(time.try_into().unwrap_or_default())))
        })
    }

    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        Box::pin(async move {
            // No record there has a name that is not text.
            let Some(name) = str::from_utf8(name).ok().filter(|name| !name.contains('\0')) else {
                return Ok(false);
            };
            let mut lease = self.link.open("forget a node at").await?;
            let query = sqlx::query(sql::FORGET).bind(self.ring()).bind(name).persistent(false);
            let done = in_time(query.execute(&mut *lease)).await;
            none_without_table(lease.finish(done).map(|done| done.rows_affected() > 0))
        })
    }
}

impl fmt::Display for PostgresKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.address.fmt(f)
    }
}

/// Treats missing tables as no nodes: the first ring makes the tables.
fn none_without_table<T: Default>(answer: Result<T, KeystoreError>) -> Result<T, KeystoreError> {
    match answer {
        Err(error) if error.kind() == Kind::NotFound => Ok(T::default()),
        answer => answer,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a mebibyte")]
const LIMIT: i32 = Keyring::MAX_FILE as i32;
#[expect(clippy::cast_possible_truncation, reason = "a kibibyte")]
const RECORD_LIMIT: i32 = MAX_RECORD as i32 + 1;
#[expect(clippy::cast_possible_wrap, reason = "some thousands")]
const NODES_LIMIT: i64 = MAX_NODES as i64 + 1;
