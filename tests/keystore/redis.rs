//! Rings in Redis.

use std::sync::Arc;

use gingersnap::keystore::{
    Keystore, KeystoreError, KeystoreErrorKind as Kind, Node, NodeName, Version, open,
};

use super::contract::{Place, bad, hold, node, nodes};
use super::outages::survive;
use super::servers::Redis;

impl Place for Redis {
    type Store = Arc<dyn Keystore>;

    fn empty(_: &str) -> Option<Self> {
        Self::start()
    }

    fn ring(&self, name: &str) -> Arc<dyn Keystore> {
        open(&format!("{}#{name}", self.url())).unwrap()
    }
}

hold! { Redis }
survive! { Redis }

/// The rights in the documentation are enough, and they are no more than is needed.
#[tokio::test]
async fn a_node_reads_the_ring_and_says_what_it_holds_and_may_do_no_more() {
    let Some(server) = Redis::start() else { return };
    let operator = server.store();
    operator.create(b"ring").await.unwrap();
    let rights = "%R~gingersnap:shop:ring ~gingersnap:shop:nodes resetchannels &gingersnap:shop:changed -@all +ping \
                  +hstrlen +hmget +hgetall +memory|usage +hset +subscribe";
    user(&server, "web", "resetkeys", rights);
    let web = as_user(&server, "web", "shop");
    assert_eq!(web.load().await.unwrap().bytes(), b"ring");
    web.register(&node("web-1", 1)).await.unwrap();
    assert_eq!(nodes(&web).await, [node("web-1", 1)]);
    web.changed().await;
    operator.store(b"next", Version::of(b"ring")).await.unwrap();
    let hint = tokio::time::timeout(std::time::Duration::from_secs(1), web.changed()).await;
    assert!(hint.is_ok(), "no hint");
    let place = format!("redis://127.0.0.1:{}/0", server.port());
    for error in [web.store(b"mine", Version::of(b"next")).await, web.create(b"mine").await] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), Kind::PermissionDenied, "{error}");
        assert_eq!(error.hint(), Some("only the operator's user writes rings: see the documented ACL"));
    }
    let error = as_user(&server, "web", "blog").load().await.unwrap_err();
    let message = format!("cannot read {place}#blog: NOPERM ");
    assert!(error.kind() == Kind::PermissionDenied && error.to_string().starts_with(&message), "{error}");
    assert_eq!(operator.load().await.unwrap().bytes(), b"next");
}

#[tokio::test]
async fn a_node_that_may_not_say_what_it_holds_reads_the_ring_all_the_same() {
    let Some(server) = Redis::start() else { return };
    server.store().create(b"ring").await.unwrap();
    user(&server, "mute", "resetkeys", "%R~gingersnap:shop:ring resetchannels -@all +ping +hstrlen +hmget");
    let mute = as_user(&server, "mute", "shop");
    let error = mute.register(&node("web-1", 1)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::PermissionDenied, "{error}");
    assert_eq!(mute.load().await.unwrap().bytes(), b"ring");
}

