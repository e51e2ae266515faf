//! The calls of a store: each has a deadline, and an error that operators understand.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, raw_sql};
use tokio::time::timeout;

use super::feed::{self, Page};
use super::listen::Topic;
use super::pool::{Lease, Pool};
use super::prepared::{self, Told};
use super::{sessions, sign_ins, wire};
use crate::Timestamp;
use crate::backends::fault::{Cause, Fault, Hint, no_tables, wrong_schema};
use crate::backends::url::Address;
use crate::store::{Applied, Feed, Op, Record, RecordId, SignInRow, StoreError};
use crate::token::PersonId;

pub(super) struct Client {
    pub(super) pool: Pool,
    pub(super) address: Address,
}

/// The failure of a call.
pub(super) enum Failure {
    Driver(sqlx::Error),
    NoTables,
    WrongSchema(i64),
    Closed,
    /// A table holds something that is not ours.
    Foreign,
}

pub(super) type Called<T> = Result<T, Failure>;

impl Client {
    pub(super) fn new(options: PgConnectOptions, address: Address) -> Self {
        Self { pool: Pool::new(options), address }
    }

    pub(super) fn topic(&self, channel: &'static str) -> Topic {
        Topic { options: self.pool.target().clone(), channel, name: self.address.name().to_owned() }
    }

