//! The decision, in one picture: three questions, and three places with what they cost here.

use crate::csv::Csv;
use crate::picture::{Anchor, Picture};

/// Draws it with the figures of a cart of ten.
pub(crate) fn draw(requests: &Csv) -> String {
    let title = "Cookie, store, or a cookie and then a store";
    let mut picture = Picture::new(1000.0, 560.0, title, "Three questions, and where each answer leads.");
    picture.text("strong", (20.0, 30.0), Anchor::Start, title);
    for (index, [first, second]) in QUESTIONS.into_iter().enumerate() {
        let top = 56.0 + 168.0 * index as f64;
        picture.rectangle("card", (20.0, top), (330.0, 76.0));
        picture.text("strong", (36.0, top + 31.0), Anchor::Start, first);
        picture.text("strong", (36.0, top + 55.0), Anchor::Start, second);
        // To the place on the right, and down to the next question.
        let yes = if index == 0 { "yes" } else { YES };
        picture.line("axis grid", (350.0, top + 38.0), (430.0, top + 38.0));
        picture.text("muted", (390.0, top + 30.0), Anchor::Middle, yes);
        picture.text("axis", (432.0, top + 43.0), Anchor::End, "▸");
        if index < 2 {
            picture.line("axis grid", (185.0, top + 76.0), (185.0, top + 168.0));
            picture.text("muted", (195.0, top + 126.0), Anchor::Start, "no");
            picture.text("axis", (185.0, top + 168.0), Anchor::Middle, "▾");
        }
    }
    picture.text("muted", (36.0, 545.0), Anchor::Start, "no, it is always larger: the store");
    let figures = |store: &str| figures(requests, store);
    let places = [
        ("s3", "The store", "Place::Store", figures("PostgreSQL"), figures("SQLite")),
        ("s0", "The cookie", "Place::Cookie, the default", figures("cookie"), COOKIE.into()),
        (
            "s2",
            "The cookie, then the store",
            "Place::CookieThenStore, the default with a store",
            THEN.into(),
            THEN_COSTS.into(),
        ),
    ];
    for (index, (class, name, code, first, second)) in places.into_iter().enumerate() {
        let top = 48.0 + 168.0 * index as f64;
        picture.rectangle(&format!("{class} hollow"), (436.0, top), (544.0, 138.0));
        picture.text("strong", (456.0, top + 28.0), Anchor::Start, name);
        picture.text("muted", (960.0, top + 28.0), Anchor::End, code);
        picture.text("axis", (456.0, top + 56.0), Anchor::Start, &first);
        picture.text("axis", (456.0, top + 80.0), Anchor::Start, &second);
        picture.text("muted", (456.0, top + 108.0), Anchor::Start, WHY[index]);
    }
    picture.to_string()
}

const QUESTIONS: [[&str; 2]; 3] = [
    ["Would harm be done if an old copy", "were put back? (balance, voucher)"],
    ["Does it always fit 3,000 octets?", "(`gingersnap capacity` tells)"],
    ["Does it fit for most people,", "and not for all?"],
];
const YES: &str = "yes";
const WHY: [&str; 3] = [
    "Something more to run, back up and wait for: while it is away, a 503.",
    "Nothing to run. Of two answers at once the last one wins.",
    "Who fits pays for a cookie, who does not for the store and its outages.",
];
const COOKIE: &str = "Nothing is stored: no memory, no disk, no outage.";
const THEN: &str = "The cookie's figures while it fits, the store's from then on.";
const THEN_COSTS: &str = "A session that has moved stays in the store until it ends.";

/// What a cart of ten costs, in a line.
fn figures(requests: &Csv, store: &str) -> String {
    let of = |column: &str| requests.find(&["gingersnap", store, "95/5", "10", "8"], column)[0];
    let cpu = of("web_cpu_us") + of("store_cpu_us");
    let (rate, up) = (of("per_second") / 1000.0, of("bytes_up"));
    format!("{store}: {rate:.0},000 requests/s, {cpu:.0} µs of CPU, {up:.0} bytes up")
}
