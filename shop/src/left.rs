//! The time that is left of a login.

use axum::Json;
use gingersnap::{Clock as _, Identity, Passive, SystemClock, Timestamp};
use serde_json::{Value, json};

use crate::format::duration;
use crate::sessions;

/// Says how long somebody is still logged in, and what ends it.
pub(crate) fn words(identity: &Identity, now: Timestamp) -> Option<String> {
    match identity.expires_at() {
        Some(end) => Some(remembered(now.until(end))),
        None => Some(logged_in(identity.started_at()?.plus(sessions::LOGIN), identity.ends_at()?, now)),
    }
}

fn remembered(left: u64) -> String {
    format!("You stay logged in on this browser for another {}, however seldom you come.", duration(left))
}

/// Near the end of its day, no visit puts a login's end off.
fn logged_in(last_end: Timestamp, next_end: Timestamp, now: Timestamp) -> String {
    let left = duration(now.until(last_end));
    if next_end < last_end {
        let idle = duration(sessions::IDLE);
        format!("You are logged in for another {left}, or until {idle} pass without a visit.")
    } else {
        format!("You are logged in for another {left}.")
    }
}

/// `GET /session/left`: the same for a program. Asking does not put the end off.
pub(crate) async fn show(_: Passive, identity: Identity) -> Json<Value> {
    let left = identity.ends_at().map(|end| SystemClock.now().until(end));
    Json(json!({ "logged_in": left.is_some(), "seconds_left": left }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ends_a_login_first_is_told() {
        let at = Timestamp::from_unix;
        assert_eq!(
            logged_in(at(86_400), at(3_600), at(0)),
            "You are logged in for another 24 hours, or until 60 minutes pass without a visit."
        );
        assert_eq!(
            logged_in(at(86_400), at(86_400), at(84_600)),
            "You are logged in for another 30 minutes."
        );
        assert_eq!(
            remembered(7 * 86_400),
            "You stay logged in on this browser for another 7 days, however seldom you come."
        );
    }
}
