//! The time of a server that is no replica.

use redis::{ErrorKind, RedisResult, ServerErrorKind, Value};

use crate::Timestamp;

/// The time, from a server that did not refuse the removal of nothing as a replica.
pub(super) fn primarys_time(probe: Value, time: Value) -> RedisResult<Timestamp> {
    // Other reasons not to write are none not to read.
    if let Err(error) = probe.extract_error()
        && error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
    {
        return Err(error);
    }
    let (seconds, _): (u64, u64) = redis::from_redis_value(time.extract_error()?)?;
    Ok(Timestamp::from_unix(seconds))
}