    /// Awaits a call, but no longer than a call may take.
    pub(super) async fn in_time<T>(
        &self,
        action: &str,
        call: impl Future<Output = Called<T>> + Send,
    ) -> Result<T, StoreError> {
        let unreachable =
            |reason: &str, hint| Fault { cause: Cause::Unreachable, reason: reason.into(), hint };
        let fault = match timeout(DEADLINE, call).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(Failure::Driver(error))) => wire::explain(&error),
            Ok(Err(Failure::NoTables)) => return Err(no_tables(&self.address, action)),
            Ok(Err(Failure::WrongSchema(found))) => {
                return Err(wrong_schema(&self.address, action, found, sessions::VERSION));
            }
            Ok(Err(Failure::Closed)) => unreachable("this store was closed", None),
            Ok(Err(Failure::Foreign)) => {
                let reason = "what is there is not ours".to_owned();
                Fault { cause: Cause::Other, reason, hint: None }
            }
            Err(_) => unreachable("no answer within 2 s", Some(MAYBE)),
        };
        if fault.cause == Cause::Unreachable {
            // The cause that broke this connection also broke the idle ones.
            self.pool.drop_idle();
        }
        Err(fault.of_store(&self.address, action))
    }

    /// A connection to a database with our tables.
    async fn lease(&self) -> Called<Lease<'_>> {
        let mut lease = self.pool.lease().await?.ok_or(Failure::Closed)?;
        if lease.is_new {
            let row = send(&mut lease.connection, sessions::SCHEMA.into()).await?;
            match row.ok_or(Failure::NoTables)?.try_get(0)? {
                sessions::VERSION => {}
                other => return Err(Failure::WrongSchema(other)),
            }
        }
        Ok(lease)
    }

    /// Sends one text; returns the last row of its answer.
    async fn ask(&self, text: String) -> Called<PgRow> {
        let mut lease = self.lease().await?;
        let row = send(&mut lease.connection, text).await?.ok_or(Failure::Foreign)?;
        lease.put_back();
        Ok(row)
    }

    /// Executes a prepared statement, or its text if a pooler shares connections.
    async fn execute(
        &self,
        prepared: Query<'static, Postgres, PgArguments>,
        text: impl FnOnce() -> String + Send,
    ) -> Called<PgRow> {
        if !self.pool.is_shared() {
            let mut lease = self.lease().await?;
            match prepared.fetch_one(&mut lease.connection).await {
                Ok(row) => {
                    lease.put_back();
                    return Ok(row);
                }
                Err(error) => match prepared::told(&error) {
                    Told::Nothing => return Err(error.into()),
                    Told::Shared => {
                        self.pool.share();
                        return Err(error.into());
                    }
                    Told::Unknown => self.pool.share(),
                },
            }
        }
        self.ask(text()).await
    }

    pub(super) async fn load(&self, id: RecordId) -> Called<(Option<Record>, Timestamp)> {
        let name = self.address.name();
        let row = self.execute(prepared::load(name, id), || sessions::load(name, id)).await?;
        let now = timestamp(row.try_get(0)?);
        let Some(version) = row.try_get::<Option<i64>, _>(1)? else { return Ok((None, now)) };
        let version = u32::try_from(version).map_err(|_| Failure::Foreign)?;
        // In an answer as text, bytes are hexadecimal digits.
        let bytes = match row.try_get::<Vec<u8>, _>(2) {
            Ok(bytes) => bytes,
            Err(_) => sessions::unhex(row.try_get(2)?).ok_or(Failure::Foreign)?,
        };
        Ok((Some(Record { version, bytes }), now))
    }

    pub(super) async fn apply(&self, operations: &[Op]) -> Called<(Applied, Timestamp)> {
        let name = self.address.name();
        let (outcome, now) = match operations {
            [operation] if let Some(prepared) = prepared::apply(name, operation) => {
                let text = || sessions::apply_one(name, operation);
                let (done, now) = pair(&self.execute(prepared, text).await?)?;
                (if done == 1 { Applied::Done } else { Applied::Conflict(0) }, now)
            }
            _ if sessions::are_distinct(operations) => {
                let (index, now) = pair(&self.ask(sessions::apply_many(name, operations)).await?)?;
                (usize::try_from(index).map_or(Applied::Done, Applied::Conflict), now)
            }
            _ => self.apply_in_turn(operations).await?,
        };
        Ok((outcome, now))
    }

    /// Carries out operations one by one: each sees the effects of the one before.
    async fn apply_in_turn(&self, operations: &[Op]) -> Called<(Applied, Timestamp)> {
        let mut lease = self.lease().await?;
        let text = sign_ins::apply(self.address.name(), operations);
        let rows = raw_sql(AssertSqlSafe(text)).fetch_all(&mut lease.connection).await?;
        let mut time = 0;
        for row in rows.iter().filter(|row| row.len() == COLUMNS) {
            let [index, done, at] = [0, 1, 2].map(|column| row.try_get::<i64, _>(column));
            let (index, done, at) = (index?, done?, at?);
            if done == 0 {
                let ((), now) = self.end(lease, "ROLLBACK").await?;
                return Ok((Applied::Conflict(usize::try_from(index).unwrap_or_default()), now));
            }
            time = at.max(time);
        }
        let ((), now) = self.end(lease, "COMMIT").await?;
        Ok((Applied::Done, now.max(timestamp(time))))
    }

    /// Ends a transaction; returns the time.
    async fn end(&self, mut lease: Lease<'_>, how: &str) -> Called<((), Timestamp)> {
        let text = format!("{}; {how}", sessions::NOW);
        let row = send(&mut lease.connection, text).await?.ok_or(Failure::Foreign)?;
        lease.put_back();
        Ok(((), timestamp(row.try_get(0)?)))
    }

    pub(super) async fn sign_ins(&self, person: PersonId) -> Called<(Vec<SignInRow>, Timestamp)> {
        let row = self.ask(sign_ins::list(self.address.name(), person)).await?;
        let bytes = sessions::unhex(row.try_get(1)?).ok_or(Failure::Foreign)?;
        Ok((sign_ins::listed(&bytes).ok_or(Failure::Foreign)?, timestamp(row.try_get(0)?)))
    }

    pub(super) async fn feed(&self, mark: &[u8]) -> Called<(Feed, Timestamp)> {
        for mark in [mark, &[]] {
            let row = self.ask(feed::page(self.address.name(), mark)).await?;
            let page = Page {
                run: row.try_get(0)?,
                low: row.try_get(1)?,
                high: row.try_get(2)?,
                rows: sessions::unhex(row.try_get(4)?).ok_or(Failure::Foreign)?,
            };
            if let Some(feed) = page.feed(mark) {
                return Ok((feed, timestamp(row.try_get(3)?)));
            }
        }
        Err(Failure::Foreign)
    }

    pub(super) async fn purge(&self, limit: u32) -> Called<(u32, Timestamp)> {
        let name = self.address.name();
        let (records, now) = pair(&self.ask(sessions::purge(name, limit)).await?)?;
        let records = u32::try_from(records).unwrap_or_default();
        if records >= limit {
            return Ok((records, now));
        }
        let (sign_ins, now) = pair(&self.ask(sign_ins::purge(name, limit - records)).await?)?;
        Ok((records + u32::try_from(sign_ins).unwrap_or_default(), now))
    }

    pub(super) async fn create_tables(&self) -> Called<((), Timestamp)> {
        let mut lease = self.pool.lease().await?.ok_or(Failure::Closed)?;
        let connection = &mut lease.connection;
        let there: i64 =
            send(connection, sessions::LOOK.into()).await?.ok_or(Failure::Foreign)?.try_get(0)?;
        if there == 0 {
            send(connection, sessions::TABLES.into()).await?;
            send(connection, sign_ins::TABLES.into()).await?;
        }
        let (found, now) = pair(&send(connection, sessions::MADE.into()).await?.ok_or(Failure::NoTables)?)?;
        match found {
            sessions::VERSION => lease.put_back(),
            other => return Err(Failure::WrongSchema(other)),
        }
        Ok(((), now))
    }
}

/// Sends statements in one go, and returns the last row of their answers.
async fn send(connection: &mut PgConnection, text: String) -> Result<Option<PgRow>, sqlx::Error> {
    // All values written out in it are of an alphabet without quotes.
    let rows = raw_sql(AssertSqlSafe(text)).fetch_all(connection).await?;
    Ok(rows.into_iter().next_back())
}

fn pair(row: &PgRow) -> Called<(i64, Timestamp)> {
    Ok((row.try_get(0)?, timestamp(row.try_get(1)?)))
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds.try_into().unwrap_or_default())
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Driver(error)
    }
}

/// Columns of the row that an operation in a transaction returns.
const COLUMNS: usize = 3;
/// The time from a call to its error, whatever happens.
const DEADLINE: Duration = Duration::from_millis(1_900);
const MAYBE: Hint = Hint::of_both("it may have been done nevertheless");
