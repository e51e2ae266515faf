//! The units: a node, its ring, and the timer that keeps it.

use std::fs;

use super::{call::Call, parties, text};
use crate::{
    help::{Dir, get, status},
    node::until,
};

/// The values of a setting.
fn settings(unit: &str, name: &str) -> Vec<String> {
    let lines = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    lines.map(str::to_owned).collect()
}

#[track_caller]
fn setting(unit: &str, name: &str) -> String {
    let [value] = &settings(unit, name)[..] else { panic!("not one {name} in {unit}") };
    value.clone()
}

/// A call of a unit, in a directory in place of the machine's.
#[track_caller]
fn call(unit: &str, name: &str, dir: &Dir) -> Call {
    let words = setting(unit, name).split(' ').map(str::to_owned).collect();
    let variables = settings(unit, "Environment").into_iter();
    let variables =
        variables.map(|it| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
    let mut call = Call { words, variables: variables.collect::<Option<_>>().expect("variables") };
    let here = dir.path().display();
    for text in call.variables.values_mut() {
        *text = text.replace("/var/lib/", &format!("{here}/lib/")).replace("/etc/", &format!("{here}/etc/"));
    }
    call.variables.insert("CREDENTIALS_DIRECTORY".into(), format!("{here}/credentials"));
    call
}

/// A directory with what the head of `shop.service` puts into the machine's.
fn machine(unit: &str) -> Dir {
    let dir = Dir::new();
    let state = setting(unit, "StateDirectory");
    let credential = setting(unit, "LoadCredentialEncrypted");
    let (name, _) = credential.split_once(':').expect("a name");
    for folder in [&format!("lib/{state}"), "etc/shop", "credentials"] {
        fs::create_dir_all(dir.path().join(folder)).expect("a directory");
    }
    parties(&dir, &format!("credentials/{name}"), "etc/shop/recipients.txt", 0o600);
    dir
}

#[test]
fn the_units_make_a_ring_and_a_store_and_serve_with_them() {
    let (node, keys) = (text("systemd/shop.service"), text("systemd/shop-keys@.service"));
    let dir = machine(&node);
    let verb = |verb: &str| call(&keys, "ExecStart", &dir).with("%i", verb);
    verb("init").succeeds(&dir);
    for _ in 0..2 {
        call(&node, "ExecStartPre", &dir).succeeds(&dir);
    }
    // As the timers do: a new ring needs nothing.
    for timer in ["systemd/shop-keys.timer", "systemd/shop-keys-lint.timer"] {
        let unit = setting(&text(timer), "Unit");
        let instance = unit.strip_prefix("shop-keys@").and_then(|it| it.strip_suffix(".service"));
        verb(instance.expect("a verb")).succeeds(&dir);
    }
    let serves = call(&node, "ExecStart", &dir);
    assert_eq!(serves.option("--listen"), "127.0.0.1:8080");
    let server = serves.serves(dir);
    until("it is ready", || status(&server.ask(get("/readyz"))) == 200);
    assert!(server.metrics.is_some());
}

#[test]
fn the_units_of_a_node_and_its_ring_are_one_user_with_one_identity_and_no_privilege() {
    let (node, keys) = (text("systemd/shop.service"), text("systemd/shop-keys@.service"));
    for name in ["User", "DynamicUser", "StateDirectory", "LoadCredentialEncrypted", "SystemCallFilter"] {
        assert_eq!(settings(&node, name), settings(&keys, name), "{name}");
        assert!(!settings(&node, name).is_empty(), "{name}");
    }
    assert!(settings(&node, "Environment").contains(&settings(&keys, "Environment")[0]));
}

#[test]
fn a_ring_that_tick_changed_is_a_success_of_its_unit() {
    let keys = text("systemd/shop-keys@.service");
    let dir = machine(&keys);
    let verb = |verb: &str| call(&keys, "ExecStart", &dir).with("%i", verb);
    verb("init").succeeds(&dir);
    let tick = verb("tick");
    tick.revoke_the_standby(&dir);
    let status = tick.run(&dir).status.code().map(|code| code.to_string());
    assert_eq!(status, Some(setting(&keys, "SuccessExitStatus")));
    assert_ne!(status.as_deref(), Some("0"));
}
