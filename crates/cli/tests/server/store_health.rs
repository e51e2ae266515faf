//! A store that is down, or may lose sessions: what `/readyz` and the log say.

use serde_json::Value;

use crate::{
    browser::Browser,
    node::{Node, Ring, SELDOM, until},
    servers::{Mortal as _, Redis},
};

fn node(ring: &Ring, redis: &Redis) -> Node {
    Node::start(ring, &[&SELDOM[..], &["--store", &redis.url(), "--place", "store"]].concat())
}

fn name(redis: &Redis) -> String {
    format!("redis://127.0.0.1:{}/0#default", redis.port())
}

/// The store's part of `/readyz`.
fn store(node: &Node) -> Value {
    node.ready()["store"].clone()
}

#[test]
fn a_store_that_is_down_degrades_a_node_that_serves_sessions_in_cookies_and_heals_by_itself() {
    let Some(mut redis) = Redis::start() else { return };
    let ring = Ring::new();
    let node = node(&ring, &redis);
    node.until_ready("status", "ready");
    let ready = node.ready();
    assert_eq!((&ready["status"], &ready["store"]["answers"]), (&"ready".into(), &true.into()));
    assert_eq!(ready["store"]["name"], name(&redis), "without a password");
    assert!(ready["store"]["seconds_since_answered"].as_u64().expect("seconds") < 30);
    let mut browser = Browser::new(&node.server);
    browser.submit("/cart-items", "item=gift-tin&qty=1");

    redis.kill();
    // No request needs the store meanwhile.
    node.until_ready("status", "degraded");
    let ready = node.ready();
    let reason = "the store does not answer (unreachable): a session that is there is 503";
    assert_eq!((&ready["reason"], &ready["store"]["error"]), (&reason.into(), &"unreachable".into()));
    assert_eq!(ready["store"]["answers"], false);
    // Ends are asked for each second, and the server asks where nobody does.
    for call in ["feed", "check"] {
        let series = format!("gingersnap_store_errors_total{{call=\"{call}\",kind=\"unreachable\"}}");
        until("it is counted", || node.metric(&series) >= 1.0);
    }
    until("a while is over", || node.metric("gingersnap_store_answered_age_seconds") >= 1.0);
    // A login is in a cookie, and a stored cart is not.
    assert_eq!(browser.get("/login").status, 200);
    assert_eq!(browser.get("/").status, 503);

    redis.start_again();
    node.until_ready("status", "ready");
    browser.get("/").says("Gift tin");
    assert_eq!(store(&node)["answers"], true);
    assert_eq!(node.logged(&["store does not answer"]), 1, "once, however long it takes");
    // The server looks every five seconds, and the feed has found it sooner.
    until("it is logged", || node.logged(&["store answers again"]) == 1);
}

#[test]
fn a_store_without_room_is_told_of_though_it_answers() {
    let Some(redis) = Redis::start() else { return };
    let ring = Ring::new();
    let node = node(&ring, &redis);
    let mut browser = Browser::new(&node.server);
    browser.submit("/cart-items", "item=gift-tin&qty=1");
    redis.command(&["CONFIG", "SET", "maxmemory", "1mb"]);
    browser.post("/cart-items", "item=gift-tin&qty=2");
    let ready = node.ready();
    let reason = "the store takes no writes (full): a session that is to be written there is 503";
    assert_eq!((&ready["status"], &ready["reason"]), (&"degraded".into(), &reason.into()));
    assert_eq!((&ready["store"]["answers"], &ready["store"]["error"]), (&true.into(), &"full".into()));
    browser.get("/").says("Gift tin");
    assert_eq!(node.metric("gingersnap_store_errors_total{call=\"apply\",kind=\"full\"}"), 1.0);
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    browser.submit("/cart-items", "item=gift-tin&qty=3").says("3 × Gift tin</span>");
    assert_eq!(node.ready()["status"], "ready");
}

