//! The vectors of `tests/vectors/` through `gingersnap token open`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

/// A copy of the vectors' ring that only its owner can read: the tool takes no other.
fn ring() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vectors.json");
    fs::write(&path, fs::read(folder().join("keyring.json")).unwrap()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

struct Vector {
    name: String,
    fields: BTreeMap<String, String>,
    token: Vec<u8>,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let fields = str::from_utf8(&bytes[..end]).unwrap().lines();
        let fields = fields.map(|line| line.split_once(':').unwrap());
        Self {
            name: path.file_stem().unwrap().to_str().unwrap().into(),
            fields: fields.map(|(name, value)| (name.into(), value.trim_start().into())).collect(),
            token: bytes[end + 2..].into(),
        }
    }

    fn open(&self, ring: &Path) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
        command.args(["token", "open", "--json", "--keys"]).arg(ring);
        for field in ["kind", "tag", "cookie-name", "audience", "context", "now"] {
            command.arg(format!("--{field}={}", self.fields[field]));
        }
        if let Some(version) = self.fields.get("row-version") {
            command.arg(format!("--row-version={version}"));
        }
        command.env_remove("GINGERSNAP_KEYS").env_remove("GINGERSNAP_ALLOW_GROUP_READ");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The tool stops reading at the longest token: then the pipe is closed.
        drop(child.stdin.take().unwrap().write_all(&self.token));
        child.wait_with_output().unwrap()
    }

    /// The tool shows data of applications' types as it is: it cannot know whether it decodes.
    fn is_beyond_the_tool(&self) -> bool {
        self.fields["stage"] == "data" && ["data", "store-record"].contains(&&*self.fields["kind"])
    }
}

#[test]
fn every_vector_opens_or_is_refused_on_the_command_line() {
    let ring = ring();
    let mut paths: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let (mut opened, mut refused, mut beyond) = (0, 0, 0);
    for vector in paths.iter().map(|path| Vector::read(path)) {
        let name = &vector.name;
        let output = vector.open(&ring);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        match vector.fields["expect"].as_str() {
            "opens" => {
                assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{name}");
                let facts: Value = serde_json::from_str(&stdout).unwrap();
                assert_eq!(facts["plain"], *vector.fields["plain"], "{name}");
                assert_eq!(facts["kind"], *vector.fields["kind"], "{name}");
                opened += 1;
            }
            _ if vector.is_beyond_the_tool() => {
                assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{name}");
                beyond += 1;
            }
            expected => {
                let first = format!("gingersnap: error: {expected}\n");
                assert!(stderr.starts_with(&first), "{name}: {stderr}");
                assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""), "{name}");
                refused += 1;
            }
        }
    }
    assert_eq!((opened, refused, beyond), (62, 181, 23));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
