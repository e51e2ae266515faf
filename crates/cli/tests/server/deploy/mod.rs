//! The files of `deploy/`, used as they are, but for ports, paths and names.

mod call;
mod compose;
mod image;
mod kubernetes;
mod names;
mod pipelines;
mod proxies;
mod systemd;
mod watching;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::help::{Dir, program};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

/// The text of a file.
#[track_caller]
fn text(path: &str) -> String {
    fs::read_to_string(folder().join(path)).expect("a file")
}

/// The documents of a file.
#[track_caller]
fn yaml(path: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&text(path)).expect("YAML")
}

/// The text at a pointer, as `/spec/schedule`.
#[track_caller]
fn said<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

/// Makes the identity of the nodes, and the recipients of a ring: the nodes and an escrow, which is not kept.
#[track_caller]
fn parties(dir: &Dir, identity: &str, recipients: &str, mode: u32) {
    let make = |path: &str| {
        let output = program(dir, &["keys", "identity", path]).output().expect("runs");
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    let made = [make(identity), make("escrow.identity")].concat();
    fs::write(dir.path().join(recipients), made).expect("writes");
    for path in [identity, recipients] {
        fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(mode)).expect("a mode");
    }
}
