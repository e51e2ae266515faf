//! Sessions in Redis.

use std::sync::Arc;

use gingersnap::store::{Applied, Op, RedisStore, Store, StoreError, StoreErrorKind as Kind};
use gingersnap::testing::store::conforms;

use super::sample::{ADA, apply, id, insert, load, record, replace};
use super::servers::Redis;
use super::tables;

pub(crate) fn open(server: &Redis) -> RedisStore {
    RedisStore::open(&format!("{}#shop", server.url())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_every_promise() {
    let Some(server) = Redis::start() else { return };
    conforms(open(&server), open(&server)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_nodes_write_at_once_and_names_are_stores_of_their_own() {
    let Some(server) = Redis::start() else { return };
    let named = |name| RedisStore::open(&format!("{}#{name}", server.url())).unwrap();
    tables::sixty_four_increments_at_once_are_all_done(Arc::new(open(&server))).await;
    tables::two_records_are_changed_in_either_order_at_once(Arc::new(open(&server))).await;
    tables::stores_of_two_names_have_nothing_in_common(&named("a"), &named("b")).await;
    tables::each_answer_has_the_time(&named("c")).await;
    tables::any_lifetime_is_kept(&named("d")).await;
}

/// The rights in the documentation are enough: all promises are kept with them.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_needs_no_more_than_the_documented_rights() {
    let Some(server) = Redis::start() else { return };
    user(&server, "web", RIGHTS);
    conforms(as_user(&server, "web"), as_user(&server, "web")).await;
}

#[test]
fn the_documents_have_the_rights_that_are_tried_here() {
    assert!(include_str!("../../docs/OPERATIONS.md").contains(&format!(" {RIGHTS}\n")));
    let documented = include_str!("../../src/backends/redis/store.rs").replace("\n///  ", "");
    assert!(documented.contains(&format!(" {RIGHTS}\n")));
}

/// And no fewer: without any of them something fails, and nothing is half done.
#[tokio::test]
async fn each_of_the_documented_rights_is_needed() {
    let Some(server) = Redis::start() else { return };
    let all = open(&server);
    apply(&all, &[insert(id(1), b"one")]).await.unwrap();
    // Without the last three a node is told of nothing within its second, and keeps what has no meaning.
    let rights = RIGHTS.split_whitespace().filter(|it| it.starts_with('+'));
    for right in rights.filter(|it| !["+subscribe", "+ping", "+zrem"].contains(it)) {
        let fewer: Vec<_> = RIGHTS.split_whitespace().filter(|it| *it != right).collect();
        server.command(&["SCRIPT", "FLUSH"]);
        user(&server, "web", &fewer.join(" "));
        let web = as_user(&server, "web");
        let Err(error) = web.create_tables().await else { panic!("{right} is not needed") };
        assert_eq!(error.kind(), Kind::PermissionDenied, "{right}: {error:?}");
        assert_eq!(error.hint(), Some("the user needs the documented ACL of a store"), "{right}");
        let operations = [replace(id(1), 1, b"two"), Op::Remove { id: id(1), owner: None }];
        let two = [insert(id(2), b"new"), operations[1].clone()];
        if ["+time", "+getrange", "+set", "+del", "+evalsha"].contains(&right) {
            apply(&web, &two).await.unwrap_err();
            assert_eq!(load(&all, id(1)).await, Ok(Some(record(1, b"one"))), "{right}");
            assert_eq!(load(&all, id(2)).await, Ok(None), "{right}");
        }
        let nobody = format!("gingersnap:shop:sign-in:person:{}", "00".repeat(16));
        server.command(&["DEL", &key(0), &key(2), &nobody]);
    }
}

#[tokio::test]
async fn another_name_is_another_store() {
    let Some(server) = Redis::start() else { return };
    let (shop, blog) = (open(&server), RedisStore::open(&format!("{}#blog", server.url())).unwrap());
    apply(&shop, &[insert(id(1), b"cart")]).await.unwrap();
    assert_eq!(load(&blog, id(1)).await, Ok(None));
    user(&server, "web", RIGHTS);
    let error = load(&named(&server, "web", "blog"), id(1)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::PermissionDenied, "{error}");
}

#[tokio::test]
async fn an_operator_recognizes_what_is_kept() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    let adas = Op::Insert { id: id(2), owner: ADA, lifetime: 60, record: record(7, b"sealed") };
    apply(&store, &[insert(id(1), b"sealed"), adas]).await.unwrap();
    assert_eq!(server.command(&["GET", &key(1)]), "1 1 -\nsealed");
    assert_eq!(server.command(&["GET", &key(2)]), format!("1 7 {}\nsealed", "ad".repeat(16)));
    assert_eq!(key(1), "gingersnap:shop:session:01010101010101010101010101010101");
    let left: u64 = server.command(&["TTL", &key(2)]).parse().unwrap();
    assert!((3650..=3660).contains(&left), "an hour beyond its lifetime: {left}");
}

/// After the script came to the server once, each call is one round trip.
#[tokio::test]
async fn a_call_is_one_round_trip() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    for number in 0..5 {
        apply(&store, &[insert(id(number), b"")]).await.unwrap();
    }
    let calls = |command: &str| {
        let statistics = server.command(&["INFO", "commandstats"]);
        let line = statistics.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:calls=")));
        line.map_or(0, |line| line.split(['=', ',']).nth(1).unwrap().parse::<u32>().unwrap())
    };
    assert_eq!((calls("evalsha"), calls("eval")), (5, 1), "the digest is not the script's");
    server.command(&["SCRIPT", "FLUSH"]);
    assert_eq!(apply(&store, &[replace(id(1), 1, b"")]).await, Ok(Applied::Done));
    assert_eq!((calls("evalsha"), calls("eval")), (6, 2));
}

#[tokio::test]
async fn a_record_of_another_form_is_refused_and_left() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    let place = format!("redis://127.0.0.1:{}/0#shop", server.port());
    server.command(&["SET", &key(1), "2 1 -\nsealed"]);
    for result in both(&store).await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), Kind::WrongSchema, "{error}");
        let reason = format!("{place}: its tables are of version 2, and this program knows version 1");
        assert!(error.to_string().ends_with(&reason), "{error}");
    }
    for foreign in ["mine", "1 x -\n", "1 1", "", "\n\n"] {
        server.command(&["SET", &key(1), foreign]);
        let result = load(&store, id(1)).await;
        assert_eq!(result.unwrap_err().kind(), Kind::Io, "{foreign}");
    }
    server.command(&["DEL", &key(1)]);
    server.command(&["HSET", &key(1), "a", "b"]);
    for result in both(&store).await {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.hint()), (Kind::Io, Some("something else has a key of this name")));
    }
}

