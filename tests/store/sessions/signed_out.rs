//! A sign-out on one node, seen from another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gingersnap::store::Store;
use tokio::time::{Instant, sleep};

use super::{Browser, browser_of, shop, shows};
use crate::place::{Place, on_each_server};

on_each_server! { sessions::signed_out:
    what_is_ended_on_one_node_is_ended_on_another_within_two_seconds
    what_ended_while_a_node_did_not_run_it_knows_when_it_starts
    of_300_ends_under_load_each_is_known_everywhere_within_two_seconds
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_file_what_is_ended_by_one_process_is_ended_for_another_within_two_seconds() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("store").join("signed-out");
    drop(std::fs::remove_dir_all(&directory));
    std::fs::create_dir_all(&directory).unwrap();
    let url = format!("sqlite:{}", directory.join("sessions.db").display());
    // Each handle has threads and connections of its own, as a process has.
    let handle = || gingersnap::store::open(&url).unwrap();
    handle().create_tables().await.unwrap();
    ends_within_two_seconds([shop(handle()), shop(handle()), shop(handle())]).await;
    end_under_load([shop(handle()), shop(handle()), shop(handle())]).await;
}

pub(crate) async fn what_is_ended_on_one_node_is_ended_on_another_within_two_seconds(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    ends_within_two_seconds([(); 3].map(|()| shop(server.store()))).await;
}

/// Signs out on the first, and by `end_others`, and waits until the others know it.
#[expect(clippy::print_stderr, reason = "how long it took is worth a line")]
async fn ends_within_two_seconds([here, one, two]: [axum::Router; 3]) {
    let mut times = Vec::new();
    for round in 0..10 {
        let mut browser = browser_of("ann", &here).await;
        let mut others = [browser.moved_to(one.clone()), browser.moved_to(two.clone())];
        for other in &mut others {
            assert_eq!(other.get("/theme").await.body, "ann: dark");
        }
        let by = if round % 2 == 0 { "/out" } else { "/others" };
        assert_eq!(browser.get(by).await.status, 200);
        let ended = Instant::now();
        for mut other in others {
            while other.get("/theme").await.body != "nobody: " {
                assert!(ended.elapsed() < Duration::from_secs(2), "{by} after {:?}", ended.elapsed());
                sleep(Duration::from_millis(2)).await;
            }
            times.push(ended.elapsed());
        }
        // Who ended the others is in, here and there.
        if by == "/others" {
            for node in [&one, &two] {
                let mut mine: Browser = browser.moved_to(node.clone());
                assert_eq!(mine.get("/theme").await.body, "ann: dark");
            }
        }
    }
    times.sort();
    eprintln!(
        "ended elsewhere after {:?} (median), {:?} at most",
        times[times.len() / 2],
        times[times.len() - 1]
    );
}

pub(crate) async fn what_ended_while_a_node_did_not_run_it_knows_when_it_starts(server: &mut impl Place) {
    let store = server.store();
    store.create_tables().await.unwrap();
    let here = shop(store);
    let mut browser = browser_of("ann", &here).await;
    let mut copy = browser.clone();
    browser.get("/out").await;
    let mut later = copy.moved_to(shop(server.store()));
    assert_eq!(later.get("/theme").await.body, "nobody: ");
    shows(&mut copy, "nobody: ").await;
}

pub(crate) async fn of_300_ends_under_load_each_is_known_everywhere_within_two_seconds(
    server: &mut impl Place,
) {
    server.store().create_tables().await.unwrap();
    end_under_load([(); 3].map(|()| shop(server.store()))).await;
}

/// Ends 300 sign-ins, on each node a third, while others are asked for on all of them and must stay.
#[expect(clippy::print_stderr, reason = "how long it took is worth a line")]
async fn end_under_load(nodes: [axum::Router; 3]) {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut load = Vec::new();
    for number in 0..6 {
        let (nodes, is_over, name) = (nodes.clone(), Arc::clone(&is_over), format!("stays-{number}"));
        let browser = browser_of(&name, &nodes[0]).await;
        load.push(tokio::spawn(async move {
            let mut asked = 0;
            while !is_over.load(Ordering::Relaxed) {
                let answer = browser.moved_to(nodes[asked % 3].clone()).get("/theme").await;
                assert_eq!((answer.status, answer.body), (200, format!("{name}: dark")));
                asked += 1;
                sleep(Duration::from_millis(1)).await;
            }
            asked
        }));
    }
    let mut ends = Vec::new();
    for number in 0..300 {
        let nodes = nodes.clone();
        let mut browser = browser_of(&format!("goes-{number}"), &nodes[number % 3]).await;
        let mut others = [1, 2].map(|next| browser.moved_to(nodes[(number + next) % 3].clone()));
        ends.push(tokio::spawn(async move {
            for other in &mut others {
                assert_eq!(other.get("/theme").await.body, format!("goes-{number}: dark"));
            }
            let by = if number % 2 == 0 { "/out" } else { "/others" };
            assert_eq!(browser.get(by).await.status, 200);
            let ended = Instant::now();
            for mut other in others {
                while other.get("/theme").await.body != "nobody: " {
                    assert!(ended.elapsed() < Duration::from_secs(10), "{by} after {:?}", ended.elapsed());
                    sleep(Duration::from_millis(5)).await;
                }
            }
            ended.elapsed()
        }));
    }
    let mut times = Vec::new();
    for end in ends {
        times.push(end.await.unwrap());
    }
    is_over.store(true, Ordering::Relaxed);
    let mut asked = 0;
    for task in load {
        asked += task.await.unwrap();
    }
    times.sort();
    let [median, most] = [150, 297].map(|at| times[at - 1]);
    let longest = times[299];
    eprintln!(
        "{asked} asked; ended on two other nodes after {median:?} (p50), {most:?} (p99), {longest:?} (max)"
    );
    assert!(asked > 100, "{asked}");
    assert!(most <= Duration::from_secs(2), "{most:?}");
}
