//! What follows from the tables: where the lines cross, and what a million sessions take, and a milliard.

use crate::csv::Csv;
use crate::harness::print_table;
use crate::pictures::LINES;

const STORES: [&str; 4] = ["memory", "SQLite", "PostgreSQL", "Redis"];

/// Requests of a session in a day, of which one in twenty writes; and how much busier the busiest hour is than the mean.
const A_DAY: f64 = 20.0;
const PEAK: f64 = 4.0;

/// Prints both.
pub(crate) fn print(requests: &Csv, sessions: &Csv) {
    crossings(requests);
    for count in [1e6, 1e9] {
        reckon(requests, sessions, count);
    }
}

/// How many times as many requests a cookie takes as each store, by the size of the cart.
fn crossings(requests: &Csv) {
    for mix in ["95/5", "50/50"] {
        let row = |store: &str| {
            let of =
                |lines: &str| requests.find(&["gingersnap", store, mix, lines, "8"], "cookie_is_faster")[0];
            let ratios: Vec<f64> = LINES.iter().map(|lines| of(lines)).collect();
            let cells = ratios.iter().map(|ratio| format!("{ratio:.2}")).chain([crossing(&ratios)]);
            [store.to_owned()].into_iter().chain(cells).collect()
        };
        let rows: Vec<Vec<String>> = STORES.map(row).into();
        let head = ["store", "1 line", "10", "50", "200", "as fast at"];
        print_table(&format!("requests/s of the cookie ÷ the store's, {mix}, 8 clients"), &head, &rows);
    }
}

/// The lines at which the ratio is one, on the straight line between two that were measured.
fn crossing(ratios: &[f64]) -> String {
    let lines = LINES.map(|lines| lines.parse::<f64>().unwrap_or_default());
    let found = ratios.windows(2).zip(lines.windows(2)).find_map(|(ratios, lines)| match (ratios, lines) {
        ([one, next], [from, to]) if (*one >= 1.0) != (*next >= 1.0) => {
            Some(from + (to - from) * (one - 1.0) / (one - next))
        }
        _ => None,
    });
    match (found, ratios.first()) {
        (Some(lines), _) => format!("{lines:.0} lines"),
        (None, Some(ratio)) if *ratio > 1.0 => "no size: the cookie is faster".into(),
        _ => "no size: the store is faster".into(),
    }
}

fn reckon(requests: &Csv, sessions: &Csv, count: f64) {
    let rows = ["cookie", "SQLite", "PostgreSQL", "Redis"].map(|store| {
        let of = |column: &str| requests.find(&["gingersnap", store, "95/5", "10", "8"], column)[0];
        let kept = |column: &str| {
            sessions.find(&["gingersnap", store, "10"], column).first().copied().unwrap_or(0.0)
        };
        let second = count * A_DAY / 86_400.0 * PEAK;
        let cores = |time: f64| format!("{:.2}", second * time / 1e6);
        vec![
            store.into(),
            amount(count * A_DAY * (of("bytes_up") + of("bytes_down"))),
            amount(count * kept("memory")),
            amount(count * kept("disk")),
            cores(of("web_cpu_us")),
            cores(of("store_cpu_us")),
        ]
    });
    let head =
        ["place", "on the wire a day", "memory", "disk", "web cores at the peak", "store cores at the peak"];
    let title = format!(
        "{count:.0} sessions with a cart of 10, {A_DAY} requests a day each, a peak of {PEAK} times the mean"
    );
    print_table(&title, &head, &rows);
}

/// Bytes, in the greatest unit that they fill.
fn amount(bytes: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB")];
    let unit = units.into_iter().find(|(unit, _)| bytes >= *unit);
    unit.map_or_else(|| "none".into(), |(unit, name)| format!("{:.1} {name}", bytes / unit))
}
