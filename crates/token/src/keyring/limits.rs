//! Limits of rings.

use super::Keyring;

/// Limits of every ring.
impl Keyring {
    /// The most bytes that a ring may have: 1 MiB.
    pub const MAX_FILE: usize = 1 << 20;
    /// The last generation: 2^53, the limit of whole numbers in every JSON reader. Ten writes a second would take 28 million
    /// years.
    pub const MAX_GENERATION: u64 = 1 << 53;
    /// The greatest lead of a generation, named by a node as one that it has had, that is still believed.
    pub const MAX_AHEAD: u64 = 1_000_000;
    /// The most keys that a ring may have after [`add`](Self::add).
    pub const MAX_KEYS: usize = 256;
    /// The most tombstones that a ring may have.
    pub const MAX_TOMBSTONES: usize = 4096;
    /// The longest note, in bytes of UTF-8.
    pub const MAX_NOTE: usize = 200;
    /// The least `longest_session`: one minute.
    pub const MIN_LONGEST_SESSION: u64 = 60;
    /// The greatest `longest_session`: 400 days, the longest that browsers keep a cookie (RFC 6265bis §5.5).
    pub const MAX_LONGEST_SESSION: u64 = 400 * 86_400;
    /// The longest time that a rotation may be scheduled ahead: 30 days, in seconds.
    pub const MAX_PROPAGATION: u64 = 30 * 86_400;
    /// The time from first finding a key dead until it is destroyed: one day, in seconds.
    pub const PRUNE_AFTER: u64 = 86_400;
}
