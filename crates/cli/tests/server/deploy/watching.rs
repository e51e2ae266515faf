//! Alarms and the dashboard: what they ask for is what the server shows.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{folder, said, text, yaml};
use crate::{
    browser::Browser,
    node::{Node, OFTEN, Ring, until},
};

/// What a query asks of a metric.
#[derive(Debug, Default)]
struct Asked<'q> {
    metric: &'q str,
    /// Labels, each with the values that it may have; none if any.
    labels: Vec<(&'q str, Vec<&'q str>)>,
}

/// The metrics of a query, with the labels that select and group them.
fn asked(query: &str) -> Vec<Asked<'_>> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let starts = query.match_indices("gingersnap_").map(|(at, _)| query.split_at(at).1);
    let grouped =
        query.split("by (").skip(1).flat_map(|it| it.split(')').next().unwrap_or_default().split(", "));
    let grouped: Vec<_> = grouped.map(|label| (label, vec![])).collect();
    starts
        .map(|tail| {
            let (metric, rest) = tail.split_at(tail.find(|c| !is_name(c)).unwrap_or(tail.len()));
            let selector = rest.strip_prefix('{').and_then(|it| it.split('}').next()).unwrap_or_default();
            let mut labels = grouped.clone();
            labels.extend(selector.split(", ").filter(|it| !it.is_empty()).map(matcher));
            // Prometheus adds these itself.
            labels.retain(|(label, _)| !["job", "instance"].contains(label));
            Asked { metric, labels }
        })
        .collect()
}

/// A label and its values, of `reason=~"gone|no_store"`.
#[track_caller]
fn matcher(text: &str) -> (&str, Vec<&str>) {
    let (label, values) = text.split_once('=').unwrap_or_else(|| panic!("not a matcher: {text}"));
    let values = values.trim_matches(['~', '"']).split('|').filter(|value| !value.starts_with('$'));
    (label, values.collect())
}

/// All that a node with a store shows, once it was asked for something.
fn shown() -> String {
    let ring = Ring::new();
    let node = Node::start(&ring, &[&OFTEN[..], &["--store", "memory:"]].concat());
    Browser::new(&node.server).get("/");
    until("the store is asked", || node.metrics().contains("gingersnap_store_call_duration_seconds_count"));
    // A key is none only while nothing seals.
    node.metrics() + "gingersnap_keyring_info{active_key=\"none\"} 1\n"
}

#[track_caller]
fn all_is_shown<'q>(queries: impl Iterator<Item = &'q str>) -> BTreeSet<&'q str> {
    let shown = shown();
    let mut metrics = BTreeSet::new();
    for asked in queries.flat_map(asked) {
        let series = |has: &str| {
            let mut lines = shown.lines();
            lines.any(|it| it.split(['{', ' ']).next() == Some(asked.metric) && it.contains(has))
        };
        assert!(series(""), "{asked:?}");
        for (label, values) in &asked.labels {
            assert!(series(&format!("{label}=\"")), "{asked:?}: {label}");
            for value in values {
                assert!(series(&format!("{label}=\"{value}\"")), "{asked:?}: {value}");
            }
        }
        metrics.insert(asked.metric);
    }
    metrics
}

/// The alarms.
fn rules() -> Vec<Value> {
    let file = yaml("prometheus/alerts.yaml").remove(0);
    let groups = file["groups"].as_array().expect("groups").iter();
    groups.flat_map(|group| group["rules"].as_array().expect("rules").clone()).collect()
}

fn operations() -> String {
    fs::read_to_string(folder().join("../docs/OPERATIONS.md")).expect("a document")
}

#[test]
fn each_alarm_asks_for_what_the_server_shows_and_names_a_part_of_the_runbooks() {
    let rules = rules();
    all_is_shown(rules.iter().map(|rule| said(rule, "/expr")));
    let document = operations();
    let headings =
        document.lines().filter_map(|line| Some(line.strip_prefix("##")?.trim_start_matches('#').trim()));
    let is_kept = |c: &char| c.is_alphanumeric() || "- ".contains(*c);
    let anchor =
        |heading: &str| heading.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-");
    let anchors: BTreeSet<_> = headings.map(anchor).collect();
    for rule in &rules {
        let runbook = said(rule, "/annotations/runbook").strip_prefix("docs/OPERATIONS.md#").expect("a part");
        assert!(anchors.contains(runbook), "{runbook}");
    }
}

#[test]
fn each_metric_that_is_worth_an_alarm_has_one() {
    let rules = rules();
    let queries: Vec<_> = rules.iter().map(|rule| said(rule, "/expr")).collect();
    let document = operations();
    let (_, table) = document.split_once("| metric | alarm |\n").expect("the table");
    let rows: Vec<_> = table.lines().skip(1).map_while(|line| line.strip_prefix("| `")).collect();
    assert!(rows.len() > 15, "{rows:?}");
    for row in rows {
        // The document escapes the bar, which ends a cell.
        let series = row.split('`').next().expect("a series").replace("\\|", "|");
        // Of a histogram, the parts; of one metric, each value that the table names.
        let Asked { metric, labels } = asked(&series).remove(0);
        let values = labels.iter().flat_map(|(_, values)| values);
        let by_metric = || queries.iter().filter(|query| query.contains(metric));
        assert!(by_metric().count() > 0, "{metric}");
        for value in values {
            assert!(by_metric().any(|query| query.contains(value)), "{metric}: {value}");
        }
    }
}

#[test]
fn each_query_of_the_dashboard_asks_for_what_the_server_shows() {
    let dashboard: Value = serde_json::from_str(&text("grafana/dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels").iter();
    let targets: Vec<_> = panels.flat_map(|panel| panel["targets"].as_array().expect("targets")).collect();
    let variables = dashboard["templating"]["list"].as_array().expect("variables").iter();
    let queries = targets.iter().map(|target| said(target, "/expr"));
    let lists =
        variables.map(|variable| said(variable, "/query")).filter(|query| query.contains("gingersnap_"));
    let metrics =
        all_is_shown(queries.clone().chain(lists.map(|query| query.split(", ").next().unwrap_or(query))));
    assert!(metrics.len() > 20, "{metrics:?}");
    // What a legend names, its query keeps.
    for (query, target) in queries.zip(&targets) {
        let names = said(target, "/legendFormat").split("{{").skip(1).filter_map(|it| it.split("}}").next());
        for name in names.filter(|name| *name != "instance" && *name != "active_key") {
            assert!(
                query.contains(&format!("by ({name}")) || query.contains(&format!(", {name}")),
                "{query}: {name}"
            );
        }
    }
}
