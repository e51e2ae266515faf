//! A ring in Redis or Valkey.

use core::fmt;
use std::collections::BTreeMap;

use redis::aio::MultiplexedConnection;
use zeroize::Zeroizing;

use super::{listen, wire};
use crate::keyring::Keyring;
use crate::keystore::hints::Hints;
use crate::keystore::link::{Link, READ, in_time};
use crate::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, Node, NodeName, Version};

/// Keeps a ring in Redis (6 or later) or Valkey, for many nodes.
///
/// The URL is `redis://user:password@host:port/number#ring`, or `rediss://` for TLS, whose roots are the system's. A database holds many
/// rings; `#ring` is the name of this one, `default` unless given. Nothing connects before the first call, and there is at most one
/// connection, and one more once [`changed`](Keystore::changed) was awaited. A call ends within seconds: 3 for connecting, 5 for each answer.
///
/// # What it guarantees
/// [`store`](Keystore::store) and [`create`](Keystore::create) are one script, which nothing else runs beside: of two at a time one wins.
/// An error of kind [`Unreachable`](Kind::Unreachable) from either may come after the change was made. What they
/// acknowledge is as durable as the server's settings make it, and by default that is not much. A ring needs
///
/// ```text
/// appendonly yes
/// appendfsync always             # `everysec` may lose the last second
/// maxmemory-policy noeviction    # any other may drop the ring when memory is short
/// ```
///
/// A replica that takes over may lack the newest change even so: replication does not wait. Then the nodes that have the newer ring refuse
/// the older one, and an operator has to look. A keystore that must not lose a change is a file or PostgreSQL.
///
/// The bytes that [`load`](Keystore::load) returns are wiped; the buffers of the connection they came through are not.
/// The server, its administrators and its backups have the bytes as they are: encrypt the ring if they are not to have the keys. By
/// `redis://` so has everybody in between.
///
/// # Keys and rights
/// The hash `gingersnap:<ring>:ring` has the bytes and their SHA-256, the hash `gingersnap:<ring>:nodes` what the nodes say, and the channel
/// `gingersnap:<ring>:changed` is the hints'. A node reads the ring and writes what it holds, and needs no more than (for the
/// ring `shop`; without the key `nodes` it serves too, and says nothing of itself)
///
/// ```text
/// ACL SETUSER web on >password resetkeys %R~gingersnap:shop:ring ~gingersnap:shop:nodes
///   resetchannels &gingersnap:shop:changed -@all +ping +hstrlen +hmget +hgetall +hset +subscribe
/// ```
///
/// and `+select` for another database than 0. An operator's has the key `~gingersnap:shop:*`, and `+eval +hdel +hget +exists +publish`.
pub struct RedisKeystore {
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
    /// The ring that the URL names; nothing is connected to.
    ///
    /// # Errors
    /// [`Kind::BadUrl`].
    pub fn new(url: &str) -> Result<Self, KeystoreError> {
        let (client, address) = wire::parse(url)?;
        let key = |what| format!("gingersnap:{}:{what}", address.ring());
        let keys = Keys { ring: key("ring"), nodes: key("nodes"), channel: key("changed") };
        Ok(Self { link: Link::new(client, address), hints: Hints::new(), keys })
    }

    /// Writes if the ring is as it should be: of the version `replaced`, or not there.
    async fn write(
        &self,
        action: &'static str,
        bytes: &[u8],
        replaced: Option<Version>,
    ) -> Result<Outcome, KeystoreError> {
        let mut session = self.link.open(action).await?;
        let mut script = redis::cmd("EVAL");
        script.arg(WRITE).arg(1).arg(&self.keys.ring);
        script
            .arg(replaced.map(|version| version.to_string()).unwrap_or_default())
            .arg(bytes)
            .arg(Version::of(bytes).to_string());
        script.arg(&self.keys.channel);
        let outcome = in_time(script.query_async::<String>(&mut *session)).await;
        Ok(match session.finish(outcome)?.as_str() {
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
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        let address = &self.link.address;
        let mut session = self.link.open(READ).await?;
        let mut size = redis::cmd("HSTRLEN");
        size.arg(&self.keys.ring).arg(RING);
        match in_time(size.query_async::<usize>(&mut *session)).await {
            Ok(Ok(size)) if size <= Keyring::MAX_FILE => {}
            answer => return Err(session.finish(answer).map_or_else(|error| error, |_| address.too_large())),
        }
        let mut both = redis::cmd("HMGET");
        both.arg(&self.keys.ring).arg(RING).arg(DIGEST);
        let answer = in_time(both.query_async::<(Option<Vec<u8>>, Option<String>)>(&mut *session)).await;
        let (Some(bytes), digest) = session.finish(answer)? else { return Err(address.missing(READ)) };
        let loaded = Loaded::new(Zeroizing::new(bytes));
        if loaded.bytes().len() > Keyring::MAX_FILE {
            return Err(address.too_large());
        }
        if digest != Some(loaded.version().to_string()) {
            return Err(
                address.refused(Kind::Io, "its digest is not the one beside it: something else wrote it")
            );
        }
        Ok(loaded)
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        match self.write("write", bytes, Some(replaced)).await? {
            Outcome::Written => Ok(()),
            Outcome::None => Err(self.link.address.missing("write")),
            Outcome::Another => Err(self.link.address.conflict()),
        }
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        match self.write("create", bytes, None).await? {
            Outcome::Written => Ok(()),
            _ => Err(self.link.address.exists()),
        }
    }

    async fn changed(&self) {
        let (client, channel) = (&self.link.target, &self.keys.channel);
        self.hints.next(|teller| listen::forever(client.clone(), channel.clone(), teller)).await;
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        let mut session = self.link.open("register a node at").await?;
        let mut set = redis::cmd("HSET");
        set.arg(&self.keys.nodes).arg(node.name().as_ref()).arg(node.to_json());
        let done = in_time(set.query_async(&mut *session)).await;
        session.finish(done)
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        let mut session = self.link.open(READ).await?;
        let mut all = redis::cmd("HGETALL");
        all.arg(&self.keys.nodes);
        // Ordered by name.
        let records = in_time(all.query_async::<BTreeMap<Vec<u8>, Vec<u8>>>(&mut *session)).await;
        let records = session.finish(records)?;
        let node = |(name, record): (&Vec<u8>, &Vec<u8>)| {
            let place = format!("{}, node {:?}", self.link.address, String::from_utf8_lossy(name));
            Node::found(&place, name, record)
        };
        records.iter().map(node).collect()
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        let mut session = self.link.open("forget a node at").await?;
        let mut remove = redis::cmd("HDEL");
        remove.arg(&self.keys.nodes).arg(node.as_ref());
        let done = in_time(remove.query_async(&mut *session)).await;
        session.finish(done)
    }
}

impl fmt::Debug for RedisKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisKeystore({})", self.link.address)
    }
}

impl fmt::Display for RedisKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.link.address.fmt(f)
    }
}

const RING: &str = "ring";
const DIGEST: &str = "digest";

/// Compares and sets. Lua here has no SHA-256: it compares what the last writer left. Publishing is but a hint, and a right to it
/// that is lacking must not end a script that has written already.
const WRITE: &str = "\
local digest = redis.call('HGET', KEYS[1], 'digest')
if not digest and redis.call('EXISTS', KEYS[1]) == 1 then return 'another' end
if (digest or '') ~= ARGV[1] then return digest and 'another' or 'none' end
redis.call('HSET', KEYS[1], 'ring', ARGV[2], 'digest', ARGV[3])
redis.pcall('PUBLISH', ARGV[4], '')
return 'written'";
