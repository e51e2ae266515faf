//! A ring, where all nodes find it, and the operator's commands.

use std::process::Command;

use serde_json::Value;

/// What `--keys` says.
pub(crate) struct Ring {
    pub(crate) place: String,
}

impl Ring {
    /// Makes one of generation 1.
    #[track_caller]
    pub(crate) fn init(place: String) -> Self {
        let ring = Self { place };
        ring.keys(&["init"]);
        ring
    }

    /// Runs `gingersnap keys …` on it.
    #[track_caller]
    pub(crate) fn keys(&self, verb: &[&str]) -> String {
        let mut keys = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
        keys.arg("keys").args(verb).env("GINGERSNAP_KEYS", &self.place);
        let output = keys.env_remove("GINGERSNAP_ALLOW_GROUP_READ").output().expect("runs");
        assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    #[track_caller]
    pub(crate) fn generation(&self) -> u64 {
        self.list()["generation"].as_u64().expect("a generation")
    }

    /// The only key in a state.
    #[track_caller]
    pub(crate) fn key(&self, state: &str) -> String {
        let list = self.list();
        let keys = list["keys"].as_array().expect("keys").iter().filter(|key| key["state"] == state);
        let ids: Vec<_> = keys.filter_map(|key| key["key"].as_str()).collect();
        assert_eq!(ids.len(), 1, "{state}: {list}");
        ids.concat()
    }

    #[track_caller]
    fn list(&self) -> Value {
        serde_json::from_str(&self.keys(&["list", "--json"])).expect("JSON")
    }
}
