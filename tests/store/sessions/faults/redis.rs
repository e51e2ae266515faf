//! Redis: full, a replica, without rights, flushed.

use gingersnap::store::open;

use super::super::{browser_of, shop};
use super::{Fault, begins_anew, survives};
use crate::servers::Redis;

const FAULTS: [Fault; 3] = [
    Fault { name: "full", begin: "CONFIG SET maxmemory 1", end: "CONFIG SET maxmemory 0", reads: true },
    Fault { name: "read-only", begin: "REPLICAOF 127.0.0.1 1", end: "REPLICAOF NO ONE", reads: false },
    Fault {
        name: "no rights",
        begin: "ACL SETUSER web -get -set",
        end: "ACL SETUSER web +get +set",
        reads: false,
    },
];

#[tokio::test]
async fn sessions_wait_for_a_redis_that_refuses_them_and_what_was_flushed_is_gone() {
    let Some(server) = Redis::start() else { return };
    let run = |command: &str| {
        server.command(&command.split(' ').collect::<Vec<_>>());
    };
    run("ACL SETUSER web on >hunter2-web ~* &* +@all");
    let store = open(&format!("redis://web:hunter2-web@127.0.0.1:{}#shop", server.port())).unwrap();
    let mut browser = browser_of("ann", &shop(store)).await;
    survives(&mut browser, &FAULTS, run).await;
    run("FLUSHALL");
    begins_anew(&mut browser).await;
}
