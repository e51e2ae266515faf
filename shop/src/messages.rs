//! Messages for the next page.

use gingersnap::{Flash, Level};

/// Leaves a message for the next page, in place of one that no page has shown yet: a client that sends many forms and
/// looks at no page would fill the cookie.
pub(crate) fn say(flash: &mut Flash, level: Level, text: impl Into<String>) {
    drop(flash.messages());
    flash.push(level, text);
}
