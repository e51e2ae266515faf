//! A ring, where all nodes find it, and the operator's commands.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use serde_json::Value;

use crate::dir::Dir;

/// The value of `--keys`, and the identity that opens the ring: it is encrypted wherever it is kept.
pub(crate) struct Ring {
    pub(crate) place: String,
    parties: Dir,
}

impl Ring {
    /// Makes one of generation 1.
    #[track_caller]
    pub(crate) fn init(place: String) -> Self {
        let ring = Self { place, parties: Dir::new() };
        fs::write(ring.identity(), IDENTITY).expect("an identity");
        fs::set_permissions(ring.identity(), fs::Permissions::from_mode(0o600)).expect("a mode");
        fs::write(ring.recipients(), RECIPIENTS).expect("recipients");
        ring.keys(&["init"]);
        ring
    }

    /// Returns the file of the identity that opens the ring.
    pub(crate) fn identity(&self) -> PathBuf {
        self.parties.path().join("identity.txt")
    }

    fn recipients(&self) -> PathBuf {
        self.parties.path().join("recipients.txt")
    }

    /// Runs `gingersnap keys …` on it.
    #[track_caller]
    pub(crate) fn keys(&self, verb: &[&str]) -> String {
        let mut keys = Command::new(env!("CARGO_BIN_EXE_gingersnap"));
        keys.arg("keys").args(verb).env("GINGERSNAP_KEYS", &self.place);
        keys.env("GINGERSNAP_IDENTITY_FILE", self.identity()).env("GINGERSNAP_RECIPIENTS", self.recipients());
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

/// Made for these tests: the nodes' identity, and for the escrow the recipient alone.
const IDENTITY: &str = "AGE-SECRET-KEY-10YCSEMS0R672R6RASEK0MA6DMQFDJZ2KFHDNEKSKGP3KP5SEYKUSZJLXYN\n";
const RECIPIENTS: &str = "age145zlfxmaq05p0cwnztwpz4fkq99yzk7qmz3ewq59w7nkemjgaq6q70r0ru\n\
                          age1vlj4xy6ralhysvz4f08yvuch4hr7quay8ycflpjp0d02j38k2gvsuqeyhd\n";
