//! Messages of a channel.

use futures_util::StreamExt as _;
use redis::aio::PubSub;
use redis::{Client, RedisResult, Value};
use tokio::time::{sleep, timeout};

use super::wire::prepare;
use crate::keystore::hints::{LONGEST_PAUSE, PAUSE, SILENCE, Teller};
use crate::keystore::link::{ANSWER, CONNECT};

/// Tells of each message, and of each subscription, since something may have been missed before it.
pub(super) async fn forever(client: Client, channel: String, teller: Teller) {
    let mut pause = PAUSE;
    loop {
        if let Ok(Ok(subscription)) = timeout(CONNECT + ANSWER, subscribe(&client, &channel)).await {
            teller.tell();
            pause = PAUSE;
            hear(subscription, &teller).await;
        }
        sleep(pause).await;
        // A standby, or a user without the right, refuses again and again.
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn subscribe(client: &Client, channel: &str) -> RedisResult<PubSub> {
    prepare(client);
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(channel).await?;
    Ok(subscription)
}

/// Ends when the connection does.
async fn hear(subscription: PubSub, teller: &Teller) {
    let (mut asks, mut messages) = subscription.split();
    loop {
        match timeout(SILENCE, messages.next()).await {
            Ok(Some(_)) => teller.tell(),
            Ok(None) => return,
            Err(_) => {
                // A server that went away without a word says nothing either.
                let alive = timeout(ANSWER, asks.ping::<Value>()).await;
                if !matches!(alive, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}
