//! The loop that keeps something in use current: loads it again, and registers what the node holds.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::layer::OsEntropy;
use crate::{Entropy, Timestamp};

/// Something that changes at one place and is in use here.
pub(super) trait Followed: Send {
    /// Ends when the place hints at a change. It is asked again only then, and lives on through the loads in between.
    fn hint(&self) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Ends when something was noticed here that only a newer one explains.
    fn noticed(&self) -> impl Future<Output = ()> + Send;

    /// Loads it once. Returns whether another one is in use.
    fn load(&mut self) -> impl Future<Output = bool> + Send;

    /// Registers what is in use here, or that nothing is any more. Returns the time of it.
    fn register(&mut self, stopped: bool) -> impl Future<Output = Timestamp> + Send;

    fn now(&self) -> Timestamp;
}

/// The interval of loads, and requests for one at once.
pub(super) struct Pace {
    every: Duration,
    asked: Arc<Notify>,
}

impl Pace {
    /// Sets the interval, give or take a fifth; at least 50 ms.
    pub(super) fn set(&mut self, every: Duration) {
        self.every = every.max(PAUSE);
    }

    /// A function that asks for a load at once.
    pub(super) fn ask(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let asked = Arc::clone(&self.asked);
        move || asked.notify_one()
    }

    /// Adds jitter: a fleet that started at once does not ask at once for ever.
    fn jittered(&self) -> Duration {
        let mut random = [128];
        // No randomness means no jitter, and nothing else is wrong.
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

/// Keeps it current until `stop` ends; then says that the node has stopped.
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
        // Loads that hints cause come this often at most.
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
