//! What a cookie adds to a page on the wire: Chromium over TLS, HTTP/2 and HTTP/1.1, a page with thirty resources.
//!
//! Each answer comes from a handler behind a real session layer. Bytes up are counted below TLS, by the server. The browser emulates a
//! latency of 40 ms. It does not slow down the heads of requests, so the narrow uplink is the server's doing: it reads at most a
//! megabit per second from all connections together.

#[path = "../../../../crates/cli/tests/browser/browser.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod browser;
#[path = "../../../../crates/cli/tests/browser/dir.rs"]
mod dir;
mod listener;
mod page;
mod uplink;
#[path = "../../../../crates/cli/tests/browser/webdriver.rs"]
mod webdriver;

use browser::Browser;
use listener::{Listener, Protocol};
use serde_json::json;
use tokio::runtime::Builder;
use uplink::Uplink;

use crate::csv::Csv;
use crate::harness::median;
use page::{RESOURCES, data_for, router};

const SIZES: [usize; 3] = [400, 2_000, 4_000];
/// Where a cookie stops fitting the table of 4,096 octets beside the other fields: bytes alone, which differ little.
const BETWEEN: [usize; 7] = [2_500, 2_800, 3_000, 3_200, 3_400, 3_600, 3_800];
const ROUNDS: usize = 3;
/// The browser's.
const LATENCY_MS: u32 = 40;

/// One row of what is kept.
struct Case {
    listener: usize,
    octets: usize,
    changes: bool,
    up: Vec<f64>,
    load: Vec<f64>,
    narrow: Vec<f64>,
}

/// True if there is a browser.
pub(crate) fn is_possible() -> bool {
    webdriver::installed().is_some()
}

/// Loads the pages; nothing if there is no browser.
pub(crate) fn measure(is_quick: bool) -> Option<Csv> {
    let browser = Browser::start_with(&json!({ "args": ["--ignore-certificate-errors"] }))?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let uplink = Uplink::default();
    let (app, protocols) = (router(), [Protocol::Http1, Protocol::Http2(4_096), Protocol::Http2(65_536)]);
    let listeners =
        protocols.map(|protocol| runtime.block_on(Listener::start(protocol, app.clone(), uplink.clone())));
    let emulated =
        json!({ "offline": false, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.cdp("Network.enable", &json!({}));
    browser.cdp("Network.emulateNetworkConditions", &emulated);
    let mut cases = cases(is_quick);
    let rounds = if is_quick { 1 } else { ROUNDS };
    for number in 1..=rounds {
        for case in cases.iter_mut().filter(|case| number == 1 || SIZES.contains(&case.octets)) {
            let data = runtime.block_on(data_for(&app, case.octets));
            round(&browser, &listeners[case.listener], &uplink, data, case);
        }
        println!("round {number} of {rounds}");
    }
    let table = table(&listeners, &cases);
    table.print("a page with 30 resources", |_| true);
    Some(table)
}

fn cases(is_quick: bool) -> Vec<Case> {
    let case = |listener, octets, changes| Case {
        listener,
        octets,
        changes,
        up: Vec::new(),
        load: Vec::new(),
        narrow: Vec::new(),
    };
    if is_quick {
        return vec![case(1, 2_000, false), case(1, 2_000, true)];
    }
    let mut cases = Vec::new();
    for listener in 0..3 {
        for octets in SIZES {
            cases.extend([case(listener, octets, false), case(listener, octets, true)]);
        }
    }
    cases.extend(BETWEEN.map(|octets| case(1, octets, false)));
    cases
}

/// Gives the browser the cookie, loads the page until the connection is warm, and then measures it with each uplink.
fn round(browser: &Browser, listener: &Listener, uplink: &Uplink, data: usize, case: &mut Case) {
    browser.goto(&listener.url(&format!("/set/{data}")));
    let url = listener.url(if case.changes { "/write" } else { "/read" });
    browser.goto(&url);
    let (before, requests) = (uplink.octets(), page::asked());
    browser.goto(&url);
    let held = browser.cookie("__Host-session").expect("a cookie").len() + "__Host-session".len();
    assert!(case.octets.abs_diff(held) <= 2, "{held} octets, and not {}", case.octets);
    assert_eq!(page::asked() - requests, RESOURCES + 1, "the browser has asked for each");
    case.up.push((uplink.octets() - before) as f64);
    let took = "return performance.getEntriesByType('navigation')[0].duration";
    if !SIZES.contains(&case.octets) {
        return;
    }
    case.load.push(browser.script(took).as_f64().expect("a time"));
    uplink.narrow(true);
    browser.goto(&url);
    case.narrow.push(browser.script(took).as_f64().expect("a time"));
    uplink.narrow(false);
}

fn table(listeners: &[Listener], cases: &[Case]) -> Csv {
    let mut table =
        Csv::new(&["protocol", "table", "octets", "cookie", "page_up", "request_up", "load_ms", "narrow_ms"]);
    for case in cases {
        let up = median(&case.up);
        let [protocol, size] = listeners[case.listener].protocol.names();
        table.rows.push(vec![
            protocol,
            size,
            case.octets.to_string(),
            if case.changes { "changing" } else { "unchanged" }.into(),
            format!("{up:.0}"),
            format!("{:.0}", up / (RESOURCES + 1) as f64),
            time(&case.load),
            time(&case.narrow),
        ]);
    }
    table
}

/// The median, in milliseconds; a dash of none.
fn time(times: &[f64]) -> String {
    if times.is_empty() { "-".into() } else { format!("{:.0}", median(times)) }
}
