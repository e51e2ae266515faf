//! `gingersnap demo` as a process on a free loopback port: the shop, and clients that misbehave.
#![cfg(test)]

mod browser;
#[path = "../browser/dir.rs"]
mod dir;
mod frames;
mod help;
mod node;
#[path = "../browser/older.rs"]
mod older;
#[path = "../../../../tests/cookie/pairs.rs"]
mod pairs;
#[cfg(feature = "redis")]
#[path = "../../../../tests/servers/mod.rs"]
mod servers;

mod account;
mod answers;
#[cfg(feature = "age")]
mod at_rest;
mod attacks;
mod bodies;
mod carts;
mod connections;
#[cfg(all(feature = "age", feature = "postgres", feature = "redis", feature = "sqlite", feature = "tls"))]
mod deploy;
mod devices;
mod dumps;
mod faults;
mod flood;
mod heads;
mod hostile;
#[cfg(feature = "tls")]
mod http2;
mod login;
mod logs;
mod metrics;
mod next;
mod order;
mod ready;
mod reload;
mod remember;
mod rollback;
mod session;
mod shop;
mod shutdown;
mod slow;
mod start;
mod steady;
#[cfg(feature = "sqlite")]
mod store_calls;
#[cfg(feature = "redis")]
mod store_health;
mod stored_attacks;
mod stores;
#[cfg(all(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod three_nodes;
#[cfg(feature = "tls")]
mod tls;
mod unknown;
mod windows;
