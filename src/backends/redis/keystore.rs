//! A ring in Redis or Valkey.

use core::fmt;
use core::pin::Pin;
use std::collections::BTreeMap;

use redis::aio::MultiplexedConnection;
use zeroize::Zeroizing;

use super::listen::{Messages, Topic};
use super::wire;
use crate::Timestamp;
use crate::backends::hints::Hints;
use crate::backends::link::{Link, READ, in_time};
use crate::backends::ring;
use crate::keyring::Keyring;
use crate::keystore::{
    Answer, Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, MAX_NODES, MAX_RECORD, Node, Version,
    too_many,
};

/// Keeps a ring in Redis or Valkey. Its guarantees and needs are listed where users look: at [`open`](crate::keystore::open).
pub(in crate::backends) struct RedisKeystore {
    link: Link<MultiplexedConnection>,
    hints: Hints,
    keys: Keys,
}

struct Keys {
    ring: String,
    nodes: String,
    channel: String,
}

impl RedisKeystore {
    /// The ring that the URL names; connects to nothing.
    pub(in crate::backends) fn new(url: &str) -> Result<Self, KeystoreError> {
        let (client, address) = wire::parse(url)?;
        let key = |what| format!("gingersnap:{}:{what}", address.name());
        let keys = Keys { ring: key("ring"), nodes: key("nodes"), channel: key("changed") };
        Ok(Self { link: Link::new(client, address), hints: Hints::new(), keys })
    }

    async fn read(&self) -> Result<Loaded, KeystoreError> {
        let address = &self.link.address;
        let mut lease = self.link.open(READ).await?;
        let mut size = redis::cmd("HSTRLEN");
        size.arg(&self.keys.ring).arg(RING);
        match in_time(size.query_async::<usize>(&mut *lease)).await {
            Ok(Ok(size)) if size <= Keyring::MAX_FILE => {}
            answer => {
                return Err(lease.finish(answer).map_or_else(|error| error, |_| ring::too_large(address)));
            }
        }
        let mut both = redis::cmd("HMGET");
        both.arg(&self.keys.ring).arg(RING).arg(DIGEST);
        let answer = in_time(both.query_async::<(Option<Vec<u8>>, Option<String>)>(&mut *lease)).await;
        let (Some(bytes), digest) = lease.finish(answer)? else {
            return Err(ring::missing(address, READ));
        };
        let loaded = Loaded::new(Zeroizing::new(bytes));
        if loaded.bytes().len() > Keyring::MAX_FILE {
            return Err(ring::too_large(address));
        }
        if digest != Some(loaded.version().to_string()) {
            return Err(
                address.refused(Kind::Io, "its digest is not the one beside it: something else wrote it")
            );
        }
        Ok(loaded)
    }

    /// Writes if the ring is of the version `replaced`, or absent for `None`.
    async fn write(
        &self,
        action: &'static str,
        bytes: &[u8],
        replaced: Option<Version>,
    ) -> Result<Outcome, KeystoreError> {
        let mut lease = self.link.open(action).await?;
        let mut script = redis::cmd("EVAL");
        script.arg(WRITE).arg(1).arg(&self.keys.ring);
        script
            .arg(replaced.map(|version| version.to_string()).unwrap_or_default())
            .arg(bytes)
            .arg(Version::of(bytes).to_string());
        script.arg(&self.keys.channel);
        let outcome = in_time(script.query_async::<String>(&mut *lease)).await;
        Ok(match lease.finish(outcome)?.as_str() {
            "written" => Outcome::Written,
            "none" => Outcome::None,
            _ => Outcome::Another,
        })
    }
}

enum Outcome {
    Written,
    None,
    Another,
}

impl Keystore for RedisKeystore {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(self.read())
    }

    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
        Box::pin(async move {
            match self.write("write", bytes, Some(replaced)).await? {
                Outcome::Written => Ok(()),
                Outcome::None => Err(ring::missing(&self.link.address, "write")),
                Outcome::Another => Err(ring::conflict(&self.link.address)),
            }
        })
    }

    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async {
            match self.write("create", bytes, None).await? {
                Outcome::Written => Ok(()),
                _ => Err(ring::exists(&self.link.address)),
            }
        })
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let topic = || Topic { client: self.link.target.clone(), channel: self.keys.channel.clone() };
        Box::pin(self.hints.next::<Messages>(topic))
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        Box::pin(async {
            let mut lease = self.link.open("register a node at").await?;
            let mut set = redis::cmd("HSET");
            set.arg(&self.keys.nodes).arg(node.name().as_ref()).arg(node.to_json());
            let done = in_time(set.query_async(&mut *lease)).await;
            lease.finish(done)
        })
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(async {
            let address = &self.link.address;
            let mut lease = self.link.open(READ).await?;
            let mut size = redis::cmd("MEMORY");
            size.arg("USAGE").arg(&self.keys.nodes).arg("SAMPLES").arg(0);
            // Nothing else bounds the next answer.
            match in_time(size.query_async::<Option<usize>>(&mut *lease)).await {
                Ok(Ok(size)) if size <= Some(NODES_SIZE) => {}
                answer => return lease.finish(answer).map(|_| vec![Err(too_many(address))]),
            }
            let mut all = redis::cmd("HGETALL");
            all.arg(&self.keys.nodes);
            // Ordered by name.
            let records = in_time(all.query_async::<BTreeMap<Vec<u8>, Vec<u8>>>(&mut *lease)).await;
            let records = lease.finish(records)?;
            Ok(ring::found(
                address,
                records.iter().map(|(name, record)| (name.as_slice(), record.as_slice())),
            ))
        })
    }

    fn time(&self) -> Answer<'_, Option<Timestamp>> {
        Box::pin(async {
            let mut lease = self.link.open(READ).await?;
            let time = in_time(redis::cmd("TIME").query_async::<(u64, u64)>(&mut *lease)).await;
            let (seconds, _) = lease.finish(time)?;
            Ok(Some(Timestamp::from_unix(seconds)))
        })
    }

    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        Box::pin(async move {
            let mut lease = self.link.open("forget a node at").await?;
            let mut remove = redis::cmd("HDEL");
            remove.arg(&self.keys.nodes).arg(name);
            let done = in_time(remove.query_async::<u64>(&mut *lease)).await;
            lease.finish(done).map(|removed| removed > 0)
        })
    }
}

impl fmt::Display for RedisKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.address.fmt(f)
    }
}

const RING: &str = "ring";
const DIGEST: &str = "digest";
/// Bytes of memory for the most records that are read, each of the greatest size, and the server's overhead for each.
const NODES_SIZE: usize = MAX_NODES * 2 * MAX_RECORD;

/// Compares and sets. Lua here has no SHA-256: the script compares the last writer's digest. Publishing is only a hint, and if
/// the user may not publish, that must not end a script that has already written.
const WRITE: &str = "\
local digest = redis.call('HGET', KEYS[1], 'digest')
if not digest and redis.call('EXISTS', KEYS[1]) == 1 then return 'another' end
if (digest or '') ~= ARGV[1] then return digest and 'another' or 'none' end
redis.call('HSET', KEYS[1], 'ring', ARGV[2], 'digest', ARGV[3])
redis.pcall('PUBLISH', ARGV[4], '')
return 'written'";
