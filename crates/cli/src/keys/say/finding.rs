//! A finding of `gingersnap keys lint`.

use std::borrow::Cow;

use gingersnap::keyring;
use gingersnap::token::KeyId;
use serde_json::{Value, json};

/// Something that is not as it should be, with the ring or with where it is kept.
pub(in crate::keys) struct Finding {
    /// The name in `--json` output.
    pub(in crate::keys) name: &'static str,
    /// The key that it is about, if it is about one.
    pub(in crate::keys) key: Option<KeyId>,
    pub(in crate::keys) text: Cow<'static, str>,
    pub(in crate::keys) hint: &'static str,
}

impl Finding {
    pub(in crate::keys) fn as_json(&self) -> Value {
        let key = self.key.map(|key| key.to_string());
        json!({ "finding": self.name, "key": key, "text": self.text, "hint": self.hint })
    }
}

impl From<keyring::Finding> for Finding {
    fn from(finding: keyring::Finding) -> Self {
        Self {
            name: finding.kind().name(),
            key: finding.key(),
            text: finding.to_string().into(),
            hint: finding.hint(),
        }
    }
}
