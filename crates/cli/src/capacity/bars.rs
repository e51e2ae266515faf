//! A report as a picture.

use super::report::{Form, LIMITS, Report};
use crate::picture::{Anchor, Picture};

const WIDTH: f64 = 1000.0;
/// Where bars begin, and how long the longest is.
const LEFT: f64 = 190.0;
const ROOM: f64 = 560.0;

/// Draws what the session takes, and beside it how many lines fit with each library.
pub(super) fn draw(report: &Report) -> Picture {
    let rows = report.beside.len() as f64;
    let title = finding(report);
    let description = "Octets of the session's cookie, against the limits; and the lines of the standard cart that fit with each library.";
    let mut picture = Picture::new(WIDTH, 350.0 + 20.0 * rows, &title, description);
    picture.text("strong", (20.0, 30.0), Anchor::Start, &title);
    picture.text(
        "muted",
        (20.0, 52.0),
        Anchor::Start,
        "octets of name and value, padded to 32; hollow: what is not data",
    );
    sizes(report, &mut picture);
    libraries(report, &mut picture);
    picture
}

/// The finding, in a sentence.
fn finding(report: &Report) -> String {
    let of = |form: &Form| match form.left(LIMITS[0]) {
        left @ 0.. => format!("fits, with {left} octets left at the longest"),
        left => format!("does not fit: {} octets too many", -left),
    };
    let map = report.map.as_ref().map(|form| format!("; as a Map it {}", of(form)));
    format!("As a type it {}{}", of(&report.typed), map.unwrap_or_default())
}

fn sizes(report: &Report, picture: &mut Picture) {
    let mut bars: Vec<(&str, usize, usize, &str)> = Vec::new();
    let mut add = |names: [&'static str; 2], form: &Form, class| {
        bars.push((names[0], form.data, form.padded.guest, class));
        bars.push((names[1], form.data, form.padded.signed_in, class));
    };
    add(["typed", "typed, signed in"], &report.typed, "s0");
    if let Some(map) = &report.map {
        add(["Map", "Map, signed in"], map, "s2");
    }
    let most = bars.iter().map(|(.., octets, _)| *octets).max().unwrap_or_default().max(4_096);
    let scale = |octets: usize| ROOM * octets as f64 / most as f64;
    let bottom = 106.0 + 36.0 * bars.len() as f64;
    for (index, (name, data, octets, class)) in bars.into_iter().enumerate() {
        let y = 100.0 + 36.0 * index as f64;
        // Sealed data is in base64, four characters for three bytes.
        let sealed = scale((data * 4 / 3).min(octets));
        picture.text("axis", (LEFT - 10.0, y + 15.0), Anchor::End, name);
        picture.rectangle(class, (LEFT, y), (sealed, 22.0));
        picture.rectangle(&format!("{class} hollow"), (LEFT + sealed, y), (scale(octets) - sealed, 22.0));
        picture.text("strong", (LEFT + scale(octets) + 8.0, y + 16.0), Anchor::Start, &octets.to_string());
    }
    for (limit, anchor, what) in [
        (LIMITS[0].octets, Anchor::Start, "4,096: a browser"),
        (LIMITS[1].octets, Anchor::End, "3,072: nginx as it comes"),
    ] {
        let x = LEFT + scale(limit);
        picture.line("limit", (x, 84.0), (x, bottom));
        picture.text("muted", (x, 78.0), anchor, what);
    }
}

fn libraries(report: &Report, picture: &mut Picture) {
    let title = "Lines of the standard cart that fit a cookie, with each library";
    picture.text("strong", (20.0, 290.0), Anchor::Start, title);
    let most = report.beside.iter().map(|it| it.most).max().unwrap_or(1).max(1);
    for (index, library) in report.beside.iter().enumerate() {
        let y = 306.0 + 20.0 * index as f64;
        let length = 200.0 * library.most as f64 / most as f64;
        let (bar, words) = if library.is_ours { ("s0", "strong") } else { ("s5", "muted") };
        picture.text(words, (360.0, y + 12.0), Anchor::End, &shortened(&library.name, 54));
        picture.rectangle(bar, (370.0, y), (length, 14.0));
        picture.text(words, (378.0 + length, y + 12.0), Anchor::Start, &library.most.to_string());
        picture.text("muted", (620.0, y + 12.0), Anchor::Start, &shortened(&library.format, 58));
    }
}

/// At most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.into()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}
