//! Notifications of PostgreSQL.

use std::time::Duration;

use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use crate::backends::hints::Subscription;
use crate::backends::link::CONNECT;

/// The notifications for one name.
pub(in crate::backends) struct Topic {
    pub(super) options: PgConnectOptions,
    pub(super) channel: &'static str,
    pub(super) name: String,
}

impl Subscription for PgListener {
    type Topic = Topic;

    async fn begin(topic: &Topic) -> Option<Self> {
        subscribe(topic).await.ok()
    }

    async fn next(&mut self, topic: &Topic) -> Option<bool> {
        // Other rings of the database share the channel.
        self.try_recv().await.ok()?.map(|notification| notification.payload() == topic.name)
    }

    async fn ping(&mut self) -> bool {
        self.execute("SELECT 1").await.is_ok()
    }
}

/// sqlx has listeners only on a pool; this pool has one connection.
async fn subscribe(topic: &Topic) -> Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .connect_lazy_with(topic.options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(topic.channel).await?;
    Ok(listener)
}
