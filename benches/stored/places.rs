//! The places of the stores: an empty file, or an empty server.

use std::path::Path;
use std::{env, fs};

use crate::servers::{Postgres, Redis};

pub(crate) struct Place {
    /// As the sides know it.
    pub(crate) kind: String,
    /// What both sides have in common.
    pub(crate) settings: &'static str,
    server: Server,
}

enum Server {
    File,
    Postgres(Postgres),
    Redis(Redis),
}

const KINDS: [&str; 5] = ["sqlite", "redis", "postgres", "postgres-fsync", "memory"];

/// The kinds that the arguments name, or all.
pub(crate) fn named() -> Vec<String> {
    let named: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    for kind in &named {
        assert!(KINDS.contains(&kind.as_str()), "{kind} is none of {KINDS:?}");
    }
    if named.is_empty() { KINDS.map(String::from).into() } else { named }
}

impl Place {
    /// Starts a server, or says that there is none.
    pub(crate) fn start(kind: &str) -> Option<Self> {
        let (settings, server) = match kind {
            "sqlite" => ("a file each, in the target's directory", Server::File),
            "redis" => {
                let server = Redis::start()?;
                server.command(&["CONFIG", "SET", "appendfsync", "everysec"]);
                ("appendonly yes, appendfsync everysec, one server for both", Server::Redis(server))
            }
            "postgres" => ("fsync off, one server for both", Server::Postgres(Postgres::start()?)),
            _ => {
                let server = Postgres::start_lasting()?;
                ("fsync on, synchronous_commit on, one server for both", Server::Postgres(server))
            }
        };
        let kind = kind.split('-').next().unwrap_or(kind).into();
        Some(Self { kind, settings, server })
    }

    /// The place of our side, and the peer's.
    pub(crate) fn urls(&self) -> [String; 2] {
        match &self.server {
            Server::File => {
                let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/files");
                drop(fs::remove_dir_all(&directory));
                fs::create_dir_all(&directory).expect("a directory");
                let file = |name: &str| directory.join(name).display().to_string();
                [format!("sqlite:{}", file("ours.db")), file("peers.db")]
            }
            Server::Postgres(server) => ["ours", "peers"].map(|name| server.database(name)),
            Server::Redis(server) => [server.url(), format!("{}/1", server.url())],
        }
    }
}
