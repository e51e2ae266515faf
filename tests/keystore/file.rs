//! Files keep the contract too.

use super::contract::{Place, hold};
use super::*;

struct Files(PathBuf);

impl Place for Files {
    type Store = FileKeystore;

    fn empty(test: &str) -> Option<Self> {
        Some(Self(directory(&format!("contract_{test}"))))
    }

    fn ring(&self, name: &str) -> FileKeystore {
        FileKeystore::new(self.0.join(name))
    }
}

hold! { Files }
