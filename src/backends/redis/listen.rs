//! Messages of a channel.

use futures_util::StreamExt as _;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, RedisResult, Value};

use super::wire::prepare;
use crate::backends::hints::Subscription;

/// A channel of a server.
pub(in crate::backends) struct Topic {
    pub(super) client: Client,
    pub(super) channel: String,
}

/// A subscription to the channel: requests go through one half, messages come through the other.
pub(in crate::backends) struct Messages {
    asks: PubSubSink,
    heard: PubSubStream,
}

impl Subscription for Messages {
    type Topic = Topic;

    async fn begin(topic: &Topic) -> Option<Self> {
        subscribe(topic).await.ok()
    }

    async fn next(&mut self, _: &Topic) -> Option<bool> {
        self.heard.next().await.map(|_| true)
    }

    async fn ping(&mut self) -> bool {
        self.asks.ping::<Value>().await.is_ok()
    }
}

async fn subscribe(topic: &Topic) -> RedisResult<Messages> {
    prepare(&topic.client);
    let mut subscription = topic.client.get_async_pubsub().await?;
    subscription.subscribe(&topic.channel).await?;
    let (asks, heard) = subscription.split();
    Ok(Messages { asks, heard })
}
