//! Notifications.

use std::time::Duration;

use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::time::{sleep, timeout};

use crate::keystore::hints::{LONGEST_PAUSE, PAUSE, SILENCE, Teller};
use crate::keystore::link::{ANSWER, CONNECT};

/// Tells of each notification about the ring, and of each subscription, since something may have been missed before it.
pub(super) async fn forever(options: PgConnectOptions, ring: String, teller: Teller) {
    let mut pause = PAUSE;
    loop {
        if let Ok(Ok(listener)) = timeout(CONNECT + ANSWER, subscribe(options.clone())).await {
            teller.tell();
            pause = PAUSE;
            hear(listener, &ring, &teller).await;
        }
        sleep(pause).await;
        // A standby, or a user without the right, refuses again and again.
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// sqlx has listeners on a pool alone; this one has one connection.
async fn subscribe(options: PgConnectOptions) -> Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Ends when the connection does.
async fn hear(mut listener: PgListener, ring: &str, teller: &Teller) {
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(notification))) if notification.payload() == ring => teller.tell(),
            Ok(Ok(Some(_))) => {} // About another ring of the database.
            Ok(Ok(None) | Err(_)) => return,
            Err(_) => {
                // A server that went away without a word says nothing either.
                let alive = timeout(ANSWER, listener.execute("SELECT 1")).await;
                if !matches!(alive, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}

const CHANNEL: &str = "gingersnap_rings";
