//! Any steps in any order, in requests whose answers may come late or not at all: what holds whatever handlers do.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use proptest::prelude::*;

use crate::browser::{Answer, Browser, TestClock, builder};
use crate::steps::shop;

const PEOPLE: [&str; 3] = ["nobody", "ann", "bob"];

/// One step; an item is named after who adds it when the path is put together.
fn step() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("add"),
        2 => Just("wish"),
        2 => Just("say"),
        1 => Just("save"),
        1 => Just("try"),
        2 => Just("take"),
        2 => Just("drop"),
        1 => Just("show"),
        1 => Just("hear"),
        1 => Just("destroy"),
        1 => Just("empty"),
        3 => Just("in-ann"),
        3 => Just("in-bob"),
        2 => Just("out"),
    ]
}

/// The fate of an answer.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Comes,
    ComesLate,
    IsLost,
    Fails,
}

fn request() -> impl Strategy<Value = (Vec<&'static str>, Fate, bool)> {
    let fate = prop_oneof![6 => Just(Fate::Comes), 2 => Just(Fate::ComesLate), 1 => Just(Fate::IsLost), 1 => Just(Fate::Fails)];
    (prop::collection::vec(step(), 1..6), fate, prop::bool::weighted(0.1))
}

/// The path of these steps, begun by `who`; what they add is named after who is there then.
fn path(steps: &[&str], who: &str, fails: bool) -> String {
    let (mut who, mut is_held, mut path) = (who.to_owned(), false, String::new());
    for step in steps {
        match *step {
            // A handle is taken and dropped in turns.
            "take" | "drop" if is_held == (*step == "take") => continue,
            "take" | "drop" => is_held = !is_held,
            "show" | "destroy" if is_held => continue,
            "out" => who = "nobody".into(),
            "in-ann" | "in-bob" => who = step[3..].into(),
            _ => {}
        }
        let named =
            if ["add", "wish", "say", "try"].contains(step) { format!("-{who}s") } else { String::new() };
        path += &format!("/{step}{named}");
    }
    path + if fails { "/drop/status-500" } else { "/drop" }
}

/// The person signed in, and the names of those whose items, wishes and messages are shown.
fn seen(browser: &Browser) -> (String, BTreeSet<String>) {
    let body = browser.late("/all/hear").now_or_never().unwrap().body;
    let (who, shown) = body.split_once(':').unwrap();
    let words = shown.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    (who.into(), words.map(|it| it.trim_end_matches('s').to_owned()).collect())
}

fn check(answer: &Answer, path: &str) {
    assert!(answer.error.is_none(), "{path}: {:?}", answer.error);
    let names = answer.set_cookies.iter().map(|it| &it.name).collect::<BTreeSet<_>>();
    assert_eq!(names.len(), answer.set_cookies.len(), "{path}: {}", answer.sets());
}

proptest! {
    #[test]
    fn nobody_sees_what_another_person_wrote_and_no_answer_sets_a_cookie_twice(
        requests in prop::collection::vec(request(), 1..8),
    ) {
        let clock = TestClock::new();
        let mut browser = Browser::new(shop(builder(&clock)));
        let mut late = Vec::new();
        for (steps, fate, is_idle) in requests {
            clock.advance(if is_idle { 3600 } else { 1 });
            let (who, _) = seen(&browser);
            let path = path(&steps, &who, matches!(fate, Fate::Fails));
            let answer = browser.late(&path).now_or_never().unwrap();
            check(&answer, &path);
            match fate {
                Fate::Comes | Fate::Fails => browser.keep(&answer),
                Fate::ComesLate => late.push(answer),
                Fate::IsLost => {}
            }
            if steps.len() % 2 == 0 {
                late.drain(..).for_each(|answer| browser.keep(&answer));
            }
            for next in PEOPLE {
                let mut browser = browser.clone();
                if next != "nobody" {
                    let answer = browser.late(&format!("/in-{next}")).now_or_never().unwrap();
                    browser.keep(&answer);
                }
                let (who, shown) = seen(&browser);
                let theirs = ["nobody".to_owned(), who.clone()];
                prop_assert!(shown.iter().all(|it| theirs.contains(it)), "{who} sees {shown:?} after {path}");
            }
        }
    }
}
