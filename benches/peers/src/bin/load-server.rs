//! A server for `benches/load.sh`: one side under `/read`, `/write` and `/seed/{lines}`, and `/plain`, which
//! answers as many bytes and has no session; `/fields` is the same with the two fields that keep caches away.
//!
//! `load-server [SIDE]` takes the first side whose name starts with SIDE, listens on a free port of the
//! loopback interface and prints the address.

use axum::http::header::{CACHE_CONTROL, VARY};
use axum::routing::get;
use gingersnap_peers::sides::Side;
use gingersnap_peers::{base, gingersnap_side, sides};
use tokio::net::TcpListener;

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut sides = gingersnap_side::sides().into_iter().chain(sides::peers());
    let Some(Side { name, router, .. }) = sides.find(|side| side.name.starts_with(&wanted)) else {
        eprintln!("load-server: no side is called {wanted}");
        std::process::exit(2);
    };
    let fields = [(VARY, "Cookie"), (CACHE_CONTROL, "no-store")];
    let app = router
        .route("/plain", get(base::without_session))
        .route("/fields", get(async move || (fields, base::without_session().await)));
    // One thread: the other core of a small machine is the client's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{} {name}", listener.local_addr().expect("an address"));
        axum::serve(listener, app).await.expect("serves");
    });
}
