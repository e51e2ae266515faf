//! Nothing happens until a handler touches the session.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use gingersnap::{Clock, Entropy, Flash, Identity, NoEntropy, Session, Timestamp, View};

use crate::browser::{Browser, Cart, START, TestClock, Theme, Visits, builder};
use crate::events::Events;

/// Counts how often it is asked for anything.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl Clock for Counted {
    fn now(&self) -> Timestamp {
        self.0.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_unix(START)
    }
}

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self.0.fetch_add(1, Ordering::SeqCst);
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}

fn app(clock: &Counted, entropy: &Counted) -> Router {
    Router::new()
        .route("/untouched", get(|| async { "hello" }))
        .route("/cart", get(|_: View<Cart>| async {}))
        .route("/theme", get(|_: View<Theme>| async {}))
        .route("/add", get(|mut visits: Session<Visits>| async move { visits.0 += 1 }))
        .route("/who", get(|who: Identity| async move { who.subject().unwrap_or("nobody").to_owned() }))
        .route("/flash", get(|_: Flash| async {}))
        .layer(builder(&TestClock::new()).clock(clock.clone()).entropy(entropy.clone()).build().unwrap())
}

/// Five junk cookies of each name: a handler that looks at one of them gets a refusal reported.
fn junk() -> String {
    let names = ["session", "session-own", "visits", "visits-own", "theme", "id", "seen", "flash"];
    let pairs = names.iter().flat_map(|name| (0..5).map(move |value| format!("__Host-{name}={value}")));
    pairs.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn an_untouched_request_costs_no_look_at_cookies_clock_or_randomness() {
    let (clock, entropy) = (Counted::default(), Counted::default());
    let browser = Browser::new(app(&clock, &entropy));
    clock.take();
    let events = Events::start();
    let answer = browser.send_with("/untouched", &[&junk()]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    assert_eq!((clock.take(), entropy.take()), (0, 0));
    assert_eq!(events.take(), Vec::<String>::new());
    assert_eq!(answer.sets(), "");
    assert!(!answer.headers.contains_key("vary") && !answer.headers.contains_key("cache-control"));
}

#[tokio::test]
async fn a_touch_looks_at_its_own_cookie_alone_and_at_a_persons_data_only_for_them() {
    let browser = Browser::new(app(&Counted::default(), &Counted::default()));
    let events = Events::start();
    for (path, names) in
        [("/theme", &["theme"][..]), ("/who", &["id"]), ("/flash", &["flash"]), ("/cart", &["id", "session"])]
    {
        browser.send_with(path, &[&junk()]).await;
        let refused = |name| {
            format!(
                "INFO cookie refused cookie=\"__Host-{name}\" reason=\"too_many_cookies\" unsettled=false"
            )
        };
        assert_eq!(events.take(), names.iter().map(refused).collect::<Vec<_>>(), "{path}");
    }
}

#[tokio::test]
async fn a_read_asks_the_clock_once_and_for_no_randomness() {
    let (clock, entropy) = (Counted::default(), Counted::default());
    let mut browser = Browser::new(app(&clock, &entropy));
    browser.get("/add").await;
    assert_eq!(entropy.take(), 1);
    clock.take();
    assert_eq!(browser.get("/cart").await.sets(), "");
    assert_eq!((clock.take(), entropy.take()), (1, 0));
}

#[tokio::test]
async fn a_write_without_identity_looks_the_identity_up() {
    let browser = Browser::new(app(&Counted::default(), &Counted::default()));
    let events = Events::start();
    assert_eq!(browser.send_with("/add", &["__Host-id=junk"]).await.sets(), "__Host-visits");
    assert_eq!(
        events.take(),
        ["INFO cookie refused cookie=\"__Host-id\" reason=\"too_short\" unsettled=false"]
    );
}

#[tokio::test]
async fn two_sessions_written_together_ask_for_randomness_once() {
    async fn both(mut cart: Session<Cart>, mut visits: Session<Visits>) {
        visits.0 += 1;
        cart.lines.push(crate::browser::Line::default());
    }
    let entropy = Counted::default();
    let layer = builder(&TestClock::new()).entropy(entropy.clone()).build().unwrap();
    let mut browser = Browser::new(Router::new().route("/", get(both)).layer(layer));
    assert_eq!(browser.get("/").await.sets(), "__Host-session __Host-visits");
    assert_eq!(entropy.take(), 1);
}
