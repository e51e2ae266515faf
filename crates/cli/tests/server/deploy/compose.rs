//! The services of Compose, without Docker: what they run, they run here.

use std::fs;

use serde_json::Value;

use super::{call::Call, folder, image::words, said, text, yaml};
use crate::{
    help::{Dir, Server, get, status},
    node::until,
    servers::Postgres,
};

fn compose() -> Value {
    yaml("docker/compose.yaml").remove(0)
}

/// What a service of the image runs, with its volumes in a directory and another PostgreSQL.
#[track_caller]
fn call(service: &str, dir: &Dir, server: &Postgres) -> Call {
    let compose = compose();
    let service = &compose["services"][service];
    let entrypoint = &service["entrypoint"];
    let mut call = if entrypoint.is_null() { Call::of(&words("ENTRYPOINT")) } else { Call::of(entrypoint) };
    if !service["command"].is_null() {
        call.words.extend(Call::of(&service["command"]).words);
    }
    for word in &mut call.words {
        *word = word.replace("$$", "$");
    }
    for (name, value) in service["environment"].as_object().expect("variables") {
        call.variables.insert(name.clone(), value.as_str().expect("a value").to_owned());
    }
    let database = said(&compose, "/services/db/environment/POSTGRES_DB");
    let theirs = format!("postgres://shop:${{POSTGRES_PASSWORD:?}}@db/{database}");
    let mut call = call.with(&theirs, &server.url("admin", Postgres::PASSWORD, "shop"));
    for volume in service["volumes"].as_array().expect("volumes") {
        let (name, path) = volume.as_str().expect("a volume").split_once(':').expect("a path");
        assert!(compose["volumes"].get(name).is_some(), "{name}");
        call = call.with(&format!("{path}/"), &format!("{}/", dir.path().join(name).display()));
    }
    call
}

/// A directory with the volumes, as the image makes them.
fn volumes() -> Dir {
    let dir = Dir::new();
    for name in ["ring", "identity"] {
        fs::create_dir(dir.path().join(name)).expect("a directory");
    }
    dir
}

#[test]
fn the_services_make_a_ring_and_a_store_serve_with_them_and_keep_the_ring() {
    let Some(server) = Postgres::start() else { return };
    server.database("shop");
    let dir = volumes();
    let setup = call("setup", &dir, &server);
    setup.succeeds(&dir);
    let recipients = dir.path().join("identity/recipients.txt");
    let before = fs::read(&recipients).expect("recipients");
    assert!(!setup.run(&dir).status.success(), "a second time");
    assert_eq!(fs::read(&recipients).expect("recipients"), before);

    // Once, instead of each hour.
    let mut keeps = call("keys", &dir, &server).with("sleep 3600", "echo again; exit 0");
    keeps.variables.insert("GINGERSNAP_RECIPIENTS".into(), recipients.display().to_string());
    keeps.revoke_the_standby(&dir);
    let output = keeps.run(&dir);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("found dead") && said.ends_with("again\n"),
        "{output:?}"
    );

    let mut image = call("shop", &dir, &server);
    image.words = [Call::of(&words("ENTRYPOINT")).words, Call::of(&words("CMD")).words].concat();
    let node = call("shop", &dir, &server);
    assert_eq!(node.option("--listen"), "127.0.0.1:8080");
    for node in [node, image] {
        // It removes its directory in the end, which has none of the volumes.
        is_healthy_while_it_runs(&node.serves(Dir::new()));
    }
}

/// The image's check says what `/readyz` does.
#[track_caller]
fn is_healthy_while_it_runs(server: &Server) {
    until("it is ready", || status(&server.ask(get("/readyz"))) == 200);
    let check = Call::of(&words("HEALTHCHECK"));
    let here = check.clone().with("127.0.0.1/8080", &format!("127.0.0.1/{}", server.address.port()));
    here.succeeds(&Dir::new());
    server.signal("-TERM");
    until("it has ended", || !here.run(&Dir::new()).status.success());
}

#[test]
fn the_proxy_of_the_services_has_the_configuration_that_is_beside_them() {
    let compose = compose();
    let volumes = compose["services"]["nginx"]["volumes"].as_array().expect("volumes");
    let [conf, tls] = &volumes[..] else { panic!("two volumes") };
    let (file, _) = conf.as_str().and_then(|it| it.split_once(':')).expect("a file");
    assert_eq!(
        fs::read_to_string(folder().join("docker").join(file)).expect("a file"),
        text("nginx/shop.conf")
    );
    let tls = tls.as_str().and_then(|it| it.split(':').nth(1)).expect("a folder");
    assert!(text("nginx/shop.conf").contains(&format!("ssl_certificate_key {tls}/shop.example.key;")));
    assert_eq!(said(&compose, "/services/shop/network_mode"), "service:nginx");
}
