//! The loop that keeps something in use current: loads it again, and registers what the node holds.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::layer::OsEntropy;
use crate::{Entropy, Timestamp};

/// Something that changes in one place and is in use here.
pub(super) trait Followed: Send {
    /// Ends when the place hints at a change. Only then is it called again; until then it stays alive while loads go on.
    fn hint(&self) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Ends when something was noticed here that only a newer version explains.
    fn noticed(&self) -> impl Future<Output = ()> + Send;

    /// Loads it once. Returns true if another version is in use now.
    fn load(&mut self) -> impl Future<Output = bool> + Send;

    /// Registers the version in use here, or that this node has stopped. Returns the time of doing so.
    fn register(&mut self, stopped: bool) -> impl Future<Output = Timestamp> + Send;

    fn now(&self) -> Timestamp;
}

/// The interval of loads, and requests for one at once.
pub(super) struct Pace {
    every: Duration,
    asked: Arc<Notify>,
}

impl Pace {
    /// Sets the interval, plus or minus a fifth; at least 50 ms.
    pub(super) fn set(&mut self, every: Duration) {
        self.every = every.max(PAUSE);
    }

    /// A function that asks for a load at once.
    pub(super) fn ask(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let asked = Arc::clone(&self.asked);
        move || asked.notify_one()
    }

    /// The interval with jitter: otherwise nodes that start together would go on asking together.
    fn jittered(&self) -> Duration {
        let mut random = [128];
        // Without randomness there is no jitter, and everything else works.
        let _ = OsEntropy.fill(&mut random);
        let [random] = random;
        self.every.mul_f32(0.8 + 0.4 * f32::from(random) / 255.0)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { every: EVERY, asked: Arc::default() }
    }
}

/// Keeps it current until `stop` ends; then registers that the node has stopped.
pub(super) async fn follow(mut followed: impl Followed, pace: Pace, stop: impl Future<Output = ()>) {
    let (mut stop, mut hint) = (pin!(stop), followed.hint());
    let mut registered_at = followed.register(false).await;
    loop {
        tokio::select! {
            () = &mut stop => break,
            () = &mut hint => hint = followed.hint(),
            () = pace.asked.notified() => {}
            () = sleep(pace.jittered()) => {}
            () = followed.noticed() => {}
        }
        let replaced = followed.load().await;
        // Hints cause loads at most this often.
        sleep(PAUSE).await;
        if replaced || registered_at.age_at(followed.now()) >= REGISTER_EVERY {
            registered_at = followed.register(false).await;
        }
    }
    followed.register(true).await;
}

const EVERY: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);
/// Seconds between a node's records.
const REGISTER_EVERY: u64 = 10;
