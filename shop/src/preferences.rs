//! A visitor's nickname and address.

use gingersnap::SessionData;
use serde::{Deserialize, Serialize};

/// A typed session beside the cart: it changes for other reasons, so it has cookies of its own.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Preferences {
    pub(crate) nickname: String,
    /// Lines of text.
    pub(crate) address: String,
}

impl SessionData for Preferences {
    const TAG: &'static str = "preferences";
    const VERSION: u16 = 1;
}

impl Preferences {
    /// Reads the form's two fields, either of which may be empty; the error is a sentence for the visitor.
    pub(crate) fn parse(nickname: &str, address: &str) -> Result<Self, &'static str> {
        let nickname = nickname.trim();
        if nickname.chars().count() > MAX_NICKNAME || nickname.chars().any(char::is_control) {
            return Err("Nothing was changed: a name is one line of at most 40 characters.");
        }
        // Forms send line ends as CR LF.
        let lines: Vec<_> = address.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let address = lines.join("\n");
        if address.chars().count() > MAX_ADDRESS || lines.len() > MAX_LINES {
            return Err("Nothing was changed: an address has at most 5 lines and 200 characters.");
        }
        if lines.iter().any(|line| line.chars().any(char::is_control)) {
            return Err("Nothing was changed: an address is plain text.");
        }
        Ok(Self { nickname: nickname.to_owned(), address })
    }

    /// The address in one line; none if there is none.
    pub(crate) fn destination(&self) -> Option<String> {
        (!self.address.is_empty()).then(|| self.address.replace('\n', ", "))
    }
}

const MAX_NICKNAME: usize = 40;
const MAX_ADDRESS: usize = 200;
const MAX_LINES: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_empty_ones_left_out() {
        let kept = Preferences::parse(" Ada ", " 12 St James's Square\r\n\r\n  London \r\n").expect("kept");
        assert_eq!((kept.nickname.as_str(), kept.address.as_str()), ("Ada", "12 St James's Square\nLondon"));
        assert_eq!(kept.destination().as_deref(), Some("12 St James's Square, London"));
        assert_eq!(Preferences::parse("", " \r\n").expect("kept").destination(), None);
    }

    #[test]
    fn what_is_no_name_and_no_address_is_refused() {
        let (name, address) = ("é".repeat(40), "é".repeat(200));
        assert!(Preferences::parse(&name, &address).is_ok());
        for (name, address) in [
            (format!("{name}x"), String::new()),
            ("a\nb".into(), String::new()),
            (String::new(), format!("{address}x")),
            (String::new(), "a\n".repeat(6)),
            (String::new(), "a\u{7}".into()),
        ] {
            assert!(Preferences::parse(&name, &address).is_err(), "{name:?} {address:?}");
        }
    }
}
