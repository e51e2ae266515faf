//! The pictures of `docs/TRADEOFF.md`, each drawn from the tables alone.

use std::path::Path;

use crate::chart::{Panel, Scale, Series};
use crate::csv::Csv;
use crate::decision;
use crate::picture::{Anchor, Picture};
use crate::wire_picture;

/// The stores, with the class of each one's lines.
const STORES: [(&str, &str); 5] =
    [("cookie", "s0"), ("memory", "s1"), ("SQLite", "s2"), ("PostgreSQL", "s3"), ("Redis", "s4")];
pub(crate) const LINES: [&str; 4] = ["1", "10", "50", "200"];
const MIXES: [(&str, &str); 2] =
    [("95/5", "95 % of the requests read, 5 % write"), ("50/50", "half of the requests write")];
/// The situation that the pictures show.
const CLIENTS: &str = "8";

/// Draws all from the tables in a folder: the name of each file, and what is in it.
pub(crate) fn draw(folder: &Path) -> Vec<(&'static str, String)> {
    let table = |name: &str| Csv::read(&folder.join(name));
    let (requests, wire) = (table("requests.csv"), table("wire.csv"));
    vec![
        ("decision.svg", decision::draw(&requests)),
        ("throughput.svg", throughput(&requests)),
        ("p99.svg", p99(&requests)),
        ("bytes.svg", bytes(&requests)),
        ("cpu.svg", cpu(&requests)),
        ("wire.svg", wire_picture::draw(&wire)),
    ]
}

fn throughput(requests: &Csv) -> String {
    by_size(
        requests,
        "Requests per second by the size of the session",
        "More is better. One core for the web node, 8 clients over HTTP on loopback; dashed: tower-sessions with its own stores.",
        "per_second",
        &|series| Scale::linear(series),
    )
}

fn p99(requests: &Csv) -> String {
    by_size(
        requests,
        "99 of 100 requests take less than this, in microseconds",
        "Less is better; each step up is ten times as long. 8 clients that wait for each answer; dashed: tower-sessions.",
        "p99_us",
        &|series| Scale::log(series),
    )
}

/// Two panels, one a mix, with a line for each side.
fn by_size(
    requests: &Csv,
    title: &str,
    below: &str,
    column: &str,
    scale: &dyn Fn(&[Series]) -> Scale,
) -> String {
    let panels = MIXES.map(|(mix, what)| (what, sides(requests, mix, column)));
    let all: Vec<Series> = panels.iter().flat_map(|(_, series)| series.clone()).collect();
    side_by_side(title, below, &panels, scale(&all))
}

/// A panel for each mix, on the same scale.
fn side_by_side(title: &str, below: &str, panels: &[(&str, Vec<Series>)], scale: Scale) -> String {
    let mut picture = headed(470.0, title, below);
    let steps = LINES.map(String::from);
    for (index, (title, series)) in panels.iter().enumerate() {
        let panel = Panel {
            title,
            left: if index == 0 { 78.0 } else { 578.0 },
            top: 108.0,
            width: 250.0,
            height: 300.0,
            steps: &steps,
            counts: "lines in the cart",
            scale,
        };
        panel.draw(&mut picture, series);
    }
    picture.to_string()
}

/// A picture with its title, and in a line below it what it shows.
pub(crate) fn headed(height: f64, title: &str, below: &str) -> Picture {
    let mut picture = Picture::new(1000.0, height, title, below);
    picture.text("strong", (20.0, 28.0), Anchor::Start, title);
    picture.text("muted", (20.0, 50.0), Anchor::Start, below);
    picture
}

fn sides(requests: &Csv, mix: &str, column: &str) -> Vec<Series> {
    let mut sides = Vec::new();
    for (library, dashed) in [("gingersnap", false), ("tower-sessions", true)] {
        for (store, class) in STORES {
            let figure =
                |lines: &&str| requests.find(&[library, store, mix, lines, CLIENTS], column).first().copied();
            let figures: Vec<f64> = LINES.iter().map(|lines| figure(lines).unwrap_or(f64::NAN)).collect();
            if figures.iter().any(|figure| figure.is_finite()) {
                let name = if dashed { format!("{store}, tower-s.") } else { store.into() };
                sides.push(Series { name, class, dashed, figures });
            }
        }
    }
    sides
}

fn bytes(requests: &Csv) -> String {
    let title = "Bytes of a request and its answer by the size of the session";
    let below = "Heads and a body of 100 bytes, over HTTP/1.1. A store's cookie is a pointer, whatever the session holds.";
    let panels = MIXES.map(|(mix, what)| {
        let mut series = Vec::new();
        for (store, class) in [("cookie", "s0"), ("SQLite", "s2")] {
            for (column, way, dashed) in [("bytes_up", "up", false), ("bytes_down", "down", true)] {
                let of = |lines: &str| requests.find(&["gingersnap", store, mix, lines, CLIENTS], column)[0];
                let name = format!("{}, {way}", if store == "cookie" { "cookie" } else { "a store" });
                series.push(Series {
                    name,
                    class,
                    dashed,
                    figures: LINES.iter().map(|lines| of(lines)).collect(),
                });
            }
        }
        (what, series)
    });
    side_by_side(title, below, &panels, Scale::Linear(6_000.0))
}

/// Bars of the processor's time of a request with a cart of ten: the web node's, and after it the store's server's.
fn cpu(requests: &Csv) -> String {
    let title = "Processor's time of one request with a cart of 10, in microseconds";
    let below = "Full: the web node, HTTP and all. Hollow: the store's server. Less is better; 8 clients.";
    let mut picture = headed(600.0, title, below);
    for (panel, (mix, what)) in MIXES.into_iter().enumerate() {
        let top = 84.0 + 260.0 * panel as f64;
        picture.text("strong", (20.0, top), Anchor::Start, what);
        let mut y = top + 12.0;
        for library in ["gingersnap", "tower-sessions"] {
            for (store, class) in STORES {
                let of = |column: &str| {
                    requests.find(&[library, store, mix, "10", CLIENTS], column).first().copied()
                };
                let (Some(web), Some(server)) = (of("web_cpu_us"), of("store_cpu_us")) else { continue };
                picture.text("axis", (225.0, y + 15.0), Anchor::End, &format!("{library}, {store}"));
                let scale = |time: f64| (time * BAR).min(700.0);
                picture.rectangle(class, (235.0, y + 3.0), (scale(web), 16.0));
                picture.rectangle(
                    &format!("{class} hollow"),
                    (235.0 + scale(web), y + 3.0),
                    (scale(server), 16.0),
                );
                let label =
                    if server > 0.0 { format!("{web:.0} + {server:.0}") } else { format!("{web:.0}") };
                let end = 241.0 + scale(web) + scale(server);
                picture.text("axis", (end, y + 15.0), Anchor::Start, &label);
                y += 24.0;
            }
        }
    }
    picture.to_string()
}

/// Pixels of a microsecond.
const BAR: f64 = 1.3;
