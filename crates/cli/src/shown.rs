//! Text for a terminal: nothing in it that a terminal would obey, or would not show, whoever wrote it.

use std::fmt::Display;
use std::io::{self, Write};

/// Text from elsewhere (a token, a ring, a file's name) in one line.
pub(crate) fn line(text: &impl Display) -> String {
    replaced(&text.to_string(), |it| !is_shown(it), |it| it.escape_unicode().to_string())
}

/// A writer of text, whatever is in it: what a terminal would obey or not show is escaped, but for line breaks.
pub(crate) struct Shown<W>(pub(crate) W);

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let escaped = |it: char| it.escape_unicode().to_string();
        self.0.write_all(replaced(&text, is_obeyed, escaped).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// True if the character is seen, and changes nothing about others: no control, no direction of writing, nothing without
/// a width but what combines with the letter before it.
pub(crate) fn is_shown(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    // Behind a letter, since at the beginning what combines would count as not shown.
    String::from_iter(['a', character]).escape_debug().count() == 2
}

/// What a terminal would obey or not show, but for line breaks.
pub(crate) fn is_obeyed(character: char) -> bool {
    character != '\n' && !is_shown(character)
}

/// The text with some of its characters replaced.
pub(crate) fn replaced(text: &str, which: impl Fn(char) -> bool, by: impl Fn(char) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    for character in text.chars() {
        if which(character) {
            replaced.push_str(&by(character));
        } else {
            replaced.push(character);
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_a_terminal_obeys_is_shown() {
        let obeyed = "\u{0}\u{7}\t\r\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{202a}\u{202b}\u{202c}\
                      \u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\u{e0041}\u{fff9}\u{180e}";
        for character in obeyed.chars() {
            assert!(!is_shown(character), "{character:?}");
        }
        for character in "aZ09 \"'\\~é\u{301}ßж日本🍪ا".chars() {
            assert!(is_shown(character), "{character:?}");
        }
    }

    #[test]
    fn a_line_is_one_and_text_keeps_its_lines() {
        assert_eq!(line(&"a\nb\u{202e}c"), "a\\u{a}b\\u{202e}c");
        let mut out = Vec::new();
        write!(Shown(&mut out), "a\n\u{1b}[2Jé\"\n").expect("writes");
        assert_eq!(out, "a\n\\u{1b}[2Jé\"\n".as_bytes());
    }
}
