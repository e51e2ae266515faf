//! The thread that keeps the ring current.
//!
//! It is one of its own, with a runtime of its own: a file system or a database that hangs delays no request. If it
//! hangs for good, the last ring stays in use, `/readyz` says so after a while, and the end does not wait for it.

use std::future::Future;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use gingersnap::Reloader;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use crate::error::ServerError;
use crate::shutdown::Hangups;

/// The runtime on which the keystore is asked, from the first time to the last.
#[derive(Debug)]
pub(crate) struct Reloading {
    runtime: Runtime,
    hangups: Hangups,
}

impl Reloading {
    /// From here on SIGHUP no longer kills the process. One that comes before the ring is there reloads it once more.
    pub(crate) fn new() -> Result<Self, ServerError> {
        let cannot = |error| ServerError::io(format!("cannot start: {error}"));
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        let hangups = {
            let _inside = runtime.enter();
            Hangups::catch().map_err(|error| ServerError::io(format!("cannot catch signals: {error}")))?
        };
        Ok(Self { runtime, hangups })
    }

    /// Does `work` with the keystore.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Keeps the ring current on a thread, until it is told to stop.
    pub(crate) fn start(self, reloader: Reloader) -> Result<Running, ServerError> {
        let Self { runtime, hangups } = self;
        let (stop, stopped) = oneshot::channel();
        let (alive, ended) = mpsc::channel();
        runtime.spawn(hangups.each(reloader.reload_now()));
        let work = move || {
            // An error says that `Running` is gone: stopped, or never used.
            runtime.block_on(reloader.run(async { stopped.await.unwrap_or_default() }));
            drop::<mpsc::Sender<()>>(alive);
        };
        thread::Builder::new()
            .name("reload".to_owned())
            .spawn(work)
            .map_err(|error| ServerError::io(format!("cannot start a thread: {error}")))?;
        Ok(Running { stop, ended })
    }
}

/// The thread at work.
#[derive(Debug)]
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    ended: mpsc::Receiver<()>,
}

impl Running {
    /// Tells the thread to stop: it then registers the node as stopped.
    pub(crate) fn stop(self, patience: Duration) -> Stopping {
        // The thread waits for the end of this.
        drop(self.stop);
        Stopping { ended: self.ended, until: Instant::now() + patience }
    }
}

/// The thread on its way to the end.
#[derive(Debug)]
#[must_use = "the process ends without it"]
pub(crate) struct Stopping {
    ended: mpsc::Receiver<()>,
    until: Instant,
}

impl Stopping {
    /// Waits for the end, or for as long as patience lasts. Returns true if it came.
    pub(crate) fn wait(self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        self.ended.recv_timeout(left) == Err(mpsc::RecvTimeoutError::Disconnected)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::sync::atomic::{AtomicBool, Ordering};

    use gingersnap::keystore::{Answer, Keystore, Loaded, Node, Version};
    use gingersnap::testing::keyring;

    use super::*;

    /// Answers once, and then keeps its caller's thread, as a file system does whose server is gone.
    struct Hanging {
        asked: AtomicBool,
        stopped: mpsc::Sender<bool>,
        /// Told when it hangs.
        hangs: Option<mpsc::Sender<()>>,
    }

    impl Keystore for Hanging {
        fn load(&self) -> Answer<'_, Loaded> {
            Box::pin(async {
                if let (true, Some(hangs)) = (self.asked.swap(true, Ordering::Relaxed), &self.hangs) {
                    hangs.send(()).expect("the test waits");
                    thread::sleep(Duration::from_secs(3600));
                }
                Ok(Loaded::new(keyring().to_bytes()))
            })
        }

        fn store<'a>(&'a self, _: &'a [u8], _: Version) -> Answer<'a, ()> {
            Box::pin(async { Ok(()) })
        }

        fn create<'a>(&'a self, _: &'a [u8]) -> Answer<'a, ()> {
            Box::pin(async { Ok(()) })
        }

        fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
            Box::pin(async {
                // The test may have ended.
                self.stopped.send(node.is_stopped()).ok();
                Ok(())
            })
        }
    }

    impl fmt::Display for Hanging {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a file system that is gone")
        }
    }

    /// A thread at work, and a receiver of its node's registrations: true if stopped.
    fn running(hangs: Option<mpsc::Sender<()>>) -> (Running, mpsc::Receiver<bool>) {
        let (stopped, registered) = mpsc::channel();
        let reloading = Reloading::new().expect("a runtime");
        let keystore = Hanging { asked: AtomicBool::new(false), stopped, hangs };
        let reloader = reloading.wait(Reloader::start(keystore)).expect("a ring");
        let reloader = reloader.every(Duration::from_millis(50)).node("a".parse().expect("a name"));
        (reloading.start(reloader).expect("a thread"), registered)
    }

    #[test]
    fn a_node_that_ends_says_so_to_the_keystore() {
        let (running, registered) = running(None);
        assert_eq!(registered.recv(), Ok(false));
        assert!(running.stop(Duration::from_secs(10)).wait());
        assert_eq!(registered.iter().last(), Some(true));
    }

    #[test]
    fn a_keystore_that_hangs_does_not_delay_the_end() {
        let (hangs, hanging) = mpsc::channel();
        let (running, _registered) = running(Some(hangs));
        hanging.recv().expect("it hangs");
        let started = Instant::now();
        assert!(!running.stop(Duration::from_millis(300)).wait());
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    }
}
