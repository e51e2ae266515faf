//! An application behind a proxy that asks it who is there, and drops the cookies which that answer sets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use std::{env, process};

use axum::Router;
use axum::extract::Path;
use axum::routing::any;
use gingersnap::store::SqliteStore;
use gingersnap::store::Store as _;
use gingersnap::{Identity, Policy, SessionError, SessionLayer, SignedIn};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::RING;
use crate::servers::Proxy;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_active_stays_signed_in_behind_nginx() {
    stays_signed_in("nginx", Proxy::nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_active_stays_signed_in_behind_caddy() {
    stays_signed_in("caddy", Proxy::caddy).await;
}

/// Two nodes with a store, and one without, each behind a proxy: a visitor comes twice a second.
async fn stays_signed_in(what: &str, proxy: fn(u16) -> Option<Proxy>) {
    let path = env::temp_dir().join(format!("gingersnap-behind-{what}-{}", process::id()));
    drop(std::fs::remove_file(&path));
    let store = || Some(SqliteStore::open(path.to_str().unwrap()).unwrap());
    store().unwrap().create_tables().await.unwrap();
    let mut proxies = Vec::new();
    for store in [store(), store(), None] {
        let port = serve(store).await;
        let Some(proxy) = spawn_blocking(move || proxy(port)).await.unwrap() else { return };
        proxies.push(proxy);
    }
    let [here, there, without] = [proxies[0].port, proxies[1].port, proxies[2].port];
    let (mine, alone) = (sign_in(here).await, sign_in(without).await);
    let mut statuses = Vec::new();
    for _ in 0..2 * (IDLE + 2) {
        sleep(Duration::from_millis(500)).await;
        statuses.push((ask(here, "/page", &mine).await, ask(without, "/page", &alone).await));
    }
    assert!(statuses.iter().all(|((status, set), _)| *status == 200 && set.is_none()), "{statuses:?}");
    // What the store mends: the cookies alone say that nobody came.
    assert_eq!(statuses.last().unwrap().1.0, 401, "{statuses:?}");
    // The other node has not seen this visitor yet: the first one told the store, within some seconds.
    for _ in 0..2 * (IDLE + 2) {
        assert_eq!(ask(there, "/page", &mine).await, (200, None));
        sleep(Duration::from_millis(500)).await;
    }
    sleep(Duration::from_secs(IDLE + 1)).await;
    for port in [here, there] {
        assert_eq!(ask(port, "/page", &mine).await.0, 401);
    }
    drop(std::fs::remove_file(&path));
}

/// An application whose sign-ins end after some seconds without a request; returns its port.
async fn serve(store: Option<SqliteStore>) -> u16 {
    let policy = Policy::standard().idle_timeout(Some(IDLE)).renew_after(2);
    let mut layer = SessionLayer::builder(RING.clone(), "tests").policy(policy);
    if let Some(store) = store {
        layer = layer.store(store);
    }
    let app = Router::new()
        .route("/in/{name}", any(sign_in_here))
        .route("/who", any(async |who: SignedIn| who.subject().to_owned()))
        .route("/page", any(async || "a page"))
        .layer(layer.build().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, app).await });
    port
}

async fn sign_in_here(Path(name): Path<String>, mut who: Identity) -> Result<(), SessionError> {
    who.sign_in(name).await.map(drop)
}

/// Signs in through the proxy; returns the cookie.
async fn sign_in(port: u16) -> String {
    let (status, set) = ask(port, "/in/ann", "").await;
    assert_eq!(status, 200);
    set.unwrap().split(';').next().unwrap().to_owned()
}

/// The status of an answer, and the cookie that it sets.
async fn ask(port: u16, path: &'static str, cookie: &str) -> (u16, Option<String>) {
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    );
    let ask = move || {
        let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let head = answer.split("\r\n\r\n").next().unwrap();
        let set = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.to_owned())
        });
        (status, set)
    };
    spawn_blocking(ask).await.unwrap()
}

/// Seconds of the idle timeout.
const IDLE: u64 = 8;
