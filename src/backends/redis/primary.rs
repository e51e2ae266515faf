//! The time of a server that is not a replica.

use redis::{ErrorKind, RedisResult, ServerErrorKind, Value};

use crate::Timestamp;

/// The server's time. A replica would have refused the probe, which removes nothing.
pub(super) fn primarys_time(probe: Value, time: Value) -> RedisResult<Timestamp> {
    // Other reasons not to write are no reason not to read.
    if let Err(error) = probe.extract_error()
        && error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
    {
        return Err(error);
    }
    let (seconds, _): (u64, u64) = redis::from_redis_value(time.extract_error()?)?;
    Ok(Timestamp::from_unix(seconds))
}