/// The errors of a load and of a write.
async fn both(store: &RedisStore) -> [Result<(), StoreError>; 2] {
    let operations = [insert(id(2), b"new"), Op::Remove { id: id(1), owner: None }];
    let written = apply(store, &operations).await.map(drop);
    assert_eq!(load(store, id(2)).await, Ok(None), "half of it is done");
    [load(store, id(1)).await.map(drop), written]
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_shown() {
    let Some(server) = Redis::start() else { return };
    for user in [":hunter2-wrong@", "nobody:hunter2-wrong@", ""] {
        let store = RedisStore::open(&format!("redis://{user}127.0.0.1:{}#shop", server.port())).unwrap();
        let error = load(&store, id(1)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.hint()),
            (Kind::PermissionDenied, Some("check user and password in the URL"))
        );
        let start = format!("cannot read sessions at redis://127.0.0.1:{}/0#shop: ", server.port());
        assert!(error.to_string().starts_with(&start), "{error}");
        let shown = format!("{store} {store:?} {error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn settings_that_lose_sessions_are_told() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    assert_eq!(store.warnings().await.unwrap(), [""; 0]);
    store.create_tables().await.unwrap();
    server.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    assert_eq!(store.warnings().await.unwrap(), [""; 0], "there is no limit");
    server.command(&["CONFIG", "SET", "maxmemory", "100mb"]);
    server.command(&["CONFIG", "SET", "appendonly", "no"]);
    let drops = "`maxmemory-policy allkeys-lru` drops sessions when memory is short";
    let forgets = "without `appendonly yes` a restart forgets sessions, and revives what was removed";
    assert_eq!(store.warnings().await.unwrap(), [drops, forgets]);
    let error = store.create_tables().await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot keep sessions at {store}: {drops}"));
    user(&server, "web", RIGHTS);
    assert_eq!(as_user(&server, "web").warnings().await.unwrap(), [""; 0], "who may not ask is told nothing");
}

#[test]
fn a_url_that_makes_no_sense_is_refused_and_not_shown() {
    for url in ["redis://:hunter2#@127.0.0.1/0", "redis://127.0.0.1/hunter2", "postgres://:hunter2@127.0.0.1"]
    {
        let error = RedisStore::open(url).unwrap_err();
        assert_eq!(error.kind(), Kind::BadUrl);
        assert!(error.to_string().starts_with("a store's URL: "), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

pub(crate) fn key(number: u8) -> String {
    format!("gingersnap:shop:session:{}", format!("{number:02x}").repeat(16))
}

fn user(server: &Redis, name: &str, rights: &str) {
    let start = ["ACL", "SETUSER", name, "reset", "on", ">hunter2-user"];
    server.command(&start.into_iter().chain(rights.split_whitespace()).collect::<Vec<_>>());
}

fn as_user(server: &Redis, name: &str) -> RedisStore {
    named(server, name, "shop")
}

fn named(server: &Redis, user: &str, name: &str) -> RedisStore {
    RedisStore::open(&format!("redis://{user}:hunter2-user@127.0.0.1:{}#{name}", server.port())).unwrap()
}

/// As in the documentation.
const RIGHTS: &str = "resetkeys ~gingersnap:shop:session:* ~gingersnap:shop:sign-in:* \
    resetchannels &gingersnap:shop:sign-in -@all +time +get +getrange +set +del +eval +evalsha +hget \
    +hmget +hgetall +hset +hdel +hlen +exists +expire +ttl +incrby +sadd +smembers +zadd +zrange \
    +zrangebyscore +zrem +publish +subscribe +ping +info";