#[tokio::test]
async fn an_operator_needs_what_the_documentation_says() {
    let Some(server) = Redis::start() else { return };
    let rights = "~gingersnap:shop:* resetchannels &gingersnap:shop:changed -@all +ping +hstrlen +hmget +hgetall \
                  +memory|usage +hset +subscribe +eval +hdel +hget +exists +publish +time";
    user(&server, "operator", "resetkeys", rights);
    let operator = as_user(&server, "operator", "shop");
    operator.create(b"one").await.unwrap();
    let node_of_the_fleet = server.store();
    node_of_the_fleet.changed().await;
    operator.store(b"two", Version::of(b"one")).await.unwrap();
    node_of_the_fleet.changed().await;
    operator.register(&node("web-1", 1)).await.unwrap();
    assert!(operator.forget(b"web-1").await.unwrap());
    assert_eq!(nodes(&operator).await, []);
    assert!(operator.time().await.unwrap().is_some());
    assert_eq!(operator.load().await.unwrap().bytes(), b"two");
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_shown() {
    let Some(server) = Redis::start() else { return };
    let port = server.port();
    for (user, reason) in
        [(":hunter2-wrong@", "user or password was refused"), ("", "NOAUTH Authentication required.")]
    {
        let store = open(&format!("redis://{user}127.0.0.1:{port}/0#shop")).unwrap();
        let error = store.load().await.unwrap_err();
        let message = format!("cannot read redis://127.0.0.1:{port}/0#shop: {reason}");
        fails(&error, Kind::PermissionDenied, &message, Some("check user and password in the URL"));
        shows_no_password(&*store, &error);
    }
}

#[tokio::test]
async fn bytes_of_somebody_else_are_refused() {
    let Some(server) = Redis::start() else { return };
    let store = server.store();
    let place = format!("redis://127.0.0.1:{}/0#shop", server.port());
    server.command(&["HSET", "gingersnap:shop:ring", "ring", "mine"]);
    let message = format!("refused {place}: its digest is not the one beside it: something else wrote it");
    fails(&store.load().await.unwrap_err(), Kind::Io, &message, None);
    assert_eq!(store.create(b"ring").await.unwrap_err().kind(), Kind::AlreadyExists);
    assert_eq!(store.store(b"ring", Version::of(b"mine")).await.unwrap_err().kind(), Kind::Conflict);
    server.command(&["DEL", "gingersnap:shop:ring"]);
    server.command(&["SET", "gingersnap:shop:ring", "mine"]);
    let error = store.load().await.unwrap_err();
    assert_eq!((error.kind(), error.hint()), (Kind::Io, Some("something else has a key of this name")));
    assert_eq!(server.command(&["GET", "gingersnap:shop:ring"]), "mine");
}

#[tokio::test]
async fn a_bad_record_of_a_node_is_named() {
    let Some(server) = Redis::start() else { return };
    let store = server.store();
    let place = format!("redis://127.0.0.1:{}/0#shop", server.port());
    let hash = "gingersnap:shop:nodes";
    server.command(&["HSET", hash, "web-1", "{}"]);
    let message = format!("{place}, node web-1: a node's record: missing field `name` at line 1 column 2");
    fails(&bad(store.nodes().await), Kind::BadNode, &message, Some(FORGET));
    server.command(&["HSET", hash, "web-1", &node("web-2", 1).to_json()]);
    let message = format!("{place}, node web-1: it is about another node, web-2");
    fails(&bad(store.nodes().await), Kind::BadNode, &message, Some(FORGET));
    server.command(&["HSET", hash, "web-1", &"x".repeat(100_000)]);
    assert_eq!(bad(store.nodes().await).kind(), Kind::BadNode);
    store.register(&node("web-1", 1)).await.unwrap();
    assert_eq!(nodes(&store).await, [node("web-1", 1)]);
}

#[tokio::test]
async fn a_record_under_any_name_hides_no_other_and_can_be_forgotten() {
    let Some(server) = Redis::start() else { return };
    let store = server.store();
    store.register(&node("web-1", 1)).await.unwrap();
    let long = "a".repeat(100_000);
    let shown_long = NodeName::shown(long.as_bytes());
    for name in ["", " ", "..", "../ring", "a b", "a\nb", "{\"secret\"}", "é", "web 1", long.as_str()] {
        server.command(&["HSET", "gingersnap:shop:nodes", name, "mine"]);
        let records = store.nodes().await.unwrap();
        assert_eq!(records.iter().flatten().collect::<Vec<_>>(), [&node("web-1", 1)]);
        let error = bad(Ok(records));
        assert_eq!(error.record(), Some(name.as_bytes()));
        assert!(store.forget(name.as_bytes()).await.unwrap(), "{name:?}");
        assert_eq!(nodes(&store).await, [node("web-1", 1)]);
    }
    assert_eq!(shown_long.len(), 64 + 3 + 8);
}

#[tokio::test]
async fn what_nodes_say_is_read_only_so_far() {
    let Some(server) = Redis::start() else { return };
    let store = server.store();
    let [count, kilobytes] = ["10001", "30000"];
    let many = "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'n' .. i, string.rep('x', ARGV[2])) end";
    server.command(&["EVAL", many, "1", "gingersnap:shop:nodes", count, "3"]);
    let records = store.nodes().await.unwrap();
    assert_eq!(records.len(), 10_001);
    let more = format!(
        "redis://127.0.0.1:{}/0#shop: there are more than 10000 nodes' records, and the rest is not read",
        server.port()
    );
    let told = |records: &[Result<Node, KeystoreError>]| {
        records[records.len() - 1].as_ref().unwrap_err().to_string()
    };
    assert_eq!(told(&records), more);
    server.command(&["DEL", "gingersnap:shop:nodes"]);
    server.command(&["EVAL", many, "1", "gingersnap:shop:nodes", kilobytes, "1024"]);
    let records = store.nodes().await.unwrap();
    assert_eq!((records.len(), told(&records)), (1, more));
}

#[tokio::test]
async fn a_server_without_tls_is_an_error_to_rediss() {
    let Some(server) = Redis::start() else { return };
    let url = format!("rediss://:{}@127.0.0.1:{}/0", Redis::PASSWORD, server.port());
    let store = open(&url).unwrap();
    let error = store.load().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable, "{error}");
    let start = format!("cannot read rediss://127.0.0.1:{}/0#default: ", server.port());
    assert!(error.to_string().starts_with(&start), "{error}");
    shows_no_password(&*store, &error);
}

