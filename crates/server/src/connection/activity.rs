//! What is under way on a connection: requests in flight, and parts of responses that the client has no window for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The requests in flight on one connection.
#[derive(Debug)]
pub(super) struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    in_flight: usize,
    /// The time of the last request's end.
    idle_since: Instant,
    /// The times from which parts of responses wait, the earliest first.
    waiting: Vec<Instant>,
}

/// What a connection is found to be at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    /// It is in order; look again then.
    Fine(Instant),
    /// No request was in flight for the whole of the patience.
    Idle,
    /// A part of a response waited for the client for that long.
    Unread,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State { in_flight: 0, idle_since: Instant::now(), waiting: Vec::new() }))
    }

    /// Judges the connection as of now. `behind` says that bytes wait for the network: whatever waits may do so for them,
    /// and has longer.
    pub(super) fn look(&self, now: Instant, patience: Duration, behind: bool) -> Found {
        let state = self.state();
        // Also where something has longer: the network may catch up before then.
        let next = now + patience;
        let limit = if behind { patience * BEHIND } else { patience };
        let idle_at = if state.in_flight == 0 { state.idle_since + limit } else { next };
        let unread_at = state.waiting.first().map_or(next, |since| *since + limit);
        if unread_at <= now {
            Found::Unread
        } else if idle_at <= now {
            Found::Idle
        } else {
            Found::Fine(idle_at.min(unread_at).min(next))
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request in flight.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Activity>);

impl InFlight {
    pub(super) fn begin(activity: &Arc<Activity>) -> Self {
        activity.state().in_flight += 1;
        Self(Arc::clone(activity))
    }

    /// A part of the response was handed over.
    pub(super) fn wait(&self) -> Waiting {
        let since = Instant::now();
        let mut state = self.0.state();
        // Two threads may have read the clock in one order and come here in the other.
        let at = state.waiting.partition_point(|it| *it <= since);
        state.waiting.insert(at, since);
        Waiting { activity: Arc::clone(&self.0), since }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.idle_since = Instant::now();
        state.in_flight = state.in_flight.saturating_sub(1);
    }
}

/// A part of a response that the client has not made room for yet.
#[derive(Debug)]
pub(super) struct Waiting {
    activity: Arc<Activity>,
    since: Instant,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        if let Ok(at) = state.waiting.binary_search(&self.since) {
            state.waiting.remove(at);
        }
    }
}

/// So many times the patience has what waits on a slow network.
const BEHIND: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(1);

    fn look(activity: &Activity, milliseconds: u64, behind: bool) -> Found {
        activity.look(Instant::now() + Duration::from_millis(milliseconds), PATIENCE, behind)
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_request_a_connection_is_idle() {
        let activity = Arc::new(Activity::new());
        assert_eq!(look(&activity, 1000, false), Found::Idle);
        let request = InFlight::begin(&activity);
        assert!(matches!(look(&activity, 5000, false), Found::Fine(_)));
        drop(request);
        assert!(matches!(look(&activity, 999, false), Found::Fine(_)));
        assert_eq!(look(&activity, 1000, false), Found::Idle);
    }

    #[tokio::test(start_paused = true)]
    async fn the_part_that_waits_longest_counts() {
        let activity = Arc::new(Activity::new());
        let request = InFlight::begin(&activity);
        let first = request.wait();
        tokio::time::advance(PATIENCE / 2).await;
        let second = request.wait();
        assert_eq!(look(&activity, 499, false), Found::Fine(Instant::now() + PATIENCE / 2));
        assert_eq!(look(&activity, 500, false), Found::Unread);
        drop(first);
        assert!(matches!(look(&activity, 500, false), Found::Fine(_)));
        assert_eq!(look(&activity, 1000, false), Found::Unread);
        drop(second);
        assert!(matches!(look(&activity, 5000, false), Found::Fine(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_a_slow_network_has_longer() {
        let activity = Arc::new(Activity::new());
        let request = InFlight::begin(&activity);
        let part = request.wait();
        assert!(matches!(look(&activity, 5999, true), Found::Fine(_)));
        assert_eq!(look(&activity, 6000, true), Found::Unread);
        drop((part, request));
        assert!(matches!(look(&activity, 5999, true), Found::Fine(_)));
        assert_eq!(look(&activity, 6000, true), Found::Idle);
    }
}
