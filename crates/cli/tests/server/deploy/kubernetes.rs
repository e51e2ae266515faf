//! The manifests: pods with the ring and the sessions in PostgreSQL.

use std::fs;

use serde_json::Value;

use super::{call::Call, parties, said, yaml};
use crate::{
    help::{Dir, get, status},
    node::until,
    servers::Postgres,
};

/// The one object of a kind.
#[track_caller]
fn object(file: &str, kind: &str) -> Value {
    let objects: Vec<_> = yaml(file).into_iter().filter(|object| object["kind"] == kind).collect();
    let [object] = &objects[..] else { panic!("not one {kind}") };
    object.clone()
}

fn deployment() -> Value {
    object("kubernetes/shop.yaml", "Deployment")["spec"]["template"]["spec"].clone()
}

fn rotation() -> Value {
    object("kubernetes/rotation.yaml", "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()
}

/// What a pod's container runs, with a directory in place of its volumes, and a database in place of that of its Secret.
#[track_caller]
fn call(pod: &Value, dir: &Dir, database: &str) -> Call {
    let container = &pod["containers"][0];
    let mut call = match &container["command"] {
        Value::Null => {
            let mut call = Call::of(&container["args"]);
            call.words.insert(0, "gingersnap".into());
            call
        }
        command => Call::of(command),
    };
    for variable in container["env"].as_array().expect("variables") {
        let value = match &variable["valueFrom"]["secretKeyRef"] {
            Value::Null => said(variable, "/value"),
            secret => {
                assert_eq!(said(secret, "/name"), "shop-database");
                database
            }
        };
        call.variables.insert(said(variable, "/name").to_owned(), value.to_owned());
    }
    let here = format!("{}/gingersnap", dir.path().display());
    call.with("/etc/gingersnap", &here)
}

/// A directory with the pods' volumes, as a kubelet fills them.
fn volumes() -> Dir {
    let dir = Dir::new();
    for folder in ["identity", "recipients"] {
        fs::create_dir_all(dir.path().join("gingersnap").join(folder)).expect("a directory");
    }
    parties(&dir, "gingersnap/identity/nodes.identity", "gingersnap/recipients/recipients.txt", 0o440);
    dir
}

/// The operator's commands, of the file's head, for one that needs the recipients.
#[track_caller]
fn init(dir: &Dir, database: &str) {
    call(&rotation(), dir, database).keys(&["init"]).succeeds(dir);
    let mut store = call(&deployment(), dir, database);
    store.words = ["gingersnap", "store", "init"].map(str::to_owned).to_vec();
    store.succeeds(dir);
}

#[test]
fn pods_serve_with_a_ring_and_a_store_in_postgresql_and_the_job_keeps_the_ring() {
    let Some(server) = Postgres::start() else { return };
    let (dir, database) = (volumes(), server.database("shop"));
    init(&dir, &database);
    let (node, tick) = (call(&deployment(), &dir, &database), call(&rotation(), &dir, &database));
    tick.succeeds(&dir);
    tick.revoke_the_standby(&dir);
    // It marks that, and says 10: no failure of a Job.
    tick.succeeds(&dir);
    let with_nothing = call(&rotation(), &dir, "postgres://nobody:x@127.0.0.1:1/shop").run(&dir);
    assert!(!with_nothing.status.success());

    let mut not_allowed = node.clone();
    not_allowed.variables.remove("GINGERSNAP_ALLOW_GROUP_READ");
    let output = not_allowed.run(&dir);
    assert!(String::from_utf8_lossy(&output.stderr).contains("its group may read it"), "{output:?}");
    let serving = node.serves(dir);
    let probes = &deployment()["containers"][0];
    for probe in ["readinessProbe", "livenessProbe"] {
        let path = said(&probes[probe], "/httpGet/path");
        until("the probe succeeds", || status(&serving.ask(get(path))) == 200);
    }
}

#[test]
fn ports_names_and_labels_of_the_manifests_agree() {
    let pod = deployment();
    let container = &pod["containers"][0];
    let node = call(&pod, &Dir::new(), "");
    let port = |name: &str| {
        let ports = container["ports"].as_array().expect("ports").iter();
        ports
            .filter(|port| port["name"] == name)
            .map(|port| port["containerPort"].to_string())
            .collect::<String>()
    };
    for (option, name) in [("--listen", "http"), ("--metrics", "metrics")] {
        assert_eq!(node.option(option), format!("0.0.0.0:{}", port(name)));
    }
    for probe in ["readinessProbe", "livenessProbe"] {
        assert_eq!(said(&container[probe], "/httpGet/port"), "http");
    }
    let shop = object("kubernetes/shop.yaml", "Deployment");
    assert_eq!(said(&shop, "/spec/template/metadata/annotations/prometheus.io~1port"), port("metrics"));
    let labels = &shop["spec"]["template"]["metadata"]["labels"];
    let selectors = [
        &shop["spec"]["selector"]["matchLabels"],
        &object("kubernetes/shop.yaml", "Service")["spec"]["selector"],
        &object("kubernetes/shop.yaml", "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        &object("kubernetes/shop.yaml", "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ];
    assert!(selectors.into_iter().all(|selector| selector == labels), "{selectors:?}");
    assert_eq!(said(&object("kubernetes/shop.yaml", "Service"), "/spec/ports/0/targetPort"), "http");
    let policy = object("kubernetes/shop.yaml", "NetworkPolicy");
    for (at, name) in ["http", "metrics"].into_iter().enumerate() {
        assert_eq!(said(&policy, &format!("/spec/ingress/{at}/ports/0/port")), name);
    }
}

#[test]
fn no_pod_is_root_writes_its_root_or_has_a_privilege() {
    for pod in [deployment(), rotation()] {
        let (user, container) = (&pod["securityContext"], &pod["containers"][0]["securityContext"]);
        assert_eq!(user["runAsNonRoot"], true);
        assert_eq!(user["runAsGroup"], user["fsGroup"]);
        assert_eq!(container["readOnlyRootFilesystem"], true);
        assert_eq!(container["allowPrivilegeEscalation"], false);
        assert_eq!(container["capabilities"]["drop"], serde_json::json!(["ALL"]));
        assert_eq!(pod["automountServiceAccountToken"], false);
        for volume in pod["volumes"].as_array().expect("volumes") {
            let source = if volume["secret"].is_null() { &volume["configMap"] } else { &volume["secret"] };
            assert_eq!(source["defaultMode"], 0o440, "{volume}");
        }
    }
}