#[tokio::test]
async fn a_replica_and_a_full_server_take_no_changes() {
    let Some(server) = Redis::start() else { return };
    let store = server.store();
    store.create(b"ring").await.unwrap();
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let error = store.store(b"next", Version::of(b"ring")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.hint()),
        (Kind::Full, Some("the old ring is whole; make room and try again"))
    );
    server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    let error = store.store(b"next", Version::of(b"ring")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::ReadOnly, "{error}");
    assert_eq!(store.load().await.unwrap().bytes(), b"ring");
}

#[tokio::test]
async fn where_nobody_listens_is_unreachable() {
    let store = open("redis://127.0.0.1:1#shop").unwrap();
    let error = store.load().await.unwrap_err();
    let message = "cannot read redis://127.0.0.1:1/0#shop: Connection refused (os error 111)";
    fails(&error, Kind::Unreachable, message, None);
}

#[test]
fn a_url_that_makes_no_sense_is_refused_and_not_shown() {
    let name = "a keystore's URL: a ring's name, after '#', has 1 to 64 letters, digits, '_', '.' and '-'";
    for (url, message) in [
        ("redis://:hunter2#@127.0.0.1/0", name),
        ("redis://127.0.0.1/0#", name),
        ("redis://127.0.0.1/0#hunter2/", name),
        ("redis://127.0.0.1/hunter2", "a keystore's URL: Invalid database number"),
        ("redis://:hunter2?@127.0.0.1/0", "a keystore's URL: what follows '?' is not known; there are none"),
        ("http://:hunter2@127.0.0.1/0", "unknown scheme http://"),
        ("redis:hunter2", "a keystore's URL: it begins with redis:// or rediss://"),
    ] {
        let error = open(url).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (Kind::BadUrl, message), "{url}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

fn user(server: &Redis, name: &str, first: &str, rights: &str) {
    let start = ["ACL", "SETUSER", name, "on", ">hunter2-user", first];
    server.command(&start.into_iter().chain(rights.split_whitespace()).collect::<Vec<_>>());
}

fn as_user(server: &Redis, name: &str, ring: &str) -> Arc<dyn Keystore> {
    open(&format!("redis://{name}:hunter2-user@127.0.0.1:{}/0#{ring}", server.port())).unwrap()
}

#[track_caller]
fn fails(error: &KeystoreError, kind: Kind, message: &str, hint: Option<&str>) {
    assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, hint));
}

#[track_caller]
fn shows_no_password(store: &dyn Keystore, error: &KeystoreError) {
    let shown = format!("{store:?} {store:#?} {store} {error:?} {error}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

const FORGET: &str = "`gingersnap keys rollout --forget NODE` removes the record of a node that is not yours";
