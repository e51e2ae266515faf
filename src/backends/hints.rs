//! Hints of changes on a server: a task listens and tells everyone who waits.
//!
//! The task begins with the first wait and ends with the keystore. It counts the hints that it hears, and the keystore remembers
//! the count of its last answer. So nothing is missed between one wait and the next, and many waits at a time all end.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::link::{ANSWER, CONNECT};

/// A connection on which a server announces changes.
pub(super) trait Subscription: Send + Sized + 'static {
    /// The server to connect to, and the channel.
    type Topic: Send + Sync + 'static;

    /// Connects and listens; `None` if that fails.
    fn begin(topic: &Self::Topic) -> impl Future<Output = Option<Self>> + Send;

    /// Waits for a message: true if it is about the topic, `None` once the connection has ended.
    fn next(&mut self, topic: &Self::Topic) -> impl Future<Output = Option<bool>> + Send;

    /// Asks the server for any answer: true if one came.
    fn ping(&mut self) -> impl Future<Output = bool> + Send;
}

pub(super) struct Hints {
    heard: watch::Sender<u64>,
    told: AtomicU64,
    task: Mutex<Option<AbortHandle>>,
}

impl Hints {
    pub(super) fn new() -> Self {
        Self { heard: watch::Sender::new(0), told: AtomicU64::new(0), task: Mutex::new(None) }
    }

    /// Waits for a hint that nobody was told of yet. Starts listening unless a task listens already.
    pub(super) async fn next<S: Subscription>(&self, topic: impl FnOnce() -> S::Topic) {
        let told = self.told.load(Ordering::Relaxed);
        let mut heard = self.heard.subscribe();
        if self.start::<S>(topic).is_none() {
            return pending().await; // Without a runtime there are no connections.
        }
        let now = heard.wait_for(|heard| *heard != told).await.map_or(told, |heard| *heard);
        self.told.store(now, Ordering::Relaxed);
    }

    /// Waits for a hint as [`next`](Self::next) does, but no longer than a second. Hints in quick succession count as one.
    pub(super) async fn next_or_soon<S: Subscription>(self: Arc<Self>, topic: S::Topic) {
        if timeout(SOON, self.next::<S>(|| topic)).await.is_ok() {
            sleep(GATHER).await;
        }
    }

    fn start<S: Subscription>(&self, topic: impl FnOnce() -> S::Topic) -> Option<()> {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        // The task ends before the keystore if its runtime does.
        if task.as_ref().is_none_or(AbortHandle::is_finished) {
            let listening = listen::<S>(topic(), Teller(self.heard.clone()));
            *task = Some(Handle::try_current().ok()?.spawn(listening).abort_handle());
        }
        Some(())
    }
}

impl Default for Hints {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

/// The listener's end.
struct Teller(watch::Sender<u64>);

impl Teller {
    fn tell(&self) {
        self.0.send_modify(|heard| *heard = heard.wrapping_add(1));
    }
}

/// Tells of each message. Also tells of each new subscription, since something may have been missed before it.
async fn listen<S: Subscription>(topic: S::Topic, teller: Teller) {
    let mut pause = PAUSE;
    loop {
        if let Ok(Some(subscription)) = timeout(CONNECT + ANSWER, S::begin(&topic)).await {
            teller.tell();
            pause = PAUSE;
            hear(subscription, &topic, &teller).await;
        }
        sleep(pause).await;
        // A standby, or a user without the right, refuses every time.
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Ends when the connection does.
async fn hear<S: Subscription>(mut subscription: S, topic: &S::Topic, teller: &Teller) {
    loop {
        match timeout(SILENCE, subscription.next(topic)).await {
            Ok(Some(true)) => teller.tell(),
            Ok(Some(false)) => {}
            Ok(None) => return,
            Err(_) => {
                // A server that went away silently sends nothing either.
                if !timeout(ANSWER, subscription.ping()).await.unwrap_or(false) {
                    return;
                }
            }
        }
    }
}

/// Somewhat less than a second, so that a caller's wait ends within one.
const SOON: Duration = Duration::from_millis(900);
/// Hints within this time cause one look.
const GATHER: Duration = Duration::from_millis(20);
/// The pause before a lost subscription is made again; doubled each time that fails.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A subscription that was silent for this long is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);
