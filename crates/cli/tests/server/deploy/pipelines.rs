//! Pipelines of an application.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{folder, said, yaml};

/// What the jobs of both pipelines run, without what sets the toolchain up.
fn commands(jobs: &Value, list: &str, key: Option<&str>) -> BTreeSet<String> {
    let jobs = ["test", "dependencies"].map(|name| &jobs[name]);
    let steps = jobs.into_iter().flat_map(|job| job[list].as_array().expect("steps"));
    let commands = steps.filter_map(|step| key.map_or(step, |key| &step[key]).as_str());
    let commands = commands.map(|command| command.replace("$CARGO_HOME/bin/cargo-deny", "cargo deny"));
    commands.filter(|command| command.starts_with("cargo ")).collect()
}

#[test]
fn both_pipelines_run_the_same_with_the_version_that_the_library_needs() {
    let (github, gitlab) = (yaml("ci/github.yml").remove(0), yaml("ci/gitlab.yml").remove(0));
    let here = commands(&github["jobs"], "steps", Some("run"));
    assert_eq!(here, commands(&gitlab, "script", None));
    assert_eq!(here.len(), 5, "{here:?}");
    let workspace = fs::read_to_string(folder().join("../Cargo.toml")).expect("a manifest");
    let version =
        workspace.split("rust-version = \"").nth(1).and_then(|it| it.split('"').next()).expect("a version");
    assert_eq!(said(&gitlab, "/default/image"), format!("rust:{version}-trixie"));
    let steps = github["jobs"]["test"]["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["run"] == format!("rustup default {version}")));
}
