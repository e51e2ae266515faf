//! A point in time as people read it: how long ago it was, or how far ahead it is, and the exact time beneath.

use askama::Template;
use askama::filters::HtmlSafe;
use gingersnap::Timestamp;

use crate::format::{MINUTE, duration, rfc3339};

/// A `<time>` element: `3 minutes ago`, with the exact time for machines and for who points at it.
#[derive(Template)]
#[template(ext = "html", source = r#"<time datetime="{{ exact }}" title="{{ exact }}">{{ words }}</time>"#)]
pub(crate) struct When {
    pub(crate) words: String,
    exact: String,
}

impl HtmlSafe for When {}

impl When {
    /// Something that has happened; another machine's clock may say that it is yet to.
    pub(crate) fn past(at: Timestamp, now: Timestamp) -> Self {
        let words = match at.age_at(now) {
            ..MINUTE => "just now".to_owned(),
            age => format!("{} ago", duration(age)),
        };
        Self { words, exact: rfc3339(at) }
    }

    /// Something that is to happen.
    pub(crate) fn future(at: Timestamp, now: Timestamp) -> Self {
        Self { words: format!("in {}", duration(now.until(at))), exact: rfc3339(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_relative_and_the_exact_time_is_beneath() {
        let now = Timestamp::from_unix(951_782_400);
        let at = Timestamp::from_unix;
        for (unix, words) in
            [(951_782_401, "just now"), (951_782_341, "just now"), (951_782_220, "3 minutes ago")]
        {
            assert_eq!(When::past(at(unix), now).words, words, "{unix}");
        }
        for (unix, words) in [(951_782_401, "in 1 second"), (951_786_000, "in 60 minutes")] {
            assert_eq!(When::future(at(unix), now).words, words, "{unix}");
        }
        assert_eq!(
            When::past(at(951_782_220), now).to_string(),
            "<time datetime=\"2000-02-28T23:57:00Z\" title=\"2000-02-28T23:57:00Z\">3 minutes ago</time>"
        );
    }
}
