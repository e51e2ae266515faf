//! The chart of `docs/BENCHMARKS.md`: how long the cookie of a cart of ten is, here and elsewhere.

#[path = "../crates/cli/src/picture.rs"]
#[expect(dead_code, reason = "bars need no lines")]
mod picture;

use picture::{Anchor, Picture};

/// A bar.
struct Bar {
    name: String,
    characters: f64,
    class: &'static str,
}

/// The chart, as SVG; `ours` are the characters of a guest's cart and of one of somebody who is signed in.
pub(crate) fn chart(ours: [usize; 2]) -> String {
    let own = |name: &str, characters| Bar { name: name.into(), characters: characters as f64, class: "s0" };
    let mut bars = vec![own("gingersnap", ours[0]), own("gingersnap, signed in", ours[1])];
    bars.extend(PEERS.iter().map(|(start, format, name)| peer(start, format, name)));
    bars.sort_by(|a, b| a.characters.total_cmp(&b.characters));
    let height = TOP + bars.len() as f64 * STEP + 16.0;
    let mut picture = Picture::new(WIDTH, height, TITLE, NOTE);
    picture.text("strong", (16.0, 26.0), Anchor::Start, TITLE);
    picture.text("muted", (16.0, 46.0), Anchor::Start, NOTE);
    for (index, bar) in bars.iter().enumerate() {
        let y = TOP + index as f64 * STEP;
        let length = bar.characters * (WIDTH - LEFT - 70.0) / LONGEST;
        let class = if bar.class == "s0" { "strong" } else { "axis" };
        picture.text(class, (LEFT - 10.0, y + 13.0), Anchor::End, &bar.name);
        picture.rectangle(bar.class, (LEFT, y), (length, STEP - 9.0));
        picture.text("muted", (LEFT + length + 8.0, y + 12.0), Anchor::Start, &bar.characters.to_string());
    }
    picture.to_string()
}

/// The bar of the row of the table whose name and format begin so.
fn peer(start: &str, format: &str, name: &str) -> Bar {
    let row = include_str!("data/peer-cookie-sizes.csv")
        .lines()
        .find(|line| line.starts_with(start) && line.contains(format));
    // From the end: names and formats have commas in them.
    let cells: Vec<&str> = row.expect("a row of this peer").rsplit(',').collect();
    let characters = cells.get(4).and_then(|cell| cell.parse().ok()).expect("the length of a cart of ten");
    let is_readable = name.ends_with("(readable)");
    Bar { name: name.into(), characters, class: if is_readable { "s5 hollow" } else { "s5" } }
}

/// Start of the name, a part of the format, and what stands in the chart.
const PEERS: [(&str, &str, &str); 13] = [
    ("Flask", "zlib", "Flask 3.1 (readable)"),
    ("Django", "zlib", "Django 5.2 (readable)"),
    ("cookie-session", "own cookie", "Express cookie-session (readable)"),
    ("Starlette", "no compression", "Starlette 1.10 (readable)"),
    ("gorilla", "gob of struct", "gorilla/securecookie, gob"),
    ("rack-session", "Marshal", "rack-session, Marshal"),
    ("Litestar", "AES-256-GCM", "Litestar 2.25"),
    ("Roda", "AES-256-CTR", "Roda"),
    ("NextAuth 4", "dir", "NextAuth 4"),
    ("Phoenix", "encrypted", "Phoenix, encrypted"),
    ("iron-session 9", "Fe26.2", "iron-session 9"),
    ("Rails CookieStore", "AES-256-GCM", "Rails CookieStore 6.1"),
    ("Laravel", "serialization=json", "Laravel, JSON"),
];

const TITLE: &str = "Characters of the session cookie of a cart of ten";
const NOTE: &str = "The same cart everywhere. Sealed or encrypted, unless hollow: signed only, so that whoever has it reads it. Flask and Django compress.";
const WIDTH: f64 = 1000.0;
const LEFT: f64 = 280.0;
const TOP: f64 = 66.0;
const STEP: f64 = 27.0;
const LONGEST: f64 = 1600.0;
