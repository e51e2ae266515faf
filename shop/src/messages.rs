//! Messages for the next page.

use gingersnap::{Flash, Level};

/// Leaves a message for the next page. One that no page has shown yet makes room: who sends many forms and
/// looks at no page would fill the cookie.
pub(crate) fn say(flash: &mut Flash, level: Level, text: impl Into<String>) {
    drop(flash.messages());
    flash.push(level, text);
}
