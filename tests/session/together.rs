//! Requests that are in their handlers at the same time: the view of each, and the result when all have answered.

use crate::browser::{Browser, START, TestClock, ring};
use crate::rings::rotated;
use crate::scene::{Held, IDLE, Scene, node};

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_read_beside_a_write_shows_the_old_and_undoes_nothing() {
    let mut scene = Scene::after(&["/in/ann", "/add/tea"]).await;
    scene.hold(&["/cart"]).await;
    scene.get(&["/add/milk"]).await;
    assert_eq!(scene.comes().await, (String::new(), "ann: tea".into()));
    assert_eq!(scene.shows().await, "ann: tea milk");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_after_the_sign_out_revives_nothing() {
    for (held, sets, again) in [
        ("/cart", "", "ann: "),
        // It is hers, and there when she signs in again.
        ("/add/late", "__Host-session-own", "ann: tea late"),
        ("/messages", "-__Host-flash", "ann: "),
    ] {
        let mut scene = Scene::after(&["/in/ann", "/add/tea", "/push/hello"]).await;
        scene.hold(&[held]).await;
        scene.get(&["/out"]).await;
        assert_eq!(scene.comes().await.0, sets, "{held}");
        assert!(!scene.browser.jar.contains_key("__Host-id"));
        assert_eq!(scene.shows().await, "nobody: ", "{held}");
        scene.get(&["/in/ann"]).await;
        assert_eq!(scene.shows().await, again, "{held}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_write_that_ends_after_a_sign_in_undoes_nothing_and_is_not_shown() {
    let mut scene = Scene::after(&["/add/tea"]).await;
    scene.hold(&["/add/late"]).await;
    scene.get(&["/in/ann"]).await;
    assert_eq!(scene.comes().await.0, "__Host-session");
    assert_eq!(scene.shows().await, "ann: tea");
    scene.get(&["/add/milk"]).await;
    assert_eq!(scene.shows().await, "ann: tea milk");
    assert!(!scene.browser.jar.contains_key("__Host-session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_began_before_a_rotation_ends_after_it() {
    let (old, clock, held) = (ring(), TestClock::new(), Held::new(1));
    let lagging = node(&old, &clock, &held);
    let mut browser = Browser::new(lagging.clone());
    browser.get("/in/ann").await;
    let tab = browser.moved_to(lagging.clone());
    let flight = tokio::spawn(async move { tab.late("/held/add/late").await });
    held.looked().await;

    let rotated = node(&rotated(&old, START + 5), &clock, &held);
    clock.advance(10);
    let mut browser = browser.moved_to(rotated.clone());
    assert_eq!(browser.get("/add/tea").await.body, "tea");
    assert_eq!(browser.get("/cart").await.body, "ann: tea");
    held.go().await;
    browser.keep(&flight.await.unwrap());
    for node in [rotated, lagging] {
        let mut browser = browser.moved_to(node);
        assert_eq!(browser.get("/cart").await.body, "ann: late", "two writers: the last one stays");
        assert_eq!(browser.get("/add/more").await.body, "late more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_in_their_handlers_at_once_the_last_answer_stays_whole() {
    for order in [[0, 1], [1, 0]] {
        let mut scene = Scene::with(Held::new(2), &["/in/ann", "/add/tea"]).await;
        scene.hold(&["/add/one", "/add/two"]).await;
        let answers = scene.release().await;
        assert_eq!([&answers[0].body, &answers[1].body], ["tea one", "tea two"]);
        order.iter().for_each(|&which| scene.browser.keep(&answers[which]));
        assert_eq!(scene.shows().await, ["ann: tea one", "ann: tea two"][order[1]]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_renewals_at_once_leave_the_data_to_the_identity_that_stays() {
    for path in ["/renew", "/in/ann"] {
        for order in [[0, 1], [1, 0]] {
            let mut scene = Scene::with(Held::new(2), &["/in/ann", "/add/tea"]).await;
            scene.hold(&[path, path]).await;
            let answers = scene.release().await;
            order.iter().for_each(|&which| scene.browser.keep(&answers[which]));
            assert_eq!(scene.shows().await, "ann: tea", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pages_at_once_show_a_message_twice_and_no_third_does() {
    let mut scene = Scene::with(Held::new(2), &["/push/hello"]).await;
    scene.hold(&["/messages", "/messages"]).await;
    for answer in scene.release().await {
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("hello", "-__Host-flash"));
        scene.browser.keep(&answer);
    }
    assert_eq!(scene.browser.get("/messages").await.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_answers_with_messages_at_once_the_last_one_stays() {
    let mut scene = Scene::with(Held::new(2), &["/push/old"]).await;
    scene.hold(&["/push/one", "/push/two"]).await;
    for answer in scene.release().await {
        scene.browser.keep(&answer);
    }
    assert_eq!(scene.browser.get("/messages").await.body, "old two");

    // One that takes the messages away takes those that it did not show as well.
    let mut scene = Scene::after(&["/push/old"]).await;
    scene.hold(&["/messages"]).await;
    scene.get(&["/push/new"]).await;
    assert_eq!(scene.comes().await, ("-__Host-flash".into(), "old".into()));
    assert_eq!(scene.browser.get("/messages").await.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_late_is_shown_to_its_person_alone() {
    let mut scene = Scene::after(&["/in/ann"]).await;
    scene.hold(&["/push/hello"]).await;
    scene.get(&["/out", "/in/bob"]).await;
    scene.comes().await;
    assert_eq!(scene.browser.get("/messages").await.body, "");
    scene.get(&["/in/ann"]).await;
    assert_eq!(scene.browser.get("/messages").await.body, "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_of_a_slow_read_signs_nobody_in() {
    let mut scene = Scene::after(&["/in/ann"]).await;
    scene.clock.advance(60);
    scene.hold(&["/cart"]).await;
    scene.get(&["/out"]).await;
    assert_eq!(scene.comes().await, ("__Host-seen".into(), "ann: ".into()));
    assert_eq!(scene.browser.jar.keys().collect::<Vec<_>>(), ["__Host-seen"]);
    assert_eq!(scene.shows().await, "nobody: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_activity_of_one_session_is_none_of_the_next_ones() {
    for (next, who) in [("/in/bob", "bob: "), ("/renew", "ann: "), ("/in/ann", "ann: ")] {
        let mut scene = Scene::after(&["/in/ann"]).await;
        scene.clock.advance(60);
        scene.hold(&["/cart"]).await;
        scene.get(&[next]).await;
        scene.clock.advance(30);
        assert_eq!(scene.comes().await.0, "__Host-seen");
        // It neither shortens nor prolongs: the next look writes its own, and untouched it ends on its own time.
        scene.clock.set(START + 60 + IDLE - 1);
        let answer = scene.browser.late("/cart").await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), (who, "__Host-seen"), "{next}");
        scene.clock.set(START + 60 + IDLE);
        assert_eq!(scene.shows().await, "nobody: ", "{next}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_browsers_at_once_see_each_its_own() {
    let scene = Scene::with(Held::new(64), &[]).await;
    let names = (0..64).map(|n| format!("person-{n}"));
    let visits = names.map(|name| {
        let mut browser = scene.browser.moved_to(scene.app.clone());
        tokio::spawn(async move {
            browser.get(&format!("/in/{name}")).await;
            let answer = browser.get(&format!("/held/add/{name}s")).await;
            assert_eq!(answer.body, format!("{name}s"));
            assert_eq!(browser.get("/cart").await.body, format!("{name}: {name}s"));
        })
    });
    let visits = visits.collect::<Vec<_>>();
    scene.held.looked().await;
    scene.held.go().await;
    for visit in visits {
        visit.await.unwrap();
    }
}
