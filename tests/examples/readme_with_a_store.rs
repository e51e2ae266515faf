//! The README's program with a ring and a store, in a folder that has both.

use std::fs;
use std::path::Path;
use std::process::Command;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::FileKeystore;
use gingersnap::token::Suite;
use gingersnap::{Clock as _, Entropy as _, OsEntropy, SystemClock, store};

use crate::browser::Browser;
use crate::readme_production::app;

/// In a process of its own, since the program takes its files from the folder where it is.
#[test]
fn the_readmes_program_with_a_ring_and_a_store_runs_beside_them() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = Keyring::init(Suite::default(), 86_400, SystemClock.now(), &mut random).unwrap();
    FileKeystore::new(folder.join("keys.json")).write_new(&ring.to_bytes()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("sqlite:{}", folder.join("sessions.db").display());
    runtime.block_on(async { store::open(&url).unwrap().create_tables().await }).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "readme_with_a_store::in_a_folder_with_a_ring_and_a_store", "--ignored"])
        .current_dir(&folder);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[tokio::test]
#[ignore = "run by the test above, in a folder with what the program needs"]
async fn in_a_folder_with_a_ring_and_a_store() {
    let mut browser = Browser::new(app().await.unwrap());
    assert_eq!(browser.get("/").await, "Visit number 1\n");
    assert_eq!(browser.get("/").await, "Visit number 2\n");
}