#[test]
fn a_node_starts_without_its_store_and_needs_no_restart_when_that_is_there() {
    let Some(mut redis) = Redis::start() else { return };
    redis.kill();
    let ring = Ring::new();
    let node = node(&ring, &redis);
    // It knows of nobody whether they were signed out.
    node.until_ready("status", "not ready");
    let reason = "what has ended is not loaded from the store yet: nobody is taken for signed in";
    assert_eq!(node.ready()["reason"], reason);
    assert_eq!(Browser::new(&node.server).get("/readyz").status, 503);
    assert_eq!(Browser::new(&node.server).get("/login").status, 200);
    until("the first failure is logged", || node.logged(&["ERROR", "store not reached or not usable"]) == 1);
    redis.start_again();
    node.until_ready("status", "ready");
    until("it is logged", || node.logged(&["what has ended is known again"]) == 1);
    let mut browser = Browser::new(&node.server);
    browser.submit("/cart-items", "item=gift-tin&qty=1").says("Gift tin");
}

#[test]
fn a_node_says_how_much_it_knows_of_what_ended() {
    let Some(redis) = Redis::start() else { return };
    let ring = Ring::new();
    let first = node(&ring, &redis);
    first.until_ready("status", "ready");
    let mut browser = first.signed_in("ada@example.com");
    browser.submit("/logout", "");
    // One that starts later loads it before it is ready.
    for node in [&first, &node(&ring, &redis)] {
        node.until_ready("status", "ready");
        until("it is known", || node.ready()["ends"]["ended"] == 1);
        let ends = node.ready()["ends"].clone();
        assert!(ends["seconds_since_known"].as_u64().expect("seconds") < 30, "{ends}");
        assert!(ends["clock_offset"].as_i64().expect("seconds").abs() < 30, "{ends}");
        assert_eq!(ends["cut_offs"], 0);
        assert_eq!(node.metric("gingersnap_ended_sign_ins"), 1.0);
        assert!(node.metric("gingersnap_ends_bytes") >= 20.0);
        assert!(node.metric("gingersnap_ends_age_seconds") < 30.0);
    }
}

#[test]
fn what_may_lose_sessions_is_logged_once_and_again_of_a_server_that_took_its_place() {
    let Some(mut redis) = Redis::start() else { return };
    redis.command(&["CONFIG", "SET", "appendonly", "no"]);
    let ring = Ring::new();
    let node = node(&ring, &redis);
    let warned = |text: &str| node.logged(&["WARN", "store may lose sessions", text, &name(&redis)]);
    let forgets = "without `appendonly yes` a restart forgets sessions";
    until("it is logged", || warned(forgets) == 1);
    assert_eq!(node.logged(&[Redis::PASSWORD]), 0);

    // The same warning is not logged again, and another one is.
    for (setting, drops) in [("0", 0), ("100mb", 1)] {
        redis.kill();
        node.until_ready("status", "degraded");
        redis.start_again();
        redis.command(&["CONFIG", "SET", "appendonly", "no"]);
        redis.command(&["CONFIG", "SET", "maxmemory", setting]);
        redis.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
        node.until_ready("status", "ready");
        let drops_sessions =
            || node.logged(&["store may lose sessions", "drops sessions when memory is short"]);
        until("it is told of", || drops_sessions() == drops);
    }
}

#[test]
fn probes_of_readiness_ask_the_store_for_nothing() {
    let Some(redis) = Redis::start() else { return };
    let ring = Ring::new();
    let node = node(&ring, &redis);
    let checks = || node.metric("gingersnap_store_call_duration_seconds_count{call=\"check\"}");
    until("it is asked once", || {
        node.metrics().contains("duration_seconds_count{call=\"check\"}") && checks() >= 1.0
    });
    let before = checks();
    let started = std::time::Instant::now();
    for _ in 0..200 {
        node.ready();
    }
    // One each five seconds is the server's own.
    let own = started.elapsed().as_secs_f64() / 5.0 + 1.0;
    assert!(checks() - before <= own, "{} after {before}", checks());
    assert_eq!(node.metric("gingersnap_store_errors_total"), 0.0);
}
