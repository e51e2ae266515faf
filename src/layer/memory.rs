//! Memory stores that use the machine's clock, which nothing below the layer reads.

use super::system::SystemClock;
use crate::store::MemoryStore;

impl MemoryStore {
    /// A store of [`ROOM`](Self::ROOM) bytes of memory that uses the machine's clock.
    pub fn new() -> Self {
        Self::with_room(Self::ROOM)
    }

    /// A store of `room` bytes of memory: a record takes its sealed bytes and about a hundred more.
    pub fn with_room(room: usize) -> Self {
        Self::with_clock(room, SystemClock)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}
