//! The places of the stores: an empty file, or an empty server.

use std::path::{Path, PathBuf};
use std::{env, fs};

use rusqlite::{Connection, OpenFlags};

use crate::servers::{Mortal, Postgres, Redis};

pub(crate) struct Place {
    /// As the sides know it.
    pub(crate) kind: String,
    /// What both sides have in common.
    pub(crate) settings: &'static str,
    server: Server,
}

enum Server {
    /// The process of each side has all that there is.
    None,
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
            "cookie" | "memory" => ("in the process of each side", Server::None),
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
            Server::None => ["-".into(), "-".into()],
            Server::File => {
                let directory = directory();
                drop(fs::remove_dir_all(&directory));
                fs::create_dir_all(&directory).expect("a directory");
                let file = |name: &str| directory.join(name).display().to_string();
                [format!("sqlite:{}", file("ours.db")), file("peers.db")]
            }
            Server::Postgres(server) => ["ours", "peers"].map(|name| server.database(name)),
            Server::Redis(server) => [server.url(), format!("{}/1", server.url())],
        }
    }

    /// The server, to stop and to kill.
    pub(crate) fn server(&mut self) -> Option<&mut dyn Mortal> {
        match &mut self.server {
            Server::None | Server::File => None,
            Server::Postgres(server) => Some(server),
            Server::Redis(server) => Some(server),
        }
    }

    /// Bytes in memory and on the disk that the sessions of all sides take here, as the server or the files say; none where the
    /// process of a side has them.
    pub(crate) fn bytes(&self) -> Option<[u64; 2]> {
        let number = |text: &str| text.trim().parse().expect("a number");
        match &self.server {
            Server::None => None,
            Server::File => {
                let lengths = ["ours.db", "peers.db"].map(|name| length(&directory().join(name)));
                Some([0, lengths.iter().sum()])
            }
            Server::Postgres(server) => {
                let tables =
                    "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_stat_user_tables";
                Some([0, ["ours", "peers"].map(|name| number(&server.sql(name, tables))).iter().sum()])
            }
            Server::Redis(server) => {
                let of = |section: &str, name: &str| {
                    let said = server.command(&["INFO", section]);
                    number(said.lines().find_map(|line| line.strip_prefix(name)).expect("its name"))
                };
                Some([of("memory", "used_memory:"), of("persistence", "aof_current_size:")])
            }
        }
    }
}

/// Bytes of a file's pages, of those in its log too.
fn length(path: &Path) -> u64 {
    let Ok(file) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return 0 };
    let number = |pragma: &str| file.query_row(pragma, [], |row| row.get::<_, i64>(0)).expect("a number");
    (number("PRAGMA page_count") * number("PRAGMA page_size")).unsigned_abs()
}

/// Where the files are.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/files")
}
