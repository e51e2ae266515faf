//! What this program was built from. `build.rs` tells it.

/// The version in Cargo.toml.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Twelve digits of the commit; `unknown` if it was not built in a repository.
const COMMIT: &str = env!("GINGERSNAP_COMMIT");
/// The features, with commas between; `none` without any.
const FEATURES: &str = env!("GINGERSNAP_FEATURES");
const TARGET: &str = env!("GINGERSNAP_TARGET");

/// The same as labels of a metric.
pub(crate) const LABELS: [(&str, &str); 4] =
    [("version", VERSION), ("commit", COMMIT), ("features", FEATURES), ("target", TARGET)];

/// The answer to `--version`; `-V` is the version alone.
pub(crate) const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit:   ",
    env!("GINGERSNAP_COMMIT"),
    "\nfeatures: ",
    env!("GINGERSNAP_FEATURES"),
    "\ntarget:   ",
    env!("GINGERSNAP_TARGET"),
);
