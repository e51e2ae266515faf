//! `gingersnap serve` as a process on a free loopback port: the shop, and clients that misbehave.
#![cfg(test)]

mod browser;
#[path = "../browser/dir.rs"]
mod dir;
mod help;

mod answers;
mod bodies;
mod connections;
mod heads;
mod http2;
mod login;
mod shop;
mod shutdown;
mod slow;
mod start;
mod tls;
