//! `gingersnap serve` as a process on a free loopback port, and clients that misbehave.

mod help;

mod connections;
mod heads;
mod http2;
mod shutdown;
mod slow;
mod start;
mod tls;
