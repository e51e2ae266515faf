//! Changes that come after the response's head, treated as failures of a test.

use std::sync::{Mutex, PoisonError};
use std::thread::panicking;

use super::fail;
use crate::layer::SessionLayerBuilder;
use crate::session::Event;

/// Makes a test fail if a session is first changed after the response's head was sent.
///
/// Such a change is lost, and normally causes only an event. Here it panics. A panic that is caught, or in a spawned task, fails
/// no test; so it panics once more when the layer is finally dropped.
pub fn deny_late_changes(sessions: SessionLayerBuilder) -> SessionLayerBuilder {
    let late = Late::default();
    sessions.observed(move |event| {
        if let Event::ChangedTooLate { cookie } = event {
            *late.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cookie.clone());
            deny(cookie);
        }
    })
}

/// The full name of a cookie whose session was changed too late.
#[derive(Default)]
struct Late(Mutex<Option<String>>);

impl Drop for Late {
    fn drop(&mut self) {
        if let Some(cookie) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            deny(cookie);
        }
    }
}

/// Not while another panic is on its way: a second one would end the process.
fn deny(cookie: &str) {
    if !panicking() {
        fail(&format!(
            "the session {cookie} was first changed after the response's head was sent, and the change is lost: \
             change it, and drop the handle, before the handler returns"
        ));
    }
}
