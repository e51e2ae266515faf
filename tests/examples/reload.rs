//! examples/reload.rs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{FileKeystore, Keystore as _};
use gingersnap::testing;
use gingersnap::{Clock as _, Entropy as _, OsEntropy, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::reload_of_a_ring::serve;

/// Visits a page with the cookie of the visit before.
struct Visitor {
    url: String,
    cookie: String,
}

impl Visitor {
    async fn visit(&mut self) -> String {
        let request = reqwest::Client::new().get(&self.url).header("cookie", &self.cookie);
        let response = request.send().await.unwrap();
        if let Some(field) = response.headers().get("set-cookie") {
            self.cookie = field.to_str().unwrap().split(';').next().unwrap().into();
        }
        response.text().await.unwrap()
    }

    /// Visits until the page names this generation; returns what it says then.
    async fn visit_by(&mut self, generation: u64) -> String {
        let named = format!("by generation {generation} of");
        loop {
            match self.visit().await {
                page if page.contains(&named) => return page,
                _ => sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

fn change(file: &FileKeystore, verb: impl FnOnce(&Keyring) -> Keyring) {
    let loaded = file.read().unwrap();
    let ring = verb(&Keyring::parse(loaded.bytes()).unwrap());
    file.write(&ring.to_bytes(), loaded.version()).unwrap();
}

#[tokio::test]
async fn a_rotation_loses_no_session_and_an_emergency_ends_all_while_the_program_runs() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reload");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    let file = FileKeystore::new(folder.join("keys.json"));
    file.write_new(&testing::keyring().to_bytes()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let followed = FileKeystore::new(file.path());
    let running = tokio::spawn(async move {
        serve(listener, followed, async { drop(stopped.await) }).await.map_err(|error| error.to_string())
    });

    let mut visitor = Visitor { url, cookie: String::new() };
    assert_eq!(visitor.visit().await, "Visit number 1, by generation 1 of the ring\n");
    let random = &mut |bytes: &mut [u8]| OsEntropy.fill(bytes);
    change(&file, |ring| ring.rotate(0, None, SystemClock.now(), random).unwrap());
    let page = timeout(PATIENCE, visitor.visit_by(2)).await.unwrap();
    assert!(!page.starts_with("Visit number 1,"), "{page}");
    change(&file, |ring| ring.emergency(SystemClock.now(), random).unwrap());
    let page = timeout(PATIENCE, visitor.visit_by(3)).await.unwrap();
    assert_eq!(page, "Visit number 1, by generation 3 of the ring\n");

    drop(stop);
    assert_eq!(timeout(PATIENCE, running).await.unwrap().unwrap(), Ok(()));
    let nodes = file
        .nodes()
        .await
        .unwrap()
        .into_iter()
        .map(Result::unwrap)
        .map(|it| (it.name().to_string(), it.generation(), it.is_stopped()));
    assert_eq!(nodes.collect::<Vec<_>>(), [("web-1".to_owned(), 3, true)]);
}

/// Ten times what a change takes to be seen.
const PATIENCE: Duration = Duration::from_secs(20);
